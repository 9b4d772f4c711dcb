import { useState } from "preact/hooks";
import { minorDigits, money } from "../i18n";
import { TextField } from "./basics";

interface MoneyFieldProps {
  label: string;
  currency: string;
  /** Minor units. */
  amount: number | null;
  onAmount: (amount: number | null) => void;
  optional?: boolean;
  error?: string | null;
}

/** Takes "2", "2.5" and "2,50"; shows below what was understood. */
export function MoneyField({ label, currency, amount, onAmount, optional, error }: MoneyFieldProps) {
  const digits = minorDigits(currency);
  const [shown, setShown] = useState(amount === null ? "" : (amount / 10 ** digits).toFixed(digits));
  return (
    <TextField
      label={label}
      optional={optional}
      required={!optional}
      inputMode="decimal"
      value={shown}
      hint={amount === null ? undefined : money(amount, currency)}
      error={error}
      onText={(typed) => {
        setShown(typed);
        onAmount(parseMoney(typed, digits));
      }}
    />
  );
}

export function parseMoney(typed: string, digits: number): number | null {
  const value = Number(typed.trim().replace(",", "."));
  if (typed.trim() === "" || !Number.isFinite(value) || value < 0) return null;
  return Math.round(value * 10 ** digits);
}
