import { useState } from "preact/hooks";
import { api, explain } from "../api/client";
import type { FeePolicy, Page } from "../api/types";
import { feeOf } from "../domain/fee";
import { minuteOf, readerZone } from "../domain/zone";
import { dayAndTime, money, number, t } from "../i18n";
import { Button, ErrorState, Field, Notice, PageHead, Skeleton, TextField } from "../ui/basics";
import { useLoad } from "../ui/load";
import { toast } from "../ui/toast";
import { TaxesPart } from "./TaxesPart";

const BASIS_POINTS_PER_PERCENT = 100;
const WHOLE_BASIS_POINTS = 10_000;
/** The fixed part is in this currency; other prices have none. */
const FIXED_CURRENCY = "EUR";
/** In minor units. */
const EXAMPLE_PRICE = 1_000;
const SHOWN = 100;

type History = Page<FeePolicy> & { configuredBasisPoints: number };

/** What the platform takes of hosts' prices and beside them: its versions, and another one. */
export function FeesPage() {
  const history = useLoad("fees", (signal) => api.get<History>("/admin/fee-policies", { limit: SHOWN }, signal));
  const known = history.data;
  return (
    <div class="page">
      <PageHead title={t("fees.title")} />
      <Add configured={known?.configuredBasisPoints ?? 0} onDone={history.reload} />
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
                      <th scope="col">{t("fees.service")}</th>
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
                        <td>{serviceFee(each)}</td>
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
      <TaxesPart />
    </div>
  );
}

function percent(basisPoints: number): string {
  return `${number(basisPoints / BASIS_POINTS_PER_PERCENT, 2)} %`;
}

function serviceFee({ hostId, serviceFee: fee }: FeePolicy): string {
  if (!fee) return t(hostId ? "fees.asAll" : "fees.none");
  return fee.fixed ? `${percent(fee.basisPoints)} + ${money(fee.fixed.amount, fee.fixed.currency)}` : percent(fee.basisPoints);
}

/** What somebody has typed in percent or in a currency's own unit; nothing when it is no number. */
function hundredths(typed: string): number | null {
  const value = Number(typed.trim().replace(",", "."));
  return typed.trim() === "" || !Number.isFinite(value) ? null : Math.round(value * BASIS_POINTS_PER_PERCENT);
}

/** Of a stay of 10.00: who pays and gets what by what is typed. */
function Example({ commission, rate, fixed }: { commission: number; rate: number; fixed: number }) {
  const of = (amount: number) => ({ amount, currency: FIXED_CURRENCY });
  const shown = (amount: number) => money(amount, FIXED_CURRENCY);
  const fee = feeOf({ amount: of(0), tax: of(0), basisPoints: rate, fixed: of(fixed) }, EXAMPLE_PRICE);
  const host = Math.floor((EXAMPLE_PRICE * (WHOLE_BASIS_POINTS - commission)) / WHOLE_BASIS_POINTS);
  return (
    <table class="lines" aria-live="polite">
      <caption class="muted">{t("fees.example", { price: shown(EXAMPLE_PRICE) })}</caption>
      <tbody>
        <tr>
          <th scope="row">{t("offer.serviceFee")}</th>
          <td>{shown(fee)}</td>
        </tr>
        <tr>
          <th scope="row">{t("fees.driverPays")}</th>
          <td>{shown(EXAMPLE_PRICE + fee)}</td>
        </tr>
        <tr>
          <th scope="row">{t("fees.hostGets")}</th>
          <td>{shown(host)}</td>
        </tr>
        <tr class="lines-total">
          <th scope="row">
            {t("fees.weGet")}
            <span class="lines-why">{t("fees.taxOfFee")}</span>
          </th>
          <td>{shown(EXAMPLE_PRICE + fee - host)}</td>
        </tr>
      </tbody>
    </table>
  );
}

function Add({ configured, onDone }: { configured: number; onDone: () => void }) {
  const [commission, setCommission] = useState("");
  const [rate, setRate] = useState("");
  const [fixed, setFixed] = useState("");
  const [host, setHost] = useState("");
  const [from, setFrom] = useState("");
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const add = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const basisPoints = hundredths(commission);
      const once = hundredths(fixed);
      // One without the other is one with nothing of the other.
      const says = rate.trim() !== "" || fixed.trim() !== "";
      await api.post<FeePolicy>("/admin/fee-policies", {
        reason: reason.trim(),
        ...(basisPoints !== null ? { commissionBasisPoints: basisPoints } : {}),
        ...(says
          ? { serviceFee: { basisPoints: hundredths(rate) ?? 0, ...(once !== null ? { fixed: { amount: once, currency: FIXED_CURRENCY } } : {}) } }
          : {}),
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
      <TextField label={t("fees.serviceRate")} hint={t("fees.serviceHint")} inputMode="decimal" value={rate} onText={setRate} optional />
      <TextField label={t("fees.serviceFixed", { currency: FIXED_CURRENCY })} inputMode="decimal" value={fixed} onText={setFixed} optional />
      <Example commission={hundredths(commission) ?? configured} rate={hundredths(rate) ?? 0} fixed={hundredths(fixed) ?? 0} />
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
