import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { api } from "../api/client";
import { isGuest } from "../api/session";
import type { PaymentMethod, SavedCard } from "../api/types";
import { t, text } from "../i18n";
import { Check } from "./basics";
import { Icon } from "./icons";
import { useLoad } from "./load";

/** The payment provider's test cards, each with an outcome of its own. */
export const TEST_CARDS = [
  { token: "pm_card_visa", key: "card.visa", digits: "4242" },
  { token: "pm_card_threeDSecure2Required", key: "card.secure", digits: "3220" },
  { token: "pm_card_chargeDeclined", key: "card.declined", digits: "0002" },
  { token: "pm_card_chargeDeclinedInsufficientFunds", key: "card.insufficient", digits: "9995" },
] as const;

const SAVED = "card:";
const KEEP = "keep:";

export const savedMethod = (card: SavedCard) => SAVED + card.id;

/** What is chosen, as the API takes it: a saved card, or a token that may be kept. */
export function cardOf(chosen: string): PaymentMethod {
  if (chosen.startsWith(SAVED)) return { type: "card", id: chosen.slice(SAVED.length) };
  if (chosen.startsWith(KEEP)) return { type: "card", token: chosen.slice(KEEP.length), save: true };
  return { type: "card", token: chosen };
}

export function cardName(card: SavedCard): string {
  return `${text(`card.brand.${card.brand}`) ?? card.brand} •••• ${card.last4}`;
}

export function cardEnd(card: SavedCard): string {
  const end = `${String(card.expMonth).padStart(2, "0")}/${String(card.expYear).slice(-2)}`;
  return t(card.expired ? "card.expired" : "card.until", { end });
}

export function useSavedCards() {
  return useLoad(isGuest.value ? null : "saved cards", (signal) => api.get<{ items: SavedCard[] }>("/payments/methods", undefined, signal));
}

interface CardChoiceProps {
  token: string;
  onChoose: (token: string) => void;
  /** Whether a new card is saved anyway, because it pays again and again. */
  keeps?: boolean;
  /** Other ways to pay, before the cards. */
  children?: ComponentChildren;
}

/** Saved cards first, the default one chosen until somebody chooses; without any the page is as quick as before. */
export function CardChoice({ token, onChoose, keeps, children }: CardChoiceProps) {
  const saved = useSavedCards();
  const touched = useRef(false);
  const usable = saved.data?.items.filter((card) => !card.expired) ?? [];
  const choose = (chosen: string) => {
    touched.current = true;
    onChoose(chosen);
  };
  const first = usable[0] ? savedMethod(usable[0]) : null;
  useEffect(() => {
    if (first && !touched.current && token === TEST_CARDS[0].token) onChoose(first);
  }, [first]);
  const kept = token.startsWith(KEEP);
  const bare = kept ? token.slice(KEEP.length) : token;
  const fresh = TEST_CARDS.some((card) => card.token === bare);
  return (
    <>
      <fieldset class="choices">
        <legend>{t("card.title")}</legend>
        {children}
        {usable.map((card) => (
          <label key={card.id} class="choice">
            <input type="radio" name="card" value={savedMethod(card)} checked={token === savedMethod(card)} onChange={() => choose(savedMethod(card))} />
            <Icon name="card" />
            <span>
              <strong>{cardName(card)}</strong>
              <span class="muted">{cardEnd(card)}</span>
            </span>
          </label>
        ))}
        {TEST_CARDS.map((card) => (
          <label key={card.token} class="choice">
            <input type="radio" name="card" value={card.token} checked={bare === card.token} onChange={() => choose(kept ? KEEP + card.token : card.token)} />
            <Icon name="card" />
            <span>
              <strong>Visa •••• {card.digits}</strong>
              <span class="muted">{t(card.key)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {fresh && keeps && <p class="field-hint">{t("card.keptForPass")}</p>}
      {fresh && !keeps && !isGuest.value && (
        <Check checked={kept} onChange={(keep) => choose(keep ? KEEP + bare : bare)}>
          {t("card.keep")}
        </Check>
      )}
    </>
  );
}
