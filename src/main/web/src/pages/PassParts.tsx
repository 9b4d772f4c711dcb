import { useRef, useState } from "preact/hooks";
import { ApiError, api, explain, newKey } from "../api/client";
import type { ChangeQuote, Plan, Subscription } from "../api/types";
import { minuteOf } from "../domain/zone";
import { longDay, money, t } from "../i18n";
import { Link } from "../router";
import { Button, ErrorState, Notice, Skeleton, TextField } from "../ui/basics";
import { cardEnd, cardName, savedMethod, useSavedCards } from "../ui/cards";
import { FormDialog } from "../ui/form-dialog";
import { Icon } from "../ui/icons";
import { useLoad } from "../ui/load";
import { toast } from "../ui/toast";
import { WALLET, WalletChoice, methodOf } from "../ui/wallet-choice";
import { PassLines } from "./PassLines";

interface PassProps {
  pass: Subscription;
  onDone: () => void;
}

/** What pays the months that follow, and another one in its place. */
export function PaidWith({ pass, onDone }: PassProps) {
  const saved = useSavedCards();
  const [choosing, setChoosing] = useState(false);
  const method = pass.paymentMethod;
  if (!method || pass.status === "ENDED" || pass.status === "FAILED") return null;
  const card = saved.data?.items.find((each) => each.id === method.id);
  const gone = method.type === "card" && method.id !== undefined && saved.data !== null && !card;
  return (
    <div class="form">
      <p class="with-icon">
        <Icon name="card" />
        <span>{method.type === WALLET ? t("passes.paidByWallet") : card ? t("passes.paidBy", { card: cardName(card) }) : t("passes.paidByCard")}</span>
      </p>
      {card?.expired && <Notice tone="warning">{t("passes.cardExpired", { card: cardName(card) })}</Notice>}
      {gone && <Notice tone="warning">{t("passes.cardGone")}</Notice>}
      {pass.status === "ACTIVE" && pass.renewsAt && (
        <Button tone={gone || card?.expired ? "primary" : "plain"} onClick={() => setChoosing(true)}>
          {t("passes.changeCard")}
        </Button>
      )}
      {choosing && (
        <ChooseMethod
          pass={pass}
          onClose={() => setChoosing(false)}
          onDone={() => {
            setChoosing(false);
            toast(t("passes.cardChanged"));
            onDone();
          }}
        />
      )}
    </div>
  );
}

function ChooseMethod({ pass, onClose, onDone }: PassProps & { onClose: () => void }) {
  const saved = useSavedCards();
  const [token, setToken] = useState(pass.paymentMethod?.id ? `card:${pass.paymentMethod.id}` : WALLET);
  const usable = saved.data?.items.filter((card) => !card.expired) ?? [];
  return (
    <FormDialog
      title={t("passes.changeCard")}
      action={t("passes.payWithThis")}
      send={() => api.put<Subscription>(`/subscriptions/${pass.id}/payment-method`, { paymentMethod: methodOf(token) })}
      onClose={onClose}
      onDone={onDone}
    >
      {saved.error !== null ? (
        <ErrorState error={saved.error} onRetry={saved.reload} />
      ) : !saved.data ? (
        <Skeleton rows={2} height={56} />
      ) : (
        <fieldset class="choices">
          <legend>{t("card.title")}</legend>
          <WalletChoice price={pass.price} token={token} onChoose={setToken} />
          {usable.map((card) => (
            <label key={card.id} class="choice">
              <input type="radio" name="card" value={savedMethod(card)} checked={token === savedMethod(card)} onChange={() => setToken(savedMethod(card))} />
              <Icon name="card" />
              <span>
                <strong>{cardName(card)}</strong>
                <span class="muted">{cardEnd(card)}</span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      <p>
        <Link href="/cards">{t("cards.add")}</Link>
      </p>
    </FormDialog>
  );
}

/** A change that is planned or wants to be paid, or the way to one. */
export function PassChanges({ pass, onDone }: PassProps) {
  const [changing, setChanging] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const change = pass.change;
  const giveUp = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await api.remove(`/subscriptions/${pass.id}/change`);
      onDone();
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };
  if (change) {
    const what = { title: change.title, price: money(change.price.amount, change.price.currency), time: longDay(minuteOf(change.takesEffectAt), pass.timeZone) };
    return (
      <Notice tone="info">
        <p>{t(change.payment ? "passes.changeUnpaid" : "passes.changePlanned", what)}</p>
        {change.payment?.nextAction && (
          <a class="button button-primary" href={change.payment.nextAction.url}>
            {t("passes.toBank")}
          </a>
        )}
        <Button busy={busy} onClick={() => void giveUp()}>
          {t("passes.giveUpChange")}
        </Button>
        {failure !== null && <p>{explain(failure)}</p>}
      </Notice>
    );
  }
  if (pass.status !== "ACTIVE" || pass.endsAt || pass.kind !== "PASS") return null;
  return (
    <>
      <Button onClick={() => setChanging(true)}>{t("passes.change")}</Button>
      {changing && (
        <ChangePass
          pass={pass}
          onClose={() => setChanging(false)}
          onDone={() => {
            setChanging(false);
            onDone();
          }}
        />
      )}
    </>
  );
}

/** Another plan or number of vehicles: what it costs is seen before it is confirmed. */
function ChangePass({ pass, onClose, onDone }: PassProps & { onClose: () => void }) {
  const plans = useLoad(`plans ${pass.listingId}`, (signal) => api.get<{ items: Plan[] }>("/plans", { listing: pass.listingId }, signal));
  const offered = (plans.data?.items ?? []).filter((plan) => plan.kind === "PASS" && (plan.id !== pass.planId || plan.per === "VEHICLE"));
  const [chosen, setChosen] = useState<string | null>(null);
  const [many, setMany] = useState(String(pass.concurrency));
  const [later, setLater] = useState(false);
  const attempt = useRef({ of: "", key: "" });
  const plan = offered.find((each) => each.id === chosen) ?? offered.find((each) => each.id === pass.planId) ?? offered[0];
  const count = plan?.per === "VEHICLE" ? Math.min(plan.concurrency, Math.max(1, Number(many) || 1)) : plan?.concurrency;
  const fewer = count !== undefined && count <= pass.concurrency;
  const wanted = plan && {
    planId: plan.id,
    takesEffect: later && fewer ? "RENEWAL" : "NOW",
    ...(plan.per === "VEHICLE" ? { vehiclesAtOnce: count } : {}),
  };
  const isOther = plan !== undefined && (plan.id !== pass.planId || count !== pass.concurrency);
  const quote = useLoad(isOther ? `change ${pass.id} ${JSON.stringify(wanted)}` : null, () => api.post<ChangeQuote>(`/subscriptions/${pass.id}/change-quote`, wanted));
  const send = async () => {
    const body = { ...wanted, due: quote.data?.due };
    // The same attempt keeps its key, so that trying again after a lost answer never pays twice.
    const of = JSON.stringify(body);
    if (attempt.current.of !== of) attempt.current = { of, key: newKey() };
    try {
      const changed = await api.post<Subscription>(`/subscriptions/${pass.id}/change`, body, attempt.current.key);
      if (changed.change?.payment?.nextAction) {
        location.assign(changed.change.payment.nextAction.url);
        return;
      }
      toast(t(changed.change ? "passes.changeNoted" : "passes.changed"));
    } catch (error) {
      if (!(error instanceof ApiError && error.isUnknown)) attempt.current = { of: "", key: "" };
      if (error instanceof ApiError && error.code === "QUOTE_STALE") quote.reload();
      throw error;
    }
  };
  const due = quote.data?.due;
  const action = !due
    ? t("passes.change")
    : due.amount > 0
      ? t("passes.changeFor", { price: money(due.amount, due.currency) })
      : t("passes.changeNow");
  return (
    <FormDialog title={t("passes.change")} action={action} disabled={!quote.data || !isOther} send={send} onClose={onClose} onDone={onDone}>
      {plans.error !== null ? (
        <ErrorState error={plans.error} onRetry={plans.reload} />
      ) : !plans.data ? (
        <Skeleton rows={2} height={56} />
      ) : !plan ? (
        <p>{t("passes.noOther")}</p>
      ) : (
        <>
          <fieldset class="choices">
            <legend>{t("passes.toWhich")}</legend>
            {offered.map((each) => (
              <label key={each.id} class="choice">
                <input type="radio" name="plan" checked={plan.id === each.id} onChange={() => setChosen(each.id)} />
                <Icon name="calendar" />
                <span>
                  <strong>{each.title}</strong>
                  <span class="muted">
                    {t(each.per === "VEHICLE" ? "passes.perVehicle" : "passes.perMonth", { price: money(each.price.amount, each.price.currency) })}
                  </span>
                </span>
              </label>
            ))}
          </fieldset>
          {plan.per === "VEHICLE" && (
            <TextField label={t("passes.howMany")} type="number" min={1} max={plan.concurrency} value={many} onText={setMany} required />
          )}
          {isOther && fewer && (
            <fieldset class="choices">
              <legend>{t("passes.whenChange")}</legend>
              {[false, true].map((each) => (
                <label key={String(each)} class="choice">
                  <input type="radio" name="when" checked={later === each} onChange={() => setLater(each)} />
                  <span>{t(each ? "passes.atRenewal" : "passes.atOnce")}</span>
                </label>
              ))}
            </fieldset>
          )}
          {isOther &&
            (quote.error !== null ? (
              <ErrorState error={quote.error} onRetry={quote.reload} />
            ) : (
              <>
                <PassLines quote={quote.data} total={t(due && due.amount < 0 ? "passes.back" : "passes.total")} />
                {quote.data && <p class="muted">{t("passes.thenMonthly", { price: money(quote.data.price.amount, quote.data.price.currency) })}</p>}
              </>
            ))}
        </>
      )}
    </FormDialog>
  );
}
