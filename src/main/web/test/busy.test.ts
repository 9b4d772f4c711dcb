import assert from "node:assert/strict";
import { test } from "node:test";
import { type BusyStep, freeSlots, peakTaken } from "../src/domain/busy";

const STEPS: BusyStep[] = [
  [100, 200, 2],
  [200, 260, 5],
  [300, 400, 1],
];

test("the peak within the window counts", () => {
  assert.equal(freeSlots(6, STEPS, { from: 100, to: 200 }), 4);
  assert.equal(freeSlots(6, STEPS, { from: 150, to: 250 }), 1);
  assert.equal(freeSlots(6, STEPS, { from: 260, to: 300 }), 6);
});

test("the window is half-open at both ends", () => {
  assert.equal(peakTaken(STEPS, { from: 50, to: 100 }), 0);
  assert.equal(peakTaken(STEPS, { from: 400, to: 500 }), 0);
  assert.equal(peakTaken(STEPS, { from: 199, to: 200 }), 2);
});

test("overlapping steps in any order add up, and free is never below zero", () => {
  const overlapping: BusyStep[] = [
    [150, 250, 2],
    [100, 200, 3],
  ];
  assert.equal(peakTaken(overlapping, { from: 100, to: 300 }), 5);
  assert.equal(peakTaken(overlapping, { from: 200, to: 300 }), 2);
  assert.equal(freeSlots(4, overlapping, { from: 100, to: 300 }), 0);
});
