import { useEffect, useState } from "preact/hooks";
import { explain } from "../api/client";
import type { Wait } from "../api/types";
import { minuteOf } from "../domain/zone";
import { stayText, t } from "../i18n";
import { Link } from "../router";
import { loadWaits, stopWaiting, waits } from "../state/waits";
import { Button } from "../ui/basics";
import { toast } from "../ui/toast";

/** What the user waits for, and what became free. Nothing is shown while that is nothing. */
export function WaitsCard() {
  useEffect(() => void loadWaits(), []);
  if (waits.value.length === 0) return null;
  return (
    <section class="section">
      <h2>{t("wait.title")}</h2>
      <ul class="cards">
        {waits.value.map((wait) => (
          <li key={wait.id}>
            <WaitCard wait={wait} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function WaitCard({ wait }: { wait: Wait }) {
  const [busy, setBusy] = useState(false);
  const stop = async () => {
    setBusy(true);
    try {
      await stopWaiting(wait.id);
    } catch (error) {
      toast(explain(error), "danger");
      setBusy(false);
    }
  };
  return (
    <article class="card form">
      <div>
        <Link href={`/?l=${wait.listingId}&from=${wait.from}&to=${wait.to}`}>
          <strong>{wait.title}</strong>
        </Link>
        <p>{stayText(minuteOf(wait.from), minuteOf(wait.to), wait.timeZone)}</p>
        <span class={`tag ${wait.toldAt ? "tag-success" : ""}`}>{t(wait.toldAt ? "wait.told" : "wait.open")}</span>
      </div>
      <div class="form-buttons">
        <Button busy={busy} onClick={() => void stop()} aria-label={t("wait.removeOf", { place: wait.title })}>
          {t(wait.toldAt ? "wait.remove" : "wait.stop")}
        </Button>
      </div>
    </article>
  );
}
