import assert from "node:assert/strict";
import { test } from "node:test";
import { digest } from "../src/live/digest";

const PINS = [
  { id: "01a10000-0000-7000-8000-000000000001", v: 1 },
  { id: "01a10000-0000-7000-8000-000000000002", v: 40 },
  { id: "01a10000-0000-7000-8000-00000000abcd", v: 12345678901 },
];

test("the digest is the server's, in any order", () => {
  assert.equal(digest(PINS), "d51264fd11d43977");
  assert.equal(digest([...PINS].reverse()), "d51264fd11d43977");
  assert.equal(digest([]), "0000000000000000");
});

test("another version or one pin less is another digest", () => {
  assert.notEqual(digest(PINS.map((pin, index) => (index === 1 ? { ...pin, v: 41 } : pin))), digest(PINS));
  assert.notEqual(digest(PINS.slice(1)), digest(PINS));
});
