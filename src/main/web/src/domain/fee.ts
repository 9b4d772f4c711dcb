import type { ServiceFee } from "../api/types";

const WHOLE = 10_000;

/** What is paid beside a price of parking, as the server reckons it: the part's floor, the tax rounded half up. */
export function feeOf(fee: ServiceFee, parking: number): number {
  if (parking <= 0) return 0;
  const fixed = fee.fixed && fee.fixed.currency === fee.amount.currency ? fee.fixed.amount : 0;
  const plain = Math.floor((parking * fee.basisPoints) / WHOLE) + fixed;
  const added = fee.taxBasisPoints == null || fee.taxIncluded ? 0 : Math.floor((plain * fee.taxBasisPoints * 2 + WHOLE) / (WHOLE * 2));
  return plain + added;
}
