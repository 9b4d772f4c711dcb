import { useEffect, useState } from "preact/hooks";
import { explain } from "../../api/client";
import { signedIn } from "../../api/session";
import { instantOf, minuteOf } from "../../domain/zone";
import { t } from "../../i18n";
import { Link } from "../../router";
import { stay } from "../../state/explore";
import { beginToWait, loadWaits, stopWaiting, waits, waitsState } from "../../state/waits";
import { Button } from "../../ui/basics";

/** Of a place that is full for the wanted stay: the way to be told when that changes. */
export function WaitPart({ listing }: { listing: string }) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const { from, to } = stay.value;
  useEffect(() => {
    if (waitsState.peek() !== "ready") void loadWaits();
  }, [signedIn.value]);
  useEffect(() => setFailure(null), [listing, from, to]);
  if (!signedIn.value) {
    const next = `/?l=${listing}&from=${instantOf(from)}&to=${instantOf(to)}`;
    return <Link href={`/login?next=${encodeURIComponent(next)}`}>{t("wait.login")}</Link>;
  }
  const mine = waits.value.find(
    (wait) => wait.listingId === listing && !wait.toldAt && minuteOf(wait.from) === from && minuteOf(wait.to) === to,
  );
  const act = async (work: () => Promise<void>) => {
    setBusy(true);
    setFailure(null);
    try {
      await work();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div role="status">
      {mine && <p>{t("wait.waiting")}</p>}
      {mine ? (
        <Button busy={busy} onClick={() => void act(() => stopWaiting(mine.id))}>
          {t("wait.stop")}
        </Button>
      ) : (
        <Button icon="bell" busy={busy} onClick={() => void act(() => beginToWait(listing, instantOf(from), instantOf(to)))}>
          {t("wait.begin")}
        </Button>
      )}
      {failure !== null && <p class="field-error">{explain(failure)}</p>}
    </div>
  );
}
