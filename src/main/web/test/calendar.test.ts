import assert from "node:assert/strict";
import { test } from "node:test";
import { addDays, addMonths, dateAt, mondayOf, runs, startOf, weeksOf } from "../src/domain/calendar";

const HOUR = 60;

test("weekdays in a row are one run, over the end of the week too", () => {
  assert.deepEqual(runs([1, 2, 3, 4, 5]), [[1, 5]]);
  assert.deepEqual(runs([1, 3, 4, 6]), [[1, 1], [3, 4], [6, 6]]);
  assert.deepEqual(runs([1, 6, 7]), [[6, 1]]);
  assert.deepEqual(runs([5]), [[5, 5]]);
  assert.deepEqual(runs([]), []);
});

test("weeks begin on Mondays, months have all of theirs", () => {
  assert.equal(mondayOf("2026-11-22"), "2026-11-16");
  assert.equal(mondayOf("2026-11-23"), "2026-11-23");
  assert.equal(addDays("2026-12-31", 1), "2027-01-01");
  assert.equal(addMonths("2026-12-15", 1), "2027-01-01");
  assert.equal(addMonths("2026-01-31", -1), "2025-12-01");
  assert.deepEqual(weeksOf("2026-11-20"), ["2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23", "2026-11-30"]);
});

test("days are as long as the place's clocks make them", () => {
  const length = (date: string, zone: string) => startOf(addDays(date, 1), zone) - startOf(date, zone);
  assert.equal(length("2026-03-29", "Europe/Berlin"), 23 * HOUR);
  assert.equal(length("2026-10-25", "Europe/Berlin"), 25 * HOUR);
  assert.equal(length("2026-06-10", "Europe/Berlin"), 24 * HOUR);
  // Where midnight is skipped the day begins at one.
  assert.equal(length("2026-09-06", "America/Santiago"), 23 * HOUR);
  assert.equal(dateAt(startOf("2026-09-06", "America/Santiago"), "America/Santiago"), "2026-09-06");
});
