import assert from "node:assert/strict";
import { test } from "node:test";
import { barsOf, placed } from "../src/domain/earnings";

const eur = (amount: number) => ({ amount, currency: "EUR" });

test("a period in which nothing was earned has a bar, too", () => {
  const earned = [
    { from: "2026-11-02", net: eur(880) },
    { from: "2026-11-16", net: eur(-200) },
    { from: "2026-11-16", net: { amount: 5, currency: "CHF" } },
  ];
  assert.deepEqual(barsOf(earned, "EUR", "week", "2026-11-02", "2026-11-23"), [
    { from: "2026-11-02", net: 880 },
    { from: "2026-11-09", net: 0 },
    { from: "2026-11-16", net: -200 },
  ]);
  assert.deepEqual(
    barsOf([], "EUR", "month", "2026-01-01", "2026-03-20").map((bar) => bar.from),
    ["2026-01-01", "2026-02-01", "2026-03-01"],
  );
});

test("bars stand on a zero line that leaves room for what is negative", () => {
  const chart = placed([
    { from: "a", net: 300 },
    { from: "b", net: -100 },
    { from: "c", net: 0 },
  ]);
  assert.equal(chart.zero, 25);
  assert.deepEqual(chart.heights, [75, 25, 0]);
  assert.deepEqual(placed([{ from: "a", net: 0 }]), { zero: 0, heights: [0] });
});
