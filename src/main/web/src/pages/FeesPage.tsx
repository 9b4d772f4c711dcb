import { useState } from "preact/hooks";
import { api, explain } from "../api/client";
import type { FeePolicy, Page } from "../api/types";
import { minuteOf, readerZone } from "../domain/zone";
import { dayAndTime, number, t } from "../i18n";
import { Button, ErrorState, Field, Notice, PageHead, Skeleton, TextField } from "../ui/basics";
import { useLoad } from "../ui/load";
import { toast } from "../ui/toast";

const BASIS_POINTS_PER_PERCENT = 100;
const SHOWN = 100;

type History = Page<FeePolicy> & { configuredBasisPoints: number };

/** What the platform takes of hosts' prices: its versions, and another one. */
export function FeesPage() {
  const history = useLoad("fees", (signal) => api.get<History>("/admin/fee-policies", { limit: SHOWN }, signal));
  const known = history.data;
  return (
    <div class="page">
      <PageHead title={t("fees.title")} />
      <Add onDone={history.reload} />
      <section class="section" aria-label={t("fees.history")}>
        <h2>{t("fees.history")}</h2>
        {history.error !== null ? (
          <ErrorState error={history.error} onRetry={history.reload} />
        ) : known === null ? (
          <Skeleton rows={1} height={180} />
        ) : (
          <>
            <p class="muted">{t("fees.configured", { percent: percent(known.configuredBasisPoints) })}</p>
            {known.items.length > 0 && (
              <div class="card table-scroll" tabIndex={0} role="region" aria-label={t("fees.history")}>
                <table class="ledger">
                  <caption class="only-spoken">{t("fees.history")}</caption>
                  <thead>
                    <tr>
                      <th scope="col">{t("fees.from")}</th>
                      <th scope="col">{t("fees.commission")}</th>
                      <th scope="col" class="is-text">
                        {t("fees.for")}
                      </th>
                      <th scope="col" class="is-text">
                        {t("fees.reason")}
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {known.items.map((each) => (
                      <tr key={each.id}>
                        <th scope="row">{dayAndTime(minuteOf(each.validFrom), readerZone())}</th>
                        <td>{each.commissionBasisPoints == null ? t("fees.asAll") : percent(each.commissionBasisPoints)}</td>
                        <td class="is-text">{each.hostId ? <span class="ledger-id">{each.hostId}</span> : t("fees.all")}</td>
                        <td class="is-text">{each.reason}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </>
        )}
      </section>
    </div>
  );
}

function percent(basisPoints: number): string {
  return `${number(basisPoints / BASIS_POINTS_PER_PERCENT, 2)} %`;
}

function Add({ onDone }: { onDone: () => void }) {
  const [commission, setCommission] = useState("");
  const [host, setHost] = useState("");
  const [from, setFrom] = useState("");
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const add = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const typed = commission.trim();
      await api.post<FeePolicy>("/admin/fee-policies", {
        reason: reason.trim(),
        ...(typed ? { commissionBasisPoints: Math.round(Number(typed.replace(",", ".")) * BASIS_POINTS_PER_PERCENT) } : {}),
        ...(host.trim() ? { hostId: host.trim() } : {}),
        ...(from ? { validFrom: new Date(from).toISOString() } : {}),
      });
      toast(t("fees.added"));
      setReason("");
      onDone();
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };
  return (
    <form
      class="card form"
      aria-label={t("fees.add")}
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <h2>{t("fees.add")}</h2>
      <p class="muted">{t("fees.hint")}</p>
      <TextField label={t("fees.percent")} hint={t("fees.percentHint")} inputMode="decimal" value={commission} onText={setCommission} required={!host.trim()} />
      <TextField label={t("fees.host")} hint={t("fees.hostHint")} value={host} onText={setHost} optional />
      <Field label={t("fees.from")} hint={t("fees.fromHint")} optional>
        {(attributes) => <input class="input" type="datetime-local" value={from} {...attributes} onInput={(event) => setFrom(event.currentTarget.value)} />}
      </Field>
      <TextField label={t("fees.reason")} value={reason} onText={setReason} required maxLength={200} />
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      <Button tone="primary" type="submit" busy={busy}>
        {t("fees.save")}
      </Button>
    </form>
  );
}
