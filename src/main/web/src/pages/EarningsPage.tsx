import { useEffect, useState } from "preact/hooks";
import { api, explain, newKey } from "../api/client";
import { isGuest } from "../api/session";
import type { Balance, Earnings, Page, Payout, PayoutAccount } from "../api/types";
import { minuteOf, readerZone } from "../domain/zone";
import { type MessageKey, dayAndTime, money, t, weekdayAndDay, zoneNote } from "../i18n";
import { onOwnMessage } from "../live/own";
import { Link } from "../router";
import { Button, EmptyState, ErrorState, Notice, PageHead, Skeleton } from "../ui/basics";
import { useLoad } from "../ui/load";
import { announce, toast } from "../ui/toast";
import { EarningsChart } from "./EarningsChart";

const POLL_MILLIS = 2_000;
const PAGE_SIZE = 20;

/** What a host has earned, what of it can be paid out, and what was. */
export function EarningsPage() {
  return isGuest.value ? (
    <div class="page">
      <PageHead title={t("earnings.title")} />
      <EmptyState icon="card" title={t("host.guest")}>
        <p>{t("error.ACCOUNT_REQUIRED")}</p>
        <Link class="button button-primary" href="/account">
          {t("account.title")}
        </Link>
      </EmptyState>
    </div>
  ) : (
    <Own />
  );
}

function Own() {
  const [by, setBy] = useState<"week" | "month">("week");
  const account = useLoad("payout account", (signal) => api.get<PayoutAccount>("/payout-account", undefined, signal));
  const earnings = useLoad(`earnings ${by}`, (signal) => api.get<Earnings>("/earnings", { by }, signal));
  const payouts = useLoad("payouts", (signal) => api.get<Page<Payout>>("/payouts", { limit: PAGE_SIZE }, signal));
  const reload = () => {
    account.reload();
    payouts.reload();
  };
  useEffect(() => onOwnMessage((message) => message.kind === "notification" && message.notification.type === "PAYMENT" && reload()), []);
  const waiting = (payouts.data?.items ?? []).some((each) => each.status === "PENDING");
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(reload, POLL_MILLIS);
    return () => clearInterval(timer);
  }, [waiting]);
  const nothing = account.data?.balances.length === 0 && payouts.data?.items.length === 0;
  return (
    <div class="page">
      <PageHead title={t("earnings.title")} />
      {account.error !== null && !account.data ? (
        <ErrorState error={account.error} onRetry={account.reload} />
      ) : !account.data ? (
        <Skeleton rows={2} height={132} />
      ) : (
        <>
          {account.data.state !== "ENABLED" && <Onboarding account={account.data} />}
          {nothing ? (
            <EmptyState icon="card" title={t("earnings.none")}>
              <p>{t("earnings.noneHint")}</p>
              <Link class="button button-quiet" href="/host">
                {t("host.title")}
              </Link>
            </EmptyState>
          ) : (
            <Money account={account.data} onChange={reload} />
          )}
        </>
      )}
      {!nothing && (
        <>
          {earnings.error !== null ? (
            <ErrorState error={earnings.error} onRetry={earnings.reload} />
          ) : (
            <EarningsChart earnings={earnings.data} by={by} onBy={setBy} />
          )}
          <History first={payouts.data} error={payouts.error} zone={account.data?.timeZone ?? readerZone()} onRetry={payouts.reload} />
        </>
      )}
      {account.data?.state === "ENABLED" && <Onboarding account={account.data} />}
    </div>
  );
}

/** Whether the provider pays, and the way to it. */
function Onboarding({ account }: { account: PayoutAccount }) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const open = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const link = await api.post<{ url: string }>("/payout-account", {});
      location.assign(link.url);
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  const isEnabled = account.state === "ENABLED";
  const button = (
    <Button tone={isEnabled ? "quiet" : "primary"} icon={isEnabled ? "edit" : "card"} busy={busy} onClick={() => void open()}>
      {t(isEnabled ? "earnings.changeBank" : account.state === "NONE" ? "earnings.setUp" : "earnings.continue")}
    </Button>
  );
  return (
    <section class="card form" aria-labelledby="onboarding-title">
      <h2 id="onboarding-title">{t(account.state === "NONE" ? "earnings.state.NONE" : "earnings.account")}</h2>
      {account.state === "NONE" ? (
        <p>{t("earnings.setUpHint")}</p>
      ) : (
        <Notice tone={isEnabled ? "success" : "warning"}>{t(`earnings.state.${account.state}` as MessageKey)}</Notice>
      )}
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      <div class="form-buttons">{button}</div>
    </section>
  );
}

function at(instant: string, zone: string): string {
  const minute = minuteOf(instant);
  const note = zoneNote(minute, zone);
  return note ? `${dayAndTime(minute, zone)}, ${note}` : dayAndTime(minute, zone);
}

function Money({ account, onChange }: { account: PayoutAccount; onChange: () => void }) {
  return (
    <section class="section" aria-labelledby="money-title">
      <h2 id="money-title">{t("earnings.balances")}</h2>
      {account.balances.map((balance) => (
        <OneCurrency key={balance.available.currency} balance={balance} account={account} onChange={onChange} />
      ))}
      <p class="muted">
        {t(account.state === "ENABLED" ? "earnings.nextRun" : "earnings.nextRunNot", { time: at(account.nextRunAt, account.timeZone) })}{" "}
        {t("earnings.heldHint", { hours: account.holdbackHours })}
      </p>
    </section>
  );
}

function OneCurrency({ balance, account, onChange }: { balance: Balance; account: PayoutAccount; onChange: () => void }) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  // The same key until there is an answer: what was asked for twice is sent once.
  const [key, setKey] = useState(newKey);
  const { available, held, underWay, minimum } = balance;
  const text = (each: { amount: number; currency: string }) => money(each.amount, each.currency);
  const isEnough = available.amount >= minimum.amount;
  const request = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const payout = await api.post<Payout>("/payouts", { currency: available.currency }, key);
      setKey(newKey());
      // For the eye it stands in the figures, and soon in the inbox.
      announce(t("earnings.requested", { amount: text(payout.amount) }));
      onChange();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <article class="card form">
      <dl class="figures">
        <div class="figure is-main">
          <dt>{t("earnings.available")}</dt>
          <dd>{text(available)}</dd>
        </div>
        <div class="figure">
          <dt>{t("earnings.held")}</dt>
          <dd>{text(held)}</dd>
          {balance.heldUntil && <dd class="figure-note">{t("earnings.heldUntil", { time: at(balance.heldUntil, account.timeZone) })}</dd>}
        </div>
        {underWay.amount !== 0 && (
          <div class="figure">
            <dt>{t("earnings.underWay")}</dt>
            <dd>{text(underWay)}</dd>
          </div>
        )}
      </dl>
      {available.amount < 0 && <Notice tone="warning">{t("earnings.negative")}</Notice>}
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      {account.state === "ENABLED" && isEnough ? (
        <div class="form-buttons">
          <Button tone="primary" icon="card" busy={busy} onClick={() => void request()}>
            {t("earnings.request", { amount: text(available) })}
          </Button>
        </div>
      ) : (
        !isEnough && <p class="field-hint">{t("earnings.minimum", { amount: text(minimum) })}</p>
      )}
    </article>
  );
}

interface HistoryProps {
  first: Page<Payout> | null;
  error: unknown;
  zone: string;
  onRetry: () => void;
}

function History({ first, error, zone, onRetry }: HistoryProps) {
  const [more, setMore] = useState<Page<Payout> | null>(null);
  const [busy, setBusy] = useState(false);
  const next = more ? more.next : first?.next;
  const known = new Set(first?.items.map((each) => each.id));
  const items = [...(first?.items ?? []), ...(more?.items ?? []).filter((each) => !known.has(each.id))];
  const load = async () => {
    setBusy(true);
    try {
      const page = await api.get<Page<Payout>>("/payouts", { limit: PAGE_SIZE, cursor: next });
      setMore((before) => ({ items: [...(before?.items ?? []), ...page.items], next: page.next }));
    } catch (failure) {
      toast(explain(failure), "danger");
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="section" aria-labelledby="payouts-title">
      <h2 id="payouts-title">{t("earnings.history")}</h2>
      {error !== null && !first ? (
        <ErrorState error={error} onRetry={onRetry} />
      ) : !first ? (
        <Skeleton rows={2} />
      ) : items.length === 0 ? (
        <p class="muted">{t("earnings.noPayouts")}</p>
      ) : (
        <ul class="cards">
          {items.map((each) => (
            <li key={each.id}>
              <OnePayout payout={each} zone={zone} />
            </li>
          ))}
        </ul>
      )}
      {next && (
        <Button busy={busy} onClick={() => void load()}>
          {t("action.more")}
        </Button>
      )}
    </section>
  );
}

const TONES = { PENDING: "tag-accent", SENT: "tag-success", FAILED: "tag-danger", REVERSED: "tag-warning" };

function OnePayout({ payout, zone }: { payout: Payout; zone: string }) {
  return (
    <article class="card payout">
      <span class="row-text">
        <strong>{payout.week ? t("earnings.weekOf", { day: weekdayAndDay(payout.week) }) : t("earnings.onDemand")}</strong>
        <span class="muted">{at(payout.createdAt, zone)}</span>
        <span class={`tag ${TONES[payout.status]}`}>{t(`earnings.status.${payout.status}` as MessageKey)}</span>
        {payout.reversed && payout.status === "SENT" && (
          <span class="muted">{t("earnings.partly", { amount: money(payout.reversed.amount, payout.reversed.currency) })}</span>
        )}
      </span>
      <span class="booking-card-price">{money(payout.amount.amount, payout.amount.currency)}</span>
    </article>
  );
}
