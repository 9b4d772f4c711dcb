// The window a driver asks for: snapped to quarters, never in the past.
import type { Stay } from "./price";
import { nowMinute } from "./zone";

export const QUARTER_MINUTES = 15;
export const LEAD_MINUTES = 15;
export const DEFAULT_LENGTH_MINUTES = 120;
export const SHORTEST_MINUTES = 30;
export const LONGEST_MINUTES = 30 * 24 * 60;

export function snapUp(minute: number): number {
  return Math.ceil(minute / QUARTER_MINUTES) * QUARTER_MINUTES;
}

/** "Now + 15 min, 2 hours", at the next quarter. */
export function defaultStay(now: number = nowMinute()): Stay {
  const from = snapUp(now + LEAD_MINUTES);
  return { from, to: from + DEFAULT_LENGTH_MINUTES };
}

/** Moves a window that has begun to the next quarter and keeps its length. */
export function keepAhead(stay: Stay, now: number = nowMinute()): Stay {
  if (stay.from >= now) return stay;
  const from = snapUp(now);
  return { from, to: from + (stay.to - stay.from) };
}

export function withFrom(stay: Stay, from: number): Stay {
  return { from, to: from + (stay.to - stay.from) };
}

export function withTo(stay: Stay, to: number): Stay {
  const length = Math.min(Math.max(to - stay.from, SHORTEST_MINUTES), LONGEST_MINUTES);
  return { from: stay.from, to: stay.from + length };
}

export function isValid(stay: Stay): boolean {
  const length = stay.to - stay.from;
  return Number.isFinite(length) && length >= SHORTEST_MINUTES && length <= LONGEST_MINUTES;
}
