import { useState } from "preact/hooks";
import { api, explain } from "../api/client";
import type { Merchant, Payer, Promotion } from "../api/types";
import { money, t } from "../i18n";
import { Button, Chip, EmptyState, ErrorState, Notice, PageHead, Skeleton, TextField } from "../ui/basics";
import { MoneyField } from "../ui/money-field";
import { usePages } from "../ui/pages";
import { toast } from "../ui/toast";
import { PromotionForm, PromotionList } from "./PromotionsPage";

const PAYERS: Payer[] = ["PLATFORM", "HOST", "MERCHANT"];
const CURRENCY = "EUR";

/** Everybody's promotions, the platform's own to make, and who is a merchant. */
export function AdminPromotionsPage() {
  const [payer, setPayer] = useState<Payer>("PLATFORM");
  const promotions = usePages<Promotion>("/promotions", { payer, limit: 20 });
  return (
    <div class="page">
      <PageHead title={t("promotions.title")} />
      <div class="chips" role="group" aria-label={t("promotions.whoPays")}>
        {PAYERS.map((each) => (
          <Chip key={each} on={payer === each} onToggle={() => setPayer(each)}>
            {t(`promotions.payer.${each}`)}
          </Chip>
        ))}
      </div>
      {payer === "PLATFORM" && <PromotionForm payer="PLATFORM" onMade={promotions.reload} />}
      <PromotionList promotions={promotions} />
      <Merchants />
    </div>
  );
}

function Merchants() {
  const merchants = usePages<Merchant>("/admin/merchants", { limit: 20 });
  return (
    <section class="section" aria-label={t("merchants.title")}>
      <h2>{t("merchants.title")}</h2>
      <Appoint onDone={merchants.reload} />
      {merchants.error !== null ? (
        <ErrorState error={merchants.error} onRetry={merchants.reload} />
      ) : merchants.data === null ? (
        <Skeleton rows={2} height={72} />
      ) : merchants.data.items.length === 0 ? (
        <EmptyState icon="ticket" title={t("merchants.none")} />
      ) : (
        <>
          <ul class="cards">
            {merchants.data.items.map((each) => (
              <li key={each.accountId} class="card">
                <strong>{each.name}</strong>
                <p class="muted ledger-id">{each.accountId}</p>
                <p>
                  {t("merchants.state", {
                    owed: money(each.owed.amount, each.owed.currency),
                    open: money(each.open.amount, each.open.currency),
                    limit: money(each.limit.amount, each.limit.currency),
                  })}
                </p>
              </li>
            ))}
          </ul>
          {merchants.more && (
            <Button busy={merchants.loadingMore} onClick={merchants.more}>
              {t("action.more")}
            </Button>
          )}
        </>
      )}
    </section>
  );
}

function Appoint({ onDone }: { onDone: () => void }) {
  const [account, setAccount] = useState("");
  const [name, setName] = useState("");
  const [limit, setLimit] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const appoint = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await api.put(`/admin/merchants/${encodeURIComponent(account.trim())}`, { name: name.trim(), limit: { amount: limit ?? 0, currency: CURRENCY } });
      toast(t("merchants.appointed"));
      onDone();
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };
  return (
    <form
      class="card form"
      aria-label={t("merchants.appoint")}
      onSubmit={(event) => {
        event.preventDefault();
        void appoint();
      }}
    >
      <h3>{t("merchants.appoint")}</h3>
      <TextField label={t("merchants.account")} hint={t("merchants.accountHint")} value={account} onText={setAccount} required />
      <TextField label={t("merchants.name")} value={name} onText={setName} required maxLength={80} />
      <MoneyField label={t("merchants.limit")} currency={CURRENCY} amount={limit} onAmount={setLimit} />
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      <Button tone="primary" type="submit" busy={busy} disabled={limit === null}>
        {t("merchants.save")}
      </Button>
    </form>
  );
}
