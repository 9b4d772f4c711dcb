import assert from "node:assert/strict";
import { test } from "node:test";
import { Sequencer, type TileMessage } from "../src/live/sequencer";

const message = (seq: number, epoch = 1): TileMessage<string> => ({ epoch, seq, pins: [`p${seq}`] });
const snapshot = (seq: number, epoch = 1) => ({ tile: "14.1.1", epoch, seq, pins: [] as string[] });
const seqs = (messages: TileMessage<string>[]) => messages.map((each) => each.seq);

test("what came before the snapshot is dropped, what came after it is applied in order", () => {
  const sequencer = new Sequencer<string>();
  for (const seq of [4, 5, 6, 7]) assert.deepEqual(sequencer.message(message(seq)), { apply: [], resync: false });
  const step = sequencer.snapshot(snapshot(5));
  assert.deepEqual(seqs(step.apply), [6, 7]);
  assert.equal(step.resync, false);
  assert.deepEqual(seqs(sequencer.message(message(8)).apply), [8]);
});

test("a message that came twice is applied once", () => {
  const sequencer = new Sequencer<string>();
  sequencer.snapshot(snapshot(5));
  assert.deepEqual(seqs(sequencer.message(message(6)).apply), [6]);
  assert.deepEqual(sequencer.message(message(6)), { apply: [], resync: false });
});

test("a gap asks for a snapshot once, and nothing is lost meanwhile", () => {
  const sequencer = new Sequencer<string>();
  sequencer.snapshot(snapshot(5));
  assert.equal(sequencer.message(message(7)).resync, true);
  assert.equal(sequencer.message(message(8)).resync, false);
  assert.deepEqual(seqs(sequencer.snapshot(snapshot(7)).apply), [8]);
});

test("a gap between the snapshot and what waited asks again and keeps what waited", () => {
  const sequencer = new Sequencer<string>();
  sequencer.message(message(9));
  sequencer.message(message(10));
  assert.equal(sequencer.snapshot(snapshot(5)).resync, true);
  assert.deepEqual(seqs(sequencer.snapshot(snapshot(8)).apply), [9, 10]);
});

test("another epoch is another node's stream: a snapshot is due, old messages do not count", () => {
  const sequencer = new Sequencer<string>();
  sequencer.snapshot(snapshot(50));
  assert.equal(sequencer.message(message(1, 2)).resync, true);
  const step = sequencer.snapshot(snapshot(0, 2));
  assert.deepEqual(seqs(step.apply), [1]);
});

test("being told to reload asks for a snapshot and forgets the position", () => {
  const sequencer = new Sequencer<string>();
  sequencer.snapshot(snapshot(5));
  assert.equal(sequencer.message({ reload: true }).resync, true);
  assert.equal(sequencer.isSynced, false);
  assert.deepEqual(seqs(sequencer.message(message(6)).apply), []);
  assert.deepEqual(seqs(sequencer.snapshot(snapshot(5)).apply), [6]);
});
