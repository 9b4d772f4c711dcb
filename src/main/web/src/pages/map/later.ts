import { freeSlots } from "../../domain/busy";
import type { Stay } from "../../domain/price";
import { QUARTER_MINUTES, snapUp } from "../../domain/stay";
import { pins } from "../../live/pins";

const LOOK_AHEAD_MINUTES = 24 * 60;

/** The earliest window of the same length within a day in which one of these places has a slot. */
export function laterStart(places: Iterable<{ id: string }>, wanted: Stay): Stay | null {
  const length = wanted.to - wanted.from;
  const known = [...places].flatMap(({ id }) => pins.get(id) ?? []);
  const first = snapUp(wanted.from + 1);
  for (let from = first; from <= wanted.from + LOOK_AHEAD_MINUTES; from += QUARTER_MINUTES) {
    const candidate = { from, to: from + length };
    if (known.some((pin) => freeSlots(pin.capacity, pin.busy, candidate) > 0)) return candidate;
  }
  return null;
}
