import assert from "node:assert/strict";
import { test } from "node:test";
import { feeOf } from "../src/domain/fee";

const none = { amount: 0, currency: "EUR" };
const fee = { amount: none, tax: none, basisPoints: 1000, fixed: { amount: 25, currency: "EUR" } };

test("a service fee is the floor of its part and what is fixed", () => {
  assert.equal(feeOf(fee, 753), 100);
  assert.equal(feeOf({ ...fee, fixed: { amount: 25, currency: "JPY" } }, 753), 75);
  assert.equal(feeOf(fee, 0), 0);
});

test("a tax that is not in it is added, rounded half up", () => {
  assert.equal(feeOf({ ...fee, taxBasisPoints: 1900, taxIncluded: false }, 753), 119);
  assert.equal(feeOf({ ...fee, taxBasisPoints: 1950, taxIncluded: false }, 753), 120);
  assert.equal(feeOf({ ...fee, taxBasisPoints: 1900, taxIncluded: true }, 753), 100);
});
