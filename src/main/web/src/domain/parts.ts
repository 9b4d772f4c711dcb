/** What of a price points, the wallet and the card pay, in this order, in minor units. */
export interface Parts {
  points: number;
  wallet: number;
  card: number;
}

/**
 * As the server decides it.
 *
 * @param cardLeast what a card is charged with at least, unless the price is less: the others pay less then
 */
export function partsOf(price: number, points: number, wallet: number, cardLeast: number): Parts {
  let fromPoints = Math.min(points, price);
  let fromWallet = Math.min(wallet, price - fromPoints);
  const rest = price - fromPoints - fromWallet;
  if (rest > 0 && rest < cardLeast) {
    const more = Math.min(cardLeast, price) - rest;
    const lessWallet = Math.min(more, fromWallet);
    fromWallet -= lessWallet;
    fromPoints -= more - lessWallet;
  }
  return { points: fromPoints, wallet: fromWallet, card: price - fromPoints - fromWallet };
}
