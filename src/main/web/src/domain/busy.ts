// Counts free slots of a window from a pin's occupancy steps.
import type { Stay } from "./price";

/** From and to in minutes since the epoch (half-open), and how many slots are taken in between. */
export type BusyStep = readonly [from: number, to: number, taken: number];

/** How far ahead a pin's steps reach; a window beyond must be asked from the server. */
export const BUSY_HORIZON_MINUTES = 14 * 24 * 60;

/** The most slots taken at one time within the window. Steps may touch, overlap (then they add up) and come in any order. */
export function peakTaken(steps: readonly BusyStep[], stay: Stay): number {
  let peak = 0;
  for (const [from, to] of steps) {
    if (from >= stay.to || to <= stay.from) continue;
    const at = Math.max(from, stay.from);
    let taken = 0;
    for (const [otherFrom, otherTo, otherTaken] of steps) {
      if (otherFrom <= at && at < otherTo) taken += otherTaken;
    }
    if (taken > peak) peak = taken;
  }
  return peak;
}

export function freeSlots(capacity: number, steps: readonly BusyStep[], stay: Stay): number {
  return Math.max(0, capacity - peakTaken(steps, stay));
}
