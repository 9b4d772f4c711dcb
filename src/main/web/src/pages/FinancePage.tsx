import { useState } from "preact/hooks";
import { api } from "../api/client";
import type { AccountSum, LedgerDifference, StatementEntry, TrialBalance } from "../api/types";
import { minuteOf } from "../domain/zone";
import { dayAndTime, money, t, text } from "../i18n";
import { Button, EmptyState, ErrorState, Field, Notice, PageHead, Skeleton, TextField } from "../ui/basics";
import { useLoad } from "../ui/load";
import { usePages } from "../ui/pages";
import { DisputesPart } from "./DisputesPart";
import { ReconciliationPart } from "./ReconciliationPart";

/** The ledger's days are those of UTC. */
const ZONE = "UTC";
/** Kinds that are the platform's own: everybody else's need an owner. */
const OWN = ["processor_clearing", "bank", "platform_revenue", "tax_payable", "promotions", "disputed", "dispute_losses", "provider_fees"];
const KINDS = ["processor_clearing", "bank", "platform_revenue", "tax_payable", "promotions", "merchant_validations", "host_payable", "host_available", "payouts_under_way", "wallet", "points_liability", "driver_receivable", "disputed", "dispute_losses", "provider_fees"];

interface Wanted {
  account: string;
  owner: string;
  currency: string;
}

/** What an accountant looks at: the trial balance, what is wrong in it, and each account's statement. */
export function FinancePage() {
  const [day, setDay] = useState("");
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const balance = useLoad(`trial ${day}`, (signal) => api.get<TrialBalance>("/admin/finance/trial-balance", { day }, signal));
  return (
    <div class="page">
      <PageHead title={t("finance.title")} />
      <section class="section" aria-label={t("finance.trial")}>
        <h2>{t("finance.trial")}</h2>
        <div class="form-row">
          <Field label={t("finance.day")} hint={t("finance.dayHint")} optional>
            {(attributes) => (
              <input class="input" type="date" value={day} {...attributes} onInput={(event) => setDay(event.currentTarget.value)} />
            )}
          </Field>
        </div>
        {balance.error !== null ? (
          <ErrorState error={balance.error} onRetry={balance.reload} />
        ) : balance.data === null ? (
          <Skeleton rows={1} height={220} />
        ) : balance.data.accounts.length === 0 ? (
          <EmptyState icon="card" title={t("finance.nothing")} />
        ) : (
          <>
            <Notice tone={balance.data.balanced ? "success" : "danger"}>{t(balance.data.balanced ? "finance.balanced" : "finance.unbalanced")}</Notice>
            {[...new Set(balance.data.accounts.map((sum) => sum.currency))].map((currency) => (
              <Sums
                key={currency}
                currency={currency}
                sums={balance.data?.accounts.filter((sum) => sum.currency === currency) ?? []}
                onChoose={(kind) => setWanted({ account: kind, owner: "", currency })}
              />
            ))}
          </>
        )}
      </section>
      <DisputesPart />
      <ReconciliationPart />
      <Differences />
      <StatementPart wanted={wanted} onWant={setWanted} />
    </div>
  );
}

function kindText(kind: string): string {
  return text(`finance.account.${kind}`) ?? kind;
}

function Sums({ currency, sums, onChoose }: { currency: string; sums: AccountSum[]; onChoose: (kind: string) => void }) {
  const total = (of: (sum: AccountSum) => number) => money(sums.reduce((all, sum) => all + of(sum), 0), currency);
  return (
    <div class="card table-scroll" tabIndex={0} role="region" aria-label={t("finance.trialOf", { currency })}>
      <table class="ledger">
        <caption>{currency}</caption>
        <thead>
          <tr>
            <th scope="col">{t("finance.account")}</th>
            <th scope="col">{t("finance.debit")}</th>
            <th scope="col">{t("finance.credit")}</th>
            <th scope="col">{t("finance.balance")}</th>
          </tr>
        </thead>
        <tbody>
          {sums.map((sum) => (
            <tr key={sum.kind}>
              <th scope="row">
                {OWN.includes(sum.kind) ? (
                  <button type="button" class="link" onClick={() => onChoose(sum.kind)}>
                    {kindText(sum.kind)}
                  </button>
                ) : (
                  kindText(sum.kind)
                )}
              </th>
              <td>{money(sum.debit, currency)}</td>
              <td>{money(sum.credit, currency)}</td>
              <td>{money(sum.balance, currency)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("finance.sum")}</th>
            <td>{total((sum) => sum.debit)}</td>
            <td>{total((sum) => sum.credit)}</td>
            <td>{total((sum) => sum.balance)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

/** Looking at every entry takes its time: only when it is asked for. */
function Differences() {
  const [round, setRound] = useState(0);
  const found = useLoad(round === 0 ? null : `differences ${round}`, (signal) =>
    api.get<{ items: LedgerDifference[] }>("/admin/finance/differences", undefined, signal),
  );
  return (
    <section class="section" aria-label={t("finance.differences")}>
      <h2>{t("finance.differences")}</h2>
      <p class="muted">{t("finance.differencesHint")}</p>
      <div>
        <Button icon="refresh" busy={round > 0 && found.loading} onClick={() => setRound(round + 1)}>
          {t("finance.check")}
        </Button>
      </div>
      {found.error !== null ? (
        <ErrorState error={found.error} />
      ) : found.data?.items.length === 0 ? (
        <Notice tone="success">{t("finance.noDifference")}</Notice>
      ) : (
        found.data && (
          <ul class="cards">
            {found.data.items.map((each) => (
              <li key={`${each.kind} ${each.owner} ${each.currency}`} class="card">
                <Notice tone="danger">
                  <strong>{kindText(each.kind)}</strong> {each.owner}
                  <p>
                    {t("finance.difference", {
                      running: money(each.running, each.currency),
                      entries: money(each.entries, each.currency),
                      reserved: money(each.reserved, each.currency),
                      pending: money(each.pending, each.currency),
                    })}
                  </p>
                </Notice>
              </li>
            ))}
          </ul>
        )
      )}
    </section>
  );
}

function StatementPart({ wanted, onWant }: { wanted: Wanted | null; onWant: (wanted: Wanted) => void }) {
  const [kind, setKind] = useState(KINDS[0] as string);
  const [owner, setOwner] = useState("");
  const [currency, setCurrency] = useState("EUR");
  return (
    <section class="section" aria-label={t("finance.statement")}>
      <h2>{t("finance.statement")}</h2>
      <form
        class="card form"
        onSubmit={(event) => {
          event.preventDefault();
          onWant({ account: kind, owner: OWN.includes(kind) ? "" : owner.trim(), currency });
        }}
      >
        <Field label={t("finance.account")}>
          {(attributes) => (
            <select class="input" value={kind} {...attributes} onChange={(event) => setKind(event.currentTarget.value)}>
              {KINDS.map((each) => (
                <option key={each} value={each}>
                  {kindText(each)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {!OWN.includes(kind) && <TextField label={t("finance.owner")} hint={t("finance.ownerHint")} value={owner} onText={setOwner} required />}
        <TextField label={t("finance.currency")} value={currency} onText={(typed) => setCurrency(typed.toUpperCase())} required minLength={3} maxLength={3} />
        <Button tone="primary" type="submit">
          {t("finance.show")}
        </Button>
      </form>
      {wanted && <StatementList wanted={wanted} />}
    </section>
  );
}

function StatementList({ wanted }: { wanted: Wanted }) {
  const { account, owner, currency } = wanted;
  const pages = usePages<StatementEntry>("/admin/finance/statement", {
    account,
    owner: owner || null,
    currency,
    limit: 50,
  });
  if (pages.error !== null) return <ErrorState error={pages.error} onRetry={pages.reload} />;
  if (pages.data === null) return <Skeleton rows={1} height={220} />;
  if (pages.data.items.length === 0) return <EmptyState icon="card" title={t("finance.noEntries")} />;
  const title = `${kindText(account)} · ${currency}`;
  return (
    <>
      <div class="card table-scroll" tabIndex={0} role="region" aria-label={title}>
        <table class="ledger">
          <caption>{title}</caption>
          <thead>
            <tr>
              <th scope="col">{t("finance.time")}</th>
              <th scope="col">{t("finance.what")}</th>
              <th scope="col">{t("finance.amount")}</th>
              <th scope="col">{t("finance.balance")}</th>
            </tr>
          </thead>
          <tbody>
            {pages.data.items.map((entry) => (
              <tr key={entry.entry}>
                <th scope="row">{dayAndTime(minuteOf(entry.postedAt), ZONE)}</th>
                <td class="is-text">
                  {text(`finance.kind.${entry.kind}`) ?? entry.kind}
                  <span class="muted ledger-id">{entry.booking ?? entry.transfer}</span>
                </td>
                <td>{money(entry.amount.amount, currency)}</td>
                <td>{money(entry.balance.amount, currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pages.more && (
        <Button busy={pages.loadingMore} onClick={pages.more}>
          {t("action.more")}
        </Button>
      )}
    </>
  );
}
