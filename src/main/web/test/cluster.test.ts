import assert from "node:assert/strict";
import { test } from "node:test";
import { tileCount, tilesIn } from "../src/domain/geo";
import { cheapest, cluster } from "../src/map/cluster";
import type { Spot } from "../src/state/spots";

function spot(id: string, more: Partial<Spot> = {}): Spot {
  return {
    id,
    lat: 49,
    lng: 8.4,
    title: id,
    type: "GARAGE",
    rating: null,
    capacity: 10,
    free: 5,
    price: 200,
    currency: "EUR",
    availability: "free",
    mine: false,
    permit: false,
    zone: "Europe/Berlin",
    ...more,
  };
}

test("neighbours become one, those afar stay alone, nobody is lost", () => {
  const placed = [
    { x: 0, y: 0, spot: spot("a", { capacity: 300 }) },
    { x: 10, y: 5, spot: spot("b") },
    { x: 2_000, y: 0, spot: spot("c") },
  ];
  const clusters = cluster(placed, 1, 16, null);
  assert.deepEqual(clusters.map((each) => each.spots.map((one) => one.id)), [["a", "b"], ["c"]]);
});

test("one's own and the selected place are never hidden in a cluster", () => {
  const placed = [
    { x: 0, y: 0, spot: spot("a", { capacity: 300 }) },
    { x: 1, y: 1, spot: spot("mine", { mine: true }) },
    { x: 2, y: 2, spot: spot("chosen") },
  ];
  const clusters = cluster(placed, 1, 16, "chosen");
  assert.deepEqual(clusters.map((each) => each.key).sort(), ["a", "chosen", "mine"]);
});

test("the cheapest is the cheapest that can be booked", () => {
  const best = cheapest([spot("full", { price: 100, availability: "full" }), spot("a", { price: 300 }), spot("b", { price: 200 })]);
  assert.equal(best?.id, "b");
});

test("what takes a permit is the cheapest only among its like, or when it was asked for", () => {
  const permit = spot("permit", { price: 0, permit: true });
  assert.equal(cheapest([permit, spot("a", { price: 300 })])?.id, "a");
  assert.equal(cheapest([spot("a", { price: 300 }), permit])?.id, "a");
  assert.equal(cheapest([permit])?.id, "permit");
  assert.equal(cheapest([spot("a", { price: 300 }), permit], true)?.id, "permit");
});

test("tiles are those of the contract's example", () => {
  const box = { west: 8.07, south: 49.0, east: 8.08, north: 49.01 };
  assert.equal(tilesIn(box).length, tileCount(box));
  assert.ok(tilesIn({ west: 8.4044, south: 49.0094, east: 8.4044, north: 49.0094 })[0]?.startsWith("14.8574."));
});
