import assert from "node:assert/strict";
import { test } from "node:test";
import { partsOf } from "../src/domain/parts";

test("points pay first, then the wallet, then the card", () => {
  assert.deepEqual(partsOf(1000, 200, 300, 50), { points: 200, wallet: 300, card: 500 });
  assert.deepEqual(partsOf(1000, 0, 0, 50), { points: 0, wallet: 0, card: 1000 });
  assert.deepEqual(partsOf(1000, 700, 900, 50), { points: 700, wallet: 300, card: 0 });
});

test("a card pays something worth a charge, or nothing", () => {
  assert.deepEqual(partsOf(1000, 300, 690, 50), { points: 300, wallet: 650, card: 50 });
  assert.deepEqual(partsOf(1000, 970, 20, 50), { points: 950, wallet: 0, card: 50 });
  assert.deepEqual(partsOf(30, 20, 0, 50), { points: 0, wallet: 0, card: 30 });
});
