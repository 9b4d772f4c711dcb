import type { Money, QuoteDiscount, QuoteLine, QuoteTax, ServiceFee } from "../api/types";
import { money, number, t, text } from "../i18n";

const BASIS_POINTS_PER_PERCENT = 100;

/** What a price is made of, and why a cap counts, in the words of whoever pays it. */
export function PriceLines(props: { lines: QuoteLine[]; total: Money; discount?: QuoteDiscount | null; fee?: ServiceFee | null; tax?: QuoteTax }) {
  const { lines, total, discount, fee, tax } = props;
  const { currency } = total;
  return (
    <table class="lines">
      <caption class="only-spoken">{t("offer.breakdown")}</caption>
      <tbody>
        {lines.map((line, index) => (
          <tr key={index}>
            <th scope="row">
              {lineText(line, currency)}
              {line.insteadOf != null && <span class="lines-why">{whyText(line, currency)}</span>}
            </th>
            <td>{money(line.amount, currency)}</td>
          </tr>
        ))}
        {discount && (
          <tr>
            <th scope="row">{discountText(discount)}</th>
            <td>{money(-discount.amount.amount, currency)}</td>
          </tr>
        )}
        {fee && <FeeRow fee={fee} />}
        <tr class="lines-total">
          <th scope="row">
            {t("offer.total")}
            {!discount && <TaxNote lines={lines} currency={currency} of={tax} alone={!fee} />}
          </th>
          <td>{money(total.amount, currency)}</td>
        </tr>
      </tbody>
    </table>
  );
}

/** What is paid to the platform, and the tax in it. */
export function FeeRow({ fee }: { fee: ServiceFee }) {
  return (
    <tr>
      <th scope="row">
        {t("offer.serviceFee")}
        {feeTax(fee) && <span class="lines-why">{feeTax(fee)}</span>}
      </th>
      <td>{money(fee.amount.amount, fee.amount.currency)}</td>
    </tr>
  );
}

/** Where none is known, that is said: nobody should have to guess. */
export function feeTax({ tax, taxBasisPoints, taxName, taxPlace }: ServiceFee): string {
  if (taxBasisPoints == null) return t("offer.noTax");
  const values = { percent: percent(taxBasisPoints), tax: money(tax.amount, tax.currency), name: taxName ?? "", place: taxPlace ?? "" };
  return t(taxName ? "offer.taxNamed" : "offer.taxIncluded", values);
}

/** What a code takes off, in words. */
export function discountText({ code, percent }: QuoteDiscount): string {
  return percent == null ? t("promo.line", { code }) : t("promo.linePercent", { code, percent: number(percent, 0) });
}

function TaxNote({ lines, currency, of, alone }: { lines: QuoteLine[]; currency: string; of?: QuoteTax; alone: boolean }) {
  const rate = lines[0]?.taxBasisPoints;
  // Where nobody says anything of tax, that is said.
  if (of?.source === "UNKNOWN") return <span class="lines-why">{t("offer.noTax")}</span>;
  if (rate == null || lines.some((line) => line.kind === "TAX")) return null;
  const tax = lines.reduce((sum, line) => sum + (line.tax ?? 0), 0);
  const values = { percent: percent(rate), tax: money(tax, currency), name: of?.name ?? "" };
  return <span class="lines-why">{t(of?.name ? (alone ? "offer.taxNamed" : "offer.parkingTaxNamed") : alone ? "offer.taxIncluded" : "offer.parkingTax", values)}</span>;
}

function percent(basisPoints: number): string {
  return number(basisPoints / BASIS_POINTS_PER_PERCENT, 2);
}

function lineText(line: QuoteLine, currency: string): string {
  const kind = line.kind === "SEGMENT" && line.minutes === 0 ? "FLAT" : line.kind;
  const known = text(`line.${kind}`, {
    count: line.quantity,
    price: money(line.unitAmount, currency),
    name: line.name ?? "",
    minutes: line.minutes ?? 0,
    percent: percent(line.taxBasisPoints ?? 0),
  });
  return known ?? line.label;
}

function whyText(line: QuoteLine, currency: string): string {
  const values = { price: money(line.unitAmount, currency), instead: money(line.insteadOf ?? 0, currency) };
  return text(`why.${line.kind}`, values) ?? t("why.other", values);
}
