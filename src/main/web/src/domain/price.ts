// The price of a stay from a tariff, by the same rule as the server: started hours are counted once over the whole stay
// (elapsed time), each belongs to the local day in which it begins, and a day's hours cost at most the day price.
import { localDay } from "./zone";

const HOUR_MINUTES = 60;

export const WEEKDAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Minor units of the currency. `day` caps a local day when it is given. */
export interface Tariff extends TariffRules {
  hour: number;
  day?: number | null;
}

export const SEGMENT_UNITS = ["FLAT", "MINUTE", "HOUR", "DAY"] as const;

/** Minutes since the stay began; without an end it is the rest. */
export interface TariffSegment {
  start: number;
  end?: number | null;
  unit: (typeof SEGMENT_UNITS)[number];
  amount: number;
  /** Minutes. */
  increment?: number | null;
  maximumFee?: number | null;
}

/** By the place's clock. */
export interface TariffEvent {
  name: string;
  from: string;
  to: string;
  hour: number;
  maximum?: number | null;
}

export interface TariffWindow {
  name?: string | null;
  /** "18:00" by the place's clock. */
  from: string;
  to: string;
  days?: Weekday[] | null;
  maximum: number;
  arriveBy?: string | null;
}

/** What only the server reckons with. */
export interface TariffRules {
  week?: number | null;
  month?: number | null;
  monthDays?: 28 | null;
  dayStart?: string | null;
  segments?: TariffSegment[] | null;
  weekend?: { days?: Weekday[] | null; hour: number; day?: number | null } | null;
  holidays?: { region: string; hour: number; day?: number | null } | null;
  windows?: TariffWindow[] | null;
  events?: TariffEvent[] | null;
  tax?: { basisPoints: number; inclusive: boolean } | null;
  surcharges?: { ev?: number | null; oversize?: number | null; oversizeAboveCentimetres?: number | null } | null;
}

/** Whether hour and day say all that a stay costs: then the price is known here. */
export function isSimple(tariff: Tariff): boolean {
  const { week, month, dayStart, segments, weekend, holidays, windows, events, tax, surcharges } = tariff;
  const rules = [week, month, dayStart, weekend, holidays, surcharges].some((rule) => rule != null);
  const parts = [segments, windows, events].some((some) => some != null && some.length > 0);
  return !rules && !parts && (tax == null || tax.inclusive);
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
