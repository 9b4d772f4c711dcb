import { useState } from "preact/hooks";
import { api, explain } from "../api/client";
import type { Reconciliation, ReconciliationDifference } from "../api/types";
import { minuteOf } from "../domain/zone";
import { dayAndTime, money, t } from "../i18n";
import { Button, EmptyState, ErrorState, Field, Notice, Skeleton } from "../ui/basics";
import { useLoad } from "../ui/load";
import { usePages } from "../ui/pages";
import { toast } from "../ui/toast";

const ZONE = "UTC";
const DAY_CHARACTERS = 10;

/** The provider's books beside ours: the runs, what differs in each, and a run on demand. */
export function ReconciliationPart() {
  const [day, setDay] = useState(() => new Date().toISOString().slice(0, DAY_CHARACTERS));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const runs = usePages<Reconciliation>("/admin/finance/reconciliations", { limit: 10 });
  const begin = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await api.post<Reconciliation>("/admin/finance/reconciliations", { day });
      toast(t("recon.begun"));
      runs.reload();
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };
  return (
    <section class="section" aria-label={t("recon.title")}>
      <h2>{t("recon.title")}</h2>
      <p class="muted">{t("recon.hint")}</p>
      <form
        class="form-row"
        onSubmit={(event) => {
          event.preventDefault();
          void begin();
        }}
      >
        <Field label={t("recon.day")}>
          {(attributes) => <input class="input" type="date" required value={day} {...attributes} onInput={(event) => setDay(event.currentTarget.value)} />}
        </Field>
        <Button type="submit" busy={busy} disabled={!day}>
          {t("recon.begin")}
        </Button>
        <Button icon="refresh" onClick={runs.reload}>
          {t("wallet.refresh")}
        </Button>
      </form>
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      {runs.error !== null ? (
        <ErrorState error={runs.error} onRetry={runs.reload} />
      ) : runs.data === null ? (
        <Skeleton rows={2} />
      ) : runs.data.items.length === 0 ? (
        <EmptyState icon="shield" title={t("recon.none")} />
      ) : (
        <ul class="cards">
          {runs.data.items.map((run) => (
            <li key={run.id} class="card form">
              <RunCard run={run} />
            </li>
          ))}
        </ul>
      )}
      {runs.more && (
        <Button busy={runs.loadingMore} onClick={runs.more}>
          {t("action.more")}
        </Button>
      )}
    </section>
  );
}

function RunCard({ run }: { run: Reconciliation }) {
  const [shown, setShown] = useState(false);
  return (
    <>
      <div class="tags">
        <span class="tag">{t(`recon.status.${run.status}`)}</span>
      </div>
      <h3>
        {dayAndTime(minuteOf(run.from), ZONE)} – {dayAndTime(minuteOf(run.to), ZONE)}
      </h3>
      {run.status === "DONE" && (
        <>
          <p class="muted">{t("recon.counts", { there: run.providerCount, here: run.ledgerCount })}</p>
          <Notice tone={run.differences === 0 ? "success" : "danger"}>
            {run.differences === 0 ? t("recon.same") : t("recon.differences", { count: run.differences })}
          </Notice>
          {run.differences > 0 && !shown && <Button onClick={() => setShown(true)}>{t("recon.showIt")}</Button>}
          {shown && <DifferenceTable run={run} />}
        </>
      )}
      {run.failure && <Notice tone="danger">{run.failure}</Notice>}
    </>
  );
}

function DifferenceTable({ run }: { run: Reconciliation }) {
  const found = useLoad(`reconciliation ${run.id}`, (signal) =>
    api.get<{ items: ReconciliationDifference[] }>(`/admin/finance/reconciliations/${run.id}`, undefined, signal),
  );
  if (found.error !== null) return <ErrorState error={found.error} onRetry={found.reload} />;
  if (found.data === null) return <Skeleton rows={1} height={160} />;
  const cell = (amount: number | undefined, currency: string) => (amount === undefined ? "–" : money(amount, currency));
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={t("recon.title")}>
      <table class="ledger">
        <thead>
          <tr>
            <th scope="col">{t("recon.at")}</th>
            <th scope="col">{t("recon.what")}</th>
            <th scope="col">{t("recon.there")}</th>
            <th scope="col">{t("recon.here")}</th>
          </tr>
        </thead>
        <tbody>
          {found.data.items.map((each) => (
            <tr key={`${each.subject} ${each.currency}`}>
              <th scope="row">{dayAndTime(minuteOf(each.at), ZONE)}</th>
              <td class="is-text">
                {t(`recon.${each.kind}`)}
                <span class="muted ledger-id">{each.subject}</span>
              </td>
              <td>{cell(each.there, each.currency)}</td>
              <td>{cell(each.here, each.currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
