import assert from "node:assert/strict";
import { test } from "node:test";
import { type PlacedSum, together } from "../src/map/summaries";

const sum = (listings: number, free: number, hour: number) => ({ listings, capacity: listings, free, exact: true, hour, currency: "EUR" });

test("neighbours are put together, those apart are not, and nothing is lost", () => {
  const placed: PlacedSum[] = [
    { key: "a", x: 0, y: 0, sum: sum(5, 3, 200) },
    { key: "b", x: 50, y: 10, sum: sum(2, 2, 100) },
    { key: "c", x: 5_000, y: 0, sum: sum(1, 0, 300) },
  ];
  const clusters = together(placed, 1, 10);
  assert.equal(clusters.length, 2);
  assert.deepEqual(clusters[0]?.sum, { listings: 7, capacity: 7, free: 5, exact: true, hour: 100, currency: "EUR" });
  assert.equal(clusters[0]?.key, "tile a");
  assert.equal(clusters.reduce((count, each) => count + (each.sum?.listings ?? 0), 0), 8);
});
