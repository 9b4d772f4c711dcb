// What a chart of earnings shows: every period, also those in which there was nothing.
import { addDays, addMonths } from "./calendar";

export interface Bar {
  /** The first day of its period. */
  from: string;
  net: number;
}

/** One bar for each period from `from` until before `to`. */
export function barsOf(earned: readonly { from: string; net: { amount: number; currency: string } }[], currency: string, by: "week" | "month", from: string, to: string): Bar[] {
  const nets = new Map(earned.filter((each) => each.net.currency === currency).map((each) => [each.from, each.net.amount]));
  const bars: Bar[] = [];
  for (let day = from; day < to; day = by === "week" ? addDays(day, 7) : addMonths(day, 1)) {
    bars.push({ from: day, net: nets.get(day) ?? 0 });
  }
  return bars;
}

/** How high a bar is and where it begins, in percent of the chart, whose zero line lies where the most negative bar needs it. */
export function placed(bars: readonly Bar[]): { zero: number; heights: number[] } {
  const top = Math.max(0, ...bars.map((bar) => bar.net));
  const bottom = Math.min(0, ...bars.map((bar) => bar.net));
  const whole = top - bottom || 1;
  return { zero: (Math.abs(bottom) / whole) * 100, heights: bars.map((bar) => (Math.abs(bar.net) / whole) * 100) };
}
