// The price of a stay from a tariff, by the same rule as the server: started hours are counted once over the whole stay
// (elapsed time), each belongs to the local day in which it begins, and a day's hours cost at most the day price.
import { localDay } from "./zone";

const HOUR_MINUTES = 60;

/** Minor units of the currency. `day` caps a local day when it is given. */
export interface Tariff {
  hour: number;
  day?: number | null;
  week?: number | null;
  month?: number | null;
}

export interface Stay {
  /** Minutes since the epoch, half-open. */
  from: number;
  to: number;
}

export interface DayPrice {
  /** The first started hour of that day, as an instant. */
  begins: number;
  hours: number;
  amount: number;
  capped: boolean;
}

export interface DayHours {
  begins: number;
  hours: number;
}

let memoKey = "";
let memo: DayHours[] = [];

/** How many started hours fall into each local day. Remembers the last answer, since all pins share one window. */
export function hoursByDay(stay: Stay, zone: string): DayHours[] {
  const key = `${stay.from}|${stay.to}|${zone}`;
  if (key === memoKey) return memo;
  const days: DayHours[] = [];
  const started = Math.ceil((stay.to - stay.from) / HOUR_MINUTES);
  let current = Number.NaN;
  for (let index = 0; index < started; index++) {
    const begins = stay.from + index * HOUR_MINUTES;
    const day = localDay(begins, zone);
    const last = days.at(-1);
    if (last && day === current) last.hours++;
    else days.push({ begins, hours: 1 });
    current = day;
  }
  memoKey = key;
  memo = days;
  return days;
}

export function priceByDay(tariff: Tariff, stay: Stay, zone: string): DayPrice[] {
  return hoursByDay(stay, zone).map(({ begins, hours }) => {
    const metered = hours * tariff.hour;
    const capped = tariff.day != null && tariff.day < metered;
    return { begins, hours, amount: capped ? (tariff.day as number) : metered, capped };
  });
}

export function priceOf(tariff: Tariff, stay: Stay, zone: string): number {
  return priceByDay(tariff, stay, zone).reduce((sum, day) => sum + day.amount, 0);
}
