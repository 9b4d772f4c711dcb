// What a tile's pins are, in sixteen characters; the server counts the same (PinDigest). After a reconnect a tile that is still
// the same need not be sent again, whichever node answers.
const FNV_START = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const GOLDEN = 0x9e3779b9;

export function digest(pins: Iterable<{ id: string; v: number }>): string {
  let [sum, folded] = [0, 0];
  for (const { id, v } of pins) {
    const text = `${id}:${v}`;
    let hash = FNV_START;
    for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
    const mixed = mix(hash);
    sum = (sum + mixed) | 0;
    folded ^= mix(mixed ^ GOLDEN);
  }
  return hex(sum) + hex(folded);
}

/** Spreads each bit over all: sums of plain hashes would cancel each other. */
function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function hex(bits: number): string {
  return (bits >>> 0).toString(16).padStart(8, "0");
}
