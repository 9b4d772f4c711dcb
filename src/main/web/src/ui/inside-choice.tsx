import { api } from "../api/client";
import type { Money, Points, WalletBalance } from "../api/types";
import { type Parts, partsOf } from "../domain/parts";
import { money, number, t } from "../i18n";
import { useLoad } from "./load";

/** What is to pay before the card does. */
export interface Inside {
  points: boolean;
  wallet: boolean;
}

interface Held {
  points: number;
  pointsWorth: number;
  wallet: number;
  cardMinimum: number;
}

/** What the driver has with us in a currency; nothing while it is not known, or could not be asked for. */
export function useHeld(currency: string | null): Held {
  const points = useLoad("points", (signal) => api.get<Points>("/points", { limit: 1 }, signal));
  const wallet = useLoad("wallet", (signal) =>
    api.get<{ balances: WalletBalance[]; cardMinimum?: number }>("/wallet", undefined, signal),
  );
  const own = points.data?.balances.find((each) => each.worth.currency === currency);
  const held = wallet.data?.balances.find((each) => each.available.currency === currency);
  return {
    points: own?.points ?? 0,
    pointsWorth: own?.worth.amount ?? 0,
    wallet: held?.available.amount ?? 0,
    cardMinimum: wallet.data?.cardMinimum ?? 0,
  };
}

/** Who pays what of a price, with what has been chosen. */
export function partsWith(price: Money, held: Held, inside: Inside): Parts {
  return partsOf(price.amount, inside.points ? held.pointsWorth : 0, inside.wallet ? held.wallet : 0, held.cardMinimum);
}

interface InsideChoiceProps {
  price: Money;
  held: Held;
  inside: Inside;
  onChoose: (inside: Inside) => void;
}

/** Points and wallet as switches, and what that leaves for the card; nothing while there is neither. */
export function InsideChoice({ price, held, inside, onChoose }: InsideChoiceProps) {
  if (held.pointsWorth <= 0 && held.wallet <= 0) return null;
  const { currency } = price;
  const parts = partsWith(price, held, inside);
  return (
    <fieldset class="choices">
      <legend>{t("inside.title")}</legend>
      {held.pointsWorth > 0 && (
        <Switch
          name="use-points"
          on={inside.points}
          onChange={(on) => onChoose({ ...inside, points: on })}
          text={t("inside.usePoints", { points: number(held.points), worth: money(held.pointsWorth, currency) })}
        />
      )}
      {held.wallet > 0 && (
        <Switch
          name="use-wallet"
          on={inside.wallet}
          onChange={(on) => onChoose({ ...inside, wallet: on })}
          text={t("inside.useWallet", { amount: money(held.wallet, currency) })}
        />
      )}
      <div role="status">{(inside.points || inside.wallet) && <PartsTable parts={parts} currency={currency} />}</div>
    </fieldset>
  );
}

function Switch({ name, on, onChange, text }: { name: string; on: boolean; onChange: (on: boolean) => void; text: string }) {
  return (
    <label class="check">
      <input type="checkbox" role="switch" name={name} checked={on} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{text}</span>
    </label>
  );
}

/** The parts that pay something, and always the card's. */
function PartsTable({ parts, currency }: { parts: Parts; currency: string }) {
  const rows: ["POINTS" | "WALLET" | "CARD", number][] = [
    ["POINTS", parts.points],
    ["WALLET", parts.wallet],
    ["CARD", parts.card],
  ];
  return (
    <table class="lines">
      <caption class="only-spoken">{t("inside.parts")}</caption>
      <tbody>
        {rows
          .filter(([source, amount]) => amount > 0 || source === "CARD")
          .map(([source, amount]) => (
            <tr key={source} class={source === "CARD" ? "lines-total" : undefined}>
              <th scope="row">{t(source === "CARD" ? "inside.onCard" : `part.${source}`)}</th>
              <td>{money(amount, currency)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
