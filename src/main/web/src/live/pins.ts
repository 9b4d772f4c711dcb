// The pins of the tiles in view, kept in step with the server's streams.
import { signal } from "@preact/signals";
import type { Pin } from "../api/types";
import { isOpen, liveState, request, subscribe } from "./connection";
import { digest } from "./digest";
import { Sequencer, type TileMessage, type TileSnapshot } from "./sequencer";

const SNAPSHOT_TILES = 20;
const RETRY_SNAPSHOT_MILLIS = 1_500;
const RETRY_REFUSED_MILLIS = 3_000;

interface TileState {
  sequencer: Sequencer<Pin>;
  ids: Set<string>;
  /** Whether it has had a snapshot: what it has may be the same still. */
  known: boolean;
  unsubscribe: () => void;
}

export const pins = new Map<string, Pin>();
/** Grows with every change of `pins`, once per animation frame. */
export const pinsVersion = signal(0);
/** Whether every tile in view has had its snapshot. */
export const pinsReady = signal(false);

type ChangeListener = (changed: Pin[]) => void;
const listeners = new Set<ChangeListener>();
const tiles = new Map<string, TileState>();
const due = new Set<string>();
let changedInFrame: Pin[] = [];
let frame = 0;
let asking = false;
let retry: number | undefined;

/** Told of pins that changed live (not of those that a snapshot brought). */
export function onPinsChanged(listener: ChangeListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Hears exactly these tiles from now on. */
export function watchTiles(wanted: string[]): void {
  const keep = new Set(wanted);
  for (const [name, tile] of tiles) {
    if (keep.has(name)) continue;
    tile.unsubscribe();
    tiles.delete(name);
    due.delete(name);
    for (const id of tile.ids) pins.delete(id);
  }
  for (const name of keep) if (!tiles.has(name)) addTile(name);
  touch();
}

function addTile(name: string): void {
  const tile: TileState = { sequencer: new Sequencer(), ids: new Set(), known: false, unsubscribe: () => undefined };
  tiles.set(name, tile);
  listen(name, tile);
}

function listen(name: string, tile: TileState): void {
  tile.unsubscribe = subscribe({
    address: `pins.${name}`,
    onSubscribed: () => {
      tile.sequencer.lose();
      askFor(name);
    },
    onMessage: (body) => {
      const message = body as TileMessage<Pin>;
      const step = tile.sequencer.message(message);
      for (const change of step.apply) apply(tile, change, true);
      if (step.resync) askFor(name);
    },
    onRefused: () => {
      tile.unsubscribe();
      tile.sequencer.lose();
      setTimeout(() => tiles.get(name) === tile && listen(name, tile), RETRY_REFUSED_MILLIS * (0.5 + Math.random() / 2));
    },
  });
}

function askFor(name: string): void {
  due.add(name);
  if (!asking) {
    asking = true;
    queueMicrotask(() => void takeSnapshots());
  }
}

async function takeSnapshots(): Promise<void> {
  clearTimeout(retry);
  try {
    while (due.size > 0 && isOpen()) {
      const names = [...due].slice(0, SNAPSHOT_TILES);
      for (const name of names) due.delete(name);
      try {
        const answer = await request<{ tiles: TileSnapshot<Pin>[] }>("pins.snapshot", { tiles: names, have: digestsOf(names) });
        for (const snapshot of answer.tiles) applySnapshot(snapshot);
      } catch {
        // A lost socket asks anew when it is back; a refused or late answer is asked for again a little later.
        for (const name of names) if (tiles.has(name)) due.add(name);
        retry = window.setTimeout(() => due.size > 0 && askFor([...due][0] as string), RETRY_SNAPSHOT_MILLIS);
        return;
      }
    }
  } finally {
    asking = false;
    touch();
  }
}

/** What is known of tiles from before, so that only what has changed since comes again. */
function digestsOf(names: string[]): Record<string, string> {
  const have: Record<string, string> = {};
  for (const name of names) {
    const tile = tiles.get(name);
    if (tile?.known) have[name] = digest([...tile.ids].flatMap((id) => pins.get(id) ?? []));
  }
  return have;
}

function applySnapshot(snapshot: TileSnapshot<Pin>): void {
  const tile = tiles.get(snapshot.tile);
  if (!tile) return;
  if (!snapshot.same) takeAll(tile, snapshot.pins ?? []);
  const step = tile.sequencer.snapshot(snapshot);
  for (const change of step.apply) apply(tile, change, true);
  if (step.resync) askFor(snapshot.tile);
  touch();
}

function takeAll(tile: TileState, all: Pin[]): void {
  const present = new Set(all.map((pin) => pin.id));
  for (const id of tile.ids) if (!present.has(id)) pins.delete(id);
  tile.ids = present;
  tile.known = true;
  for (const pin of all) {
    const known = pins.get(pin.id);
    // After a reconnect to a node that lags the newer state stays.
    if (!known || pin.v >= known.v) pins.set(pin.id, pin);
  }
}

function apply(tile: TileState, change: TileMessage<Pin>, live: boolean): void {
  for (const id of change.gone ?? []) {
    tile.ids.delete(id);
    pins.delete(id);
  }
  for (const pin of change.pins ?? []) {
    const known = pins.get(pin.id);
    if (known && known.v > pin.v) continue;
    tile.ids.add(pin.id);
    pins.set(pin.id, pin);
    if (live) changedInFrame.push(pin);
  }
  touch();
}

function touch(): void {
  if (frame) return;
  frame = nextFrame(() => {
    frame = 0;
    pinsReady.value = liveState.peek() === "open" && [...tiles.values()].every((tile) => tile.sequencer.isSynced);
    pinsVersion.value++;
    const changed = changedInFrame;
    changedInFrame = [];
    if (changed.length > 0) for (const listener of listeners) listener(changed);
  });
}

/** A hidden page has no animation frames, but must not fall behind. */
function nextFrame(task: () => void): number {
  return document.visibilityState === "visible" ? requestAnimationFrame(task) : window.setTimeout(task, 100);
}
