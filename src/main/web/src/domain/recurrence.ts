// The weekly rules that a driver can choose, as RFC 5545 writes them; what they mean the server says.
import { type Wall, wallAt } from "./zone";

/** MONDAY first, as the calendar of the texts has them. */
export const WEEKDAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const DAY_MILLIS = 86_400_000;

export interface Repeat {
  days: Weekday[];
  /** The last day of the calendar on which a stay may begin, such as 2026-12-18. */
  until: string;
}

export function rruleOf({ days, until }: Repeat): string {
  const named = WEEKDAYS.filter((day) => days.includes(day)).map((day) => day.slice(0, 2));
  return `FREQ=WEEKLY;BYDAY=${named.join(",")};UNTIL=${until.replaceAll("-", "")}`;
}

function utc(wall: Wall): number {
  return Date.UTC(wall.year, wall.month - 1, wall.day);
}

export function weekdayAt(minute: number, zone: string): Weekday {
  return WEEKDAYS[(new Date(utc(wallAt(minute, zone))).getUTCDay() + 6) % 7] as Weekday;
}

/** The day of the place's calendar so many days after an instant. */
export function dayAfter(minute: number, zone: string, days: number): string {
  return new Date(utc(wallAt(minute, zone)) + days * DAY_MILLIS).toISOString().slice(0, 10);
}
