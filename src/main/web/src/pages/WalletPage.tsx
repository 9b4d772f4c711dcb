import { useRef, useState } from "preact/hooks";
import { ApiError, api, explain, newKey } from "../api/client";
import type { WalletBalance, WalletEntry } from "../api/types";
import { money, t } from "../i18n";
import { Link } from "../router";
import { Button, Chip, EmptyState, ErrorState, Notice, PageHead, Skeleton } from "../ui/basics";
import { CardChoice, TEST_CARDS, cardOf } from "../ui/cards";
import { EntryList } from "../ui/entry-list";
import { type Loaded, useLoad } from "../ui/load";
import { MoneyField } from "../ui/money-field";
import { usePages } from "../ui/pages";
import { toast } from "../ui/toast";
import { PointsCard } from "./PointsCard";
import { WithdrawDialog } from "./WithdrawDialog";

/** What a wallet is filled with when nothing is in it yet. */
const FIRST_CURRENCY = "EUR";
const OFFERED = [1_000, 2_000, 5_000];

interface Wallet {
  balances: WalletBalance[];
}

/** The driver's money with us: how much there is, how it comes in, and where it went. */
export function WalletPage() {
  const wallet = useLoad("wallet", (signal) => api.get<Wallet>("/wallet", undefined, signal));
  const [round, setRound] = useState(0);
  const moved = () => {
    wallet.reload();
    setRound(round + 1);
  };
  const balances = wallet.data?.balances ?? [];
  const currency = balances[0]?.available.currency ?? FIRST_CURRENCY;
  return (
    <div class="page">
      <PageHead title={t("wallet.menu")} />
      {wallet.error !== null ? (
        <ErrorState error={wallet.error} onRetry={wallet.reload} />
      ) : wallet.data === null ? (
        <Skeleton rows={3} />
      ) : (
        <>
          <div class="two-columns">
            <Balances wallet={wallet} onDone={moved} />
            <TopUp currency={currency} onDone={moved} />
          </div>
          {balances.map((each) => (
            <Statement key={`${each.available.currency} ${round}`} currency={each.available.currency} />
          ))}
          {balances.length === 0 && (
            <EmptyState icon="card" title={t("wallet.empty")}>
              <p>{t("wallet.emptyHint")}</p>
            </EmptyState>
          )}
          <PointsCard />
        </>
      )}
    </div>
  );
}

function Balances({ wallet, onDone }: { wallet: Loaded<Wallet>; onDone: () => void }) {
  const [paying, setPaying] = useState<WalletBalance | null>(null);
  const balances = wallet.data?.balances ?? [];
  const shown = balances.length > 0 ? balances : [{ available: { amount: 0, currency: FIRST_CURRENCY }, reserved: { amount: 0, currency: FIRST_CURRENCY } }];
  return (
    <section class="card form" aria-label={t("wallet.balance")}>
      {shown.map(({ available, reserved }) => (
        <div key={available.currency}>
          <h2 class="muted">{t("wallet.balance")}</h2>
          <p class="big-number" data-balance={available.amount}>
            {money(available.amount, available.currency)}
          </p>
          {reserved.amount > 0 && <p class="muted">{t("wallet.reserved", { amount: money(reserved.amount, reserved.currency) })}</p>}
          {available.amount > 0 && (
            <Button icon="card" onClick={() => setPaying({ available, reserved })}>
              {t("wallet.withdraw")}
            </Button>
          )}
        </div>
      ))}
      <p class="muted">{t("wallet.use")}</p>
      <Button icon="refresh" busy={wallet.loading} onClick={wallet.reload}>
        {t("wallet.refresh")}
      </Button>
      {paying && (
        <WithdrawDialog
          currency={paying.available.currency}
          available={paying.available.amount}
          onClose={() => setPaying(null)}
          onDone={onDone}
        />
      )}
    </section>
  );
}

interface TopUpAnswer {
  status: string;
  nextAction?: { url: string };
}

function TopUp({ currency, onDone }: { currency: string; onDone: () => void }) {
  const [amount, setAmount] = useState<number | null>(OFFERED[1] as number);
  const [typed, setTyped] = useState(0);
  const [token, setToken] = useState<string>(TEST_CARDS[0].token);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const attempt = useRef({ of: "", key: "" });
  const pay = async () => {
    if (amount === null) return;
    setBusy(true);
    setFailure(null);
    // The same attempt keeps its key, so that trying again after a lost answer never charges twice.
    const of = `${amount} ${token}`;
    if (attempt.current.of !== of) attempt.current = { of, key: newKey() };
    try {
      const answer = await api.post<TopUpAnswer>(
        "/wallet/top-ups",
        { amount: { amount, currency }, paymentMethod: cardOf(token) },
        attempt.current.key,
      );
      attempt.current = { of: "", key: "" };
      if (answer.nextAction) {
        location.assign(answer.nextAction.url);
        return;
      }
      toast(t(answer.status === "SUCCEEDED" ? "wallet.toppedUp" : "wallet.underWay", { amount: money(amount, currency) }));
      onDone();
    } catch (error) {
      if (!(error instanceof ApiError && error.isUnknown)) attempt.current = { of: "", key: "" };
      setFailure(error);
    }
    setBusy(false);
  };
  return (
    <form
      class="card form"
      aria-label={t("wallet.topUp")}
      onSubmit={(event) => {
        event.preventDefault();
        void pay();
      }}
    >
      <h2>{t("wallet.topUp")}</h2>
      <div class="chips" role="group" aria-label={t("wallet.amount")}>
        {OFFERED.map((each) => (
          <Chip
            key={each}
            on={amount === each}
            onToggle={() => {
              setAmount(each);
              setTyped(typed + 1);
            }}
          >
            {money(each, currency)}
          </Chip>
        ))}
      </div>
      <MoneyField
        key={typed}
        label={t("wallet.amount")}
        currency={currency}
        amount={amount}
        onAmount={setAmount}
        error={failure instanceof ApiError && failure.status === 422 ? t("wallet.limits") : null}
      />
      <CardChoice token={token} onChoose={setToken} />
      <p class="field-hint">{t("card.test")}</p>
      {failure !== null && !(failure instanceof ApiError && failure.status === 422) && <Notice tone="danger">{explain(failure)}</Notice>}
      <Button tone="primary" type="submit" wide busy={busy} disabled={amount === null || amount === 0}>
        {t("wallet.pay", { amount: money(amount ?? 0, currency) })}
      </Button>
    </form>
  );
}

function Statement({ currency }: { currency: string }) {
  const pages = usePages<WalletEntry>("/wallet/entries", { currency, limit: 20 });
  return (
    <EntryList
      pages={pages}
      name={(entry) => t(`wallet.kind.${entry.kind}`)}
      balance={t("wallet.balance")}
      signed
      more={(entry) => entry.booking && <Link href={`/bookings/${entry.booking}`}>{t("booking.title")}</Link>}
    />
  );
}
