// Days of the calendar as "2026-11-23", and where they begin at a place.
import { instantsOf, wallAt } from "./zone";

const DAY_MILLIS = 86_400_000;

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MILLIS).toISOString().slice(0, 10);
}

export function mondayOf(date: string): string {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return addDays(date, -((weekday + 6) % 7));
}

export function firstOfMonth(date: string): string {
  return `${date.slice(0, 7)}-01`;
}

export function addMonths(date: string, months: number): string {
  const first = new Date(`${firstOfMonth(date)}T00:00:00Z`);
  first.setUTCMonth(first.getUTCMonth() + months);
  return first.toISOString().slice(0, 10);
}

/** The Monday of the week in which a month begins, and of so many weeks until it is over. */
export function weeksOf(month: string): string[] {
  const weeks: string[] = [];
  const after = addMonths(month, 1);
  for (let monday = mondayOf(firstOfMonth(month)); monday < after; monday = addDays(monday, 7)) weeks.push(monday);
  return weeks;
}

export function dateAt(minute: number, zone: string): string {
  const { year, month, day } = wallAt(minute, zone);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${year}-${two(month)}-${two(day)}`;
}

/** The minute in which a day begins at a place, be it that its clocks skip midnight. */
export function startOf(date: string, zone: string): number {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  for (let hour = 0; hour < 4; hour++) {
    const found = instantsOf({ year, month, day, hour, minute: 0 }, zone)[0];
    if (found !== undefined) return found;
  }
  return Math.floor(Date.parse(`${date}T00:00:00Z`) / 60_000);
}

/** Weekdays in a row, Monday is 1; the week goes on behind Sunday. */
export function runs(weekdays: readonly number[]): [first: number, last: number][] {
  const found: [number, number][] = [];
  for (const day of weekdays) {
    const last = found.at(-1);
    if (last && last[1] === day - 1) last[1] = day;
    else found.push([day, day]);
  }
  const [first, last] = [found[0], found.at(-1)];
  if (first && last && first !== last && first[0] === 1 && last[1] === 7) {
    last[1] = first[1];
    found.shift();
  }
  return found;
}
