import assert from "node:assert/strict";
import { test } from "node:test";
import { hoursByDay, priceByDay, priceOf } from "../src/domain/price";
import { instantsOf, minuteOf } from "../src/domain/zone";

const ZONE = "Europe/Berlin";
const stay = (from: string, to: string) => ({ from: minuteOf(from), to: minuteOf(to) });

test("a started hour is a whole one, counted once over the stay", () => {
  assert.equal(priceOf({ hour: 280 }, stay("2026-05-04T10:15:00+02:00", "2026-05-04T12:15:00+02:00"), ZONE), 560);
  assert.equal(priceOf({ hour: 280 }, stay("2026-05-04T10:15:00+02:00", "2026-05-04T12:16:00+02:00"), ZONE), 840);
  assert.equal(priceOf({ hour: 280 }, stay("2026-05-04T10:15:00+02:00", "2026-05-04T10:45:00+02:00"), ZONE), 280);
});

test("each hour belongs to the local day in which it begins, and the day price caps that day alone", () => {
  const nights = stay("2026-05-04T20:30:00+02:00", "2026-05-05T10:30:00+02:00");
  assert.deepEqual(
    hoursByDay(nights, ZONE).map((each) => each.hours),
    [4, 10],
  );
  assert.equal(priceOf({ hour: 200, day: 1500 }, nights, ZONE), 4 * 200 + 1500);
  assert.deepEqual(
    priceByDay({ hour: 200, day: 1500 }, nights, ZONE).map((each) => each.capped),
    [false, true],
  );
});

test("elapsed time counts when the clocks change", () => {
  assert.equal(priceOf({ hour: 100 }, stay("2026-03-29T01:00:00+01:00", "2026-03-29T04:00:00+02:00"), ZONE), 200);
  assert.equal(priceOf({ hour: 100 }, stay("2026-10-25T01:00:00+02:00", "2026-10-25T04:00:00+01:00"), ZONE), 400);
});

test("days are those of the place, not of the reader", () => {
  const evening = stay("2026-05-04T22:00:00Z", "2026-05-05T02:00:00Z");
  assert.equal(hoursByDay(evening, "Europe/Berlin").length, 1);
  assert.equal(hoursByDay(evening, "Europe/London").length, 2);
});

test("random stays cost what an hour-by-hour count says", () => {
  let seed = 11;
  const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) % below;
  const dayOf = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE });
  for (let round = 0; round < 300; round++) {
    const from = minuteOf("2026-03-20T00:00:00Z") + random(300_000);
    const to = from + 30 + random(5_000);
    const tariff = { hour: 50 + random(400), day: 1_000 + random(1_000) };
    const days = new Map<string, number>();
    for (let begins = from; begins < to; begins += 60) {
      const day = dayOf.format(begins * 60_000);
      days.set(day, (days.get(day) ?? 0) + tariff.hour);
    }
    const expected = [...days.values()].reduce((sum, amount) => sum + Math.min(amount, tariff.day), 0);
    assert.equal(priceOf(tariff, { from, to }, ZONE), expected);
  }
});

test("a skipped local time has no instant, a repeated one has two", () => {
  const at = (month: number, day: number) => instantsOf({ year: 2026, month, day, hour: 2, minute: 30 }, ZONE).length;
  assert.equal(at(3, 29), 0);
  assert.equal(at(10, 25), 2);
  assert.equal(at(5, 4), 1);
});
