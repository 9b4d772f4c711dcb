import type { ComponentChildren } from "preact";
import { t } from "../i18n";
import { Icon } from "./icons";

/** The payment provider's test cards, each with an outcome of its own. */
export const TEST_CARDS = [
  { token: "pm_card_visa", key: "card.visa", digits: "4242" },
  { token: "pm_card_threeDSecure2Required", key: "card.secure", digits: "3220" },
  { token: "pm_card_chargeDeclined", key: "card.declined", digits: "0002" },
  { token: "pm_card_chargeDeclinedInsufficientFunds", key: "card.insufficient", digits: "9995" },
] as const;

interface CardChoiceProps {
  token: string;
  onChoose: (token: string) => void;
  /** Other ways to pay, before the cards. */
  children?: ComponentChildren;
}

export function CardChoice({ token, onChoose, children }: CardChoiceProps) {
  return (
    <fieldset class="choices">
      <legend>{t("card.title")}</legend>
      {children}
      {TEST_CARDS.map((card) => (
        <label key={card.token} class="choice">
          <input type="radio" name="card" value={card.token} checked={token === card.token} onChange={() => onChoose(card.token)} />
          <Icon name="card" />
          <span>
            <strong>Visa •••• {card.digits}</strong>
            <span class="muted">{t(card.key)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
