import { useState } from "preact/hooks";
import { ApiError, api, explain, newKey } from "../api/client";
import { user } from "../api/session";
import type { Merchant, MerchantEntry, Promotion } from "../api/types";
import { money, t } from "../i18n";
import { Link } from "../router";
import { Button, EmptyState, ErrorState, Notice, PageHead, Skeleton } from "../ui/basics";
import { EntryList } from "../ui/entry-list";
import { useLoad } from "../ui/load";
import { MoneyField } from "../ui/money-field";
import { usePages } from "../ui/pages";
import { toast } from "../ui/toast";
import { PromotionForm, PromotionList } from "./PromotionsPage";

/** Who pays for its customers' parking: codes to give away, and what they have come to. */
export function MerchantPage() {
  const merchant = useLoad("merchant", (signal) => api.get<Merchant>("/merchant", undefined, signal));
  const isNone = merchant.error instanceof ApiError && merchant.error.status === 404;
  return (
    <div class="page">
      <PageHead title={t("merchant.title")} />
      {isNone ? (
        <EmptyState icon="ticket" title={t("merchant.none")}>
          <p>{t("merchant.noneHint", { id: user.value?.id ?? "" })}</p>
        </EmptyState>
      ) : merchant.error !== null ? (
        <ErrorState error={merchant.error} onRetry={merchant.reload} />
      ) : merchant.data === null ? (
        <Skeleton rows={2} height={132} />
      ) : (
        <Own merchant={merchant.data} onChange={merchant.reload} />
      )}
    </div>
  );
}

function Own({ merchant, onChange }: { merchant: Merchant; onChange: () => void }) {
  const [round, setRound] = useState(0);
  const promotions = usePages<Promotion>("/promotions", { limit: 20 });
  const { currency } = merchant.limit;
  const left = merchant.limit.amount - merchant.owed.amount - merchant.open.amount;
  const reload = () => {
    onChange();
    setRound(round + 1);
  };
  return (
    <>
      <div class="two-columns">
        <section class="card form" aria-label={merchant.name}>
          <h2>{merchant.name}</h2>
          <p class="muted">{t("merchant.owed")}</p>
          <p class="big-number">{money(merchant.owed.amount, currency)}</p>
          <p class="muted">
            {t("merchant.limit", {
              limit: money(merchant.limit.amount, currency),
              open: money(merchant.open.amount, currency),
              left: money(Math.max(0, left), currency),
            })}
          </p>
        </section>
        <Settle key={round} merchant={merchant} onDone={reload} />
      </div>
      <section class="section" aria-label={t("merchant.validations")}>
        <h2>{t("merchant.validations")}</h2>
        <p class="muted">{t("merchant.hint")}</p>
        <PromotionForm payer="MERCHANT" currency={currency} onMade={promotions.reload} />
        <PromotionList
          promotions={{
            ...promotions,
            reload: () => {
              promotions.reload();
              onChange();
            },
          }}
        />
      </section>
      <Statement key={`statement ${round}`} />
    </>
  );
}

function Settle({ merchant, onDone }: { merchant: Merchant; onDone: () => void }) {
  const [amount, setAmount] = useState<number | null>(merchant.owed.amount || null);
  const [key, setKey] = useState(newKey());
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const { currency } = merchant.owed;
  const pay = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await api.post("/merchant/settlements", { amount: { amount, currency } }, key);
      toast(t("merchant.paid", { amount: money(amount ?? 0, currency) }));
      onDone();
    } catch (error) {
      // After a lost answer the same key goes again, so that nothing is paid twice.
      if (!(error instanceof ApiError && error.isUnknown)) setKey(newKey());
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <form
      class="card form"
      aria-label={t("merchant.settle")}
      onSubmit={(event) => {
        event.preventDefault();
        void pay();
      }}
    >
      <h2>{t("merchant.settle")}</h2>
      <p class="muted">
        {t("merchant.settleHint")} <Link href="/wallet">{t("wallet.title")}</Link>
      </p>
      <MoneyField
        label={t("wallet.amount")}
        currency={currency}
        amount={amount}
        onAmount={(typed) => {
          setAmount(typed);
          setKey(newKey());
        }}
      />
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      <Button tone="primary" type="submit" busy={busy} disabled={amount === null || amount < 1 || amount > merchant.owed.amount}>
        {t("merchant.pay", { amount: money(amount ?? 0, currency) })}
      </Button>
    </form>
  );
}

function Statement() {
  const pages = usePages<MerchantEntry>("/merchant/statement", { limit: 20 });
  return (
    <EntryList
      pages={pages}
      name={(entry) => t(`merchant.kind.${entry.kind}`)}
      balance={t("merchant.owed")}
      empty={<EmptyState icon="ticket" title={t("merchant.noEntries")} />}
    />
  );
}
