import type { ChangeQuote, PassQuote } from "../api/types";
import { money, t } from "../i18n";
import { Skeleton } from "../ui/basics";

/** What a payment of a pass consists of; lines below zero are credited. */
export function PassLines({ quote, total }: { quote: PassQuote | ChangeQuote | null; total: string }) {
  if (!quote) return <Skeleton rows={1} />;
  const sum = "due" in quote ? quote.due : quote.total;
  return (
    <table class="lines">
      <caption class="only-spoken">{t("offer.breakdown")}</caption>
      <tbody>
        {quote.lines.map((line) => (
          <tr key={line.kind}>
            <th scope="row">{t(`passes.line.${line.kind}`, { days: quote.days, of: quote.ofDays })}</th>
            <td>{money(line.amount.amount, line.amount.currency)}</td>
          </tr>
        ))}
        <tr class="lines-total">
          <th scope="row">{total}</th>
          <td>{money(Math.abs(sum.amount), sum.currency)}</td>
        </tr>
      </tbody>
    </table>
  );
}
