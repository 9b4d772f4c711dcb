import { api } from "../api/client";
import type { Money, WalletBalance } from "../api/types";
import { money, t } from "../i18n";
import { cardOf } from "./cards";
import { Icon } from "./icons";
import { useLoad } from "./load";

/** What the wallet is called where a card's token is expected. */
export const WALLET = "wallet";

export function methodOf(token: string) {
  return token === WALLET ? { type: WALLET } : cardOf(token);
}

/** The wallet as a way to pay; nothing while there is no money in it, or none in the price's currency. */
export function WalletChoice({ price, token, onChoose }: { price: Money | null; token: string; onChoose: (token: string) => void }) {
  const wallet = useLoad("wallet", (signal) => api.get<{ balances: WalletBalance[] }>("/wallet", undefined, signal));
  const held = wallet.data?.balances.find((each) => each.available.currency === price?.currency)?.available;
  if (!price || !held || held.amount <= 0) return null;
  const enough = held.amount >= price.amount;
  return (
    <label class="choice">
      <input type="radio" name="card" value={WALLET} checked={token === WALLET} disabled={!enough} onChange={() => onChoose(WALLET)} />
      <Icon name="shield" />
      <span>
        <strong>{t("wallet.title")}</strong>
        <span class="muted">{t(enough ? "wallet.has" : "wallet.tooLittle", { amount: money(held.amount, held.currency) })}</span>
      </span>
    </label>
  );
}
