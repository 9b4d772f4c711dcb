import assert from "node:assert/strict";
import { test } from "node:test";
import { dayAfter, rruleOf, weekdayAt } from "../src/domain/recurrence";
import { minuteOf } from "../src/domain/zone";

test("a rule names its days in the order of the week, and its last day", () => {
  assert.equal(
    rruleOf({ days: ["FRIDAY", "MONDAY"], until: "2026-12-18" }),
    "FREQ=WEEKLY;BYDAY=MO,FR;UNTIL=20261218",
  );
});

test("days are those of the place", () => {
  const minute = minuteOf("2026-11-22T23:30:00Z");
  assert.deepEqual(
    [weekdayAt(minute, "Europe/Berlin"), weekdayAt(minute, "UTC"), weekdayAt(minute, "America/New_York")],
    ["MONDAY", "SUNDAY", "SUNDAY"],
  );
  assert.equal(dayAfter(minute, "Europe/Berlin", 0), "2026-11-23");
  assert.equal(dayAfter(minute, "Europe/Berlin", 28), "2026-12-21");
});
