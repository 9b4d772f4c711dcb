import { useState } from "preact/hooks";
import { api, downloadTable, explain } from "../api/client";
import { isGuest } from "../api/session";
import type { Payer, Promotion } from "../api/types";
import { minuteOf, readerZone } from "../domain/zone";
import { type MessageKey, dayAndTime, money, number, t } from "../i18n";
import { Link } from "../router";
import { Button, Chip, EmptyState, ErrorState, Field, Notice, PageHead, Skeleton, TextField } from "../ui/basics";
import { keepFile } from "../ui/file";
import { MoneyField } from "../ui/money-field";
import { type LoadedPages, usePages } from "../ui/pages";
import { announce, toast } from "../ui/toast";

const CURRENCY = "EUR";
const BATCH = 50;
const BATCH_MAX = 1_000;

/** A host's own codes, for their own places. */
export function PromotionsPage() {
  const promotions = usePages<Promotion>(isGuest.value ? null : "/promotions", { limit: 20 });
  return (
    <div class="page">
      <PageHead title={t("promotions.title")} />
      {isGuest.value ? (
        <EmptyState icon="ticket" title={t("error.ACCOUNT_REQUIRED")}>
          <Link class="button button-primary" href="/account">
            {t("account.title")}
          </Link>
        </EmptyState>
      ) : (
        <>
          <p class="muted">{t("promotions.hostHint")}</p>
          <PromotionForm payer="HOST" onMade={promotions.reload} />
          <PromotionList promotions={promotions} />
        </>
      )}
    </div>
  );
}

/** Terms of a new promotion; whoever pays is given. */
export function PromotionForm({ payer, currency = CURRENCY, onMade }: { payer: Payer; currency?: string; onMade: () => void }) {
  const [open, setOpen] = useState(false);
  const [round, setRound] = useState(0);
  return open ? (
    <Form
      key={round}
      payer={payer}
      currency={currency}
      onMade={() => {
        setOpen(false);
        setRound(round + 1);
        onMade();
      }}
    />
  ) : (
    <div>
      <Button tone="primary" icon="plus" onClick={() => setOpen(true)}>
        {t("promotions.new")}
      </Button>
    </div>
  );
}

function whole(typed: string): number | undefined {
  const value = Number(typed);
  return typed.trim() !== "" && Number.isInteger(value) && value > 0 ? value : undefined;
}

function Form({ payer, currency, onMade }: { payer: Payer; currency: string; onMade: () => void }) {
  const [name, setName] = useState("");
  const [code, setCode] = useState("");
  const [shared, setShared] = useState(payer !== "MERCHANT");
  const [byPercent, setByPercent] = useState(true);
  const [percent, setPercent] = useState(payer === "MERCHANT" ? "100" : "10");
  const [amount, setAmount] = useState<number | null>(null);
  const [cap, setCap] = useState<number | null>(null);
  const [minimum, setMinimum] = useState<number | null>(null);
  const [until, setUntil] = useState("");
  const [uses, setUses] = useState("");
  const [perDriver, setPerDriver] = useState("");
  const [host, setHost] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const make = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await api.post<Promotion>("/promotions", {
        name: name.trim(),
        payer,
        currency,
        validUntil: new Date(`${until}T23:59:59`).toISOString(),
        ...(shared ? { code: code.trim() } : {}),
        ...(byPercent ? { percent: whole(percent) } : { amount }),
        ...(byPercent && cap ? { cap } : {}),
        ...(minimum ? { minimumPrice: minimum } : {}),
        ...(shared && whole(uses) ? { uses: whole(uses) } : {}),
        ...(whole(perDriver) ? { usesPerDriver: whole(perDriver) } : {}),
        ...(payer !== "HOST" && host.trim() ? { hostId: host.trim() } : {}),
      });
      toast(t("promotions.made"));
      onMade();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <form
      class="card form"
      aria-label={t("promotions.new")}
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <h2>{t("promotions.new")}</h2>
      <TextField label={t("promotions.name")} hint={t("promotions.nameHint")} value={name} onText={setName} required maxLength={80} />
      {payer !== "MERCHANT" && (
        <div class="chips" role="group" aria-label={t("promotions.codes")}>
          <Chip on={shared} onToggle={() => setShared(true)}>
            {t("promotions.shared")}
          </Chip>
          <Chip on={!shared} onToggle={() => setShared(false)}>
            {t("promotions.single")}
          </Chip>
        </div>
      )}
      {shared && <TextField label={t("promo.code")} hint={t("promotions.codeHint")} value={code} onText={setCode} required minLength={6} maxLength={32} autocomplete="off" />}
      <div class="chips" role="group" aria-label={t("promotions.worth")}>
        <Chip on={byPercent} onToggle={() => setByPercent(true)}>
          {t("promotions.byPercent")}
        </Chip>
        <Chip on={!byPercent} onToggle={() => setByPercent(false)}>
          {t("promotions.byAmount")}
        </Chip>
      </div>
      {byPercent ? (
        <>
          <TextField label={t("promotions.percent")} type="number" min={1} max={100} value={percent} onText={setPercent} required />
          <MoneyField label={t("promotions.cap")} currency={currency} amount={cap} onAmount={setCap} optional={payer !== "MERCHANT"} />
        </>
      ) : (
        <MoneyField label={t("promotions.amount")} currency={currency} amount={amount} onAmount={setAmount} />
      )}
      <MoneyField label={t("promotions.minimum")} currency={currency} amount={minimum} onAmount={setMinimum} optional />
      <Field label={t("promotions.until")}>
        {(attributes) => <input class="input" type="date" required value={until} {...attributes} onInput={(event) => setUntil(event.currentTarget.value)} />}
      </Field>
      {shared && <TextField label={t("promotions.uses")} type="number" min={1} value={uses} onText={setUses} optional />}
      <TextField label={t("promotions.perDriver")} type="number" min={1} value={perDriver} onText={setPerDriver} optional />
      {payer !== "HOST" && <TextField label={t("promotions.host")} hint={t("promotions.hostIdHint")} value={host} onText={setHost} optional />}
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      <Button tone="primary" type="submit" busy={busy}>
        {t("promotions.make")}
      </Button>
    </form>
  );
}

/** What there is, how often it was used, and what it has cost. */
export function PromotionList({ promotions }: { promotions: LoadedPages<Promotion> }) {
  if (promotions.error !== null) return <ErrorState error={promotions.error} onRetry={promotions.reload} />;
  if (promotions.data === null) return <Skeleton rows={3} height={120} />;
  if (promotions.data.items.length === 0) {
    return (
      <EmptyState icon="ticket" title={t("promotions.none")}>
        <p>{t("promotions.noneHint")}</p>
      </EmptyState>
    );
  }
  return (
    <>
      <ul class="cards">
        {promotions.data.items.map((each) => (
          <li key={each.id} class="card form">
            <Item promotion={each} onChange={promotions.reload} />
          </li>
        ))}
      </ul>
      {promotions.more && (
        <Button busy={promotions.loadingMore} onClick={promotions.more}>
          {t("action.more")}
        </Button>
      )}
    </>
  );
}

function worth({ percent, amount, cap, currency }: Promotion): string {
  if (amount) return t("promotions.worthAmount", { amount: money(amount.amount, currency) });
  const values = { percent: number(percent ?? 0, 0), cap: cap ? money(cap.amount, currency) : "" };
  return t(cap ? "promotions.worthCapped" : "promotions.worthPercent", values);
}

function Item({ promotion, onChange }: { promotion: Promotion; onChange: () => void }) {
  const [busy, setBusy] = useState(false);
  const [count, setCount] = useState(String(BATCH));
  const over = promotion.withdrawnAt != null || Date.parse(promotion.validUntil) <= Date.now();
  const run = async (task: () => Promise<void>, done: MessageKey) => {
    setBusy(true);
    try {
      await task();
      announce(t(done));
      onChange();
    } catch (error) {
      toast(explain(error), "danger");
    }
    setBusy(false);
  };
  const exported = async () => keepFile(await downloadTable(`/promotions/${promotion.id}/codes.csv`, {}), "berth-codes.csv");
  return (
    <>
      <div>
        <h2>{promotion.name}</h2>
        <p>
          {promotion.code && <strong>{promotion.code} · </strong>}
          {worth(promotion)}
        </p>
        <p class="muted">
          {t(`promotions.payer.${promotion.payer}`)} ·{" "}
          {over
            ? t(promotion.withdrawnAt ? "promotions.withdrawn" : "promotions.over")
            : t("promotions.validUntil", { time: dayAndTime(minuteOf(promotion.validUntil), readerZone()) })}
        </p>
      </div>
      <p>
        {t("promotions.used", {
          consumed: number(promotion.consumed, 0),
          reserved: number(promotion.reserved, 0),
          given: money(promotion.given.amount, promotion.currency),
        })}
        {promotion.uses != null && ` ${t("promotions.ofUses", { uses: number(promotion.uses, 0) })}`}
      </p>
      {!promotion.code && (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void run(async () => {
              await api.post(`/promotions/${promotion.id}/codes`, { count: whole(count) ?? 1 });
              await exported();
            }, "promotions.codesMade");
          }}
        >
          <TextField label={t("promotions.count", { codes: number(promotion.codes, 0) })} type="number" min={1} max={BATCH_MAX} value={count} onText={setCount} />
          <Button type="submit" icon="plus" busy={busy} disabled={over}>
            {t("promotions.generate")}
          </Button>
        </form>
      )}
      <div class="form-buttons">
        {promotion.codes > 0 && !promotion.code && (
          <Button busy={busy} onClick={() => void run(exported, "promotions.exported")}>
            {t("promotions.export")}
          </Button>
        )}
        {!over && (
          <Button busy={busy} onClick={() => void run(() => api.post(`/promotions/${promotion.id}/withdrawal`), "promotions.isWithdrawn")}>
            {t("promotions.withdraw")}
          </Button>
        )}
      </div>
    </>
  );
}
