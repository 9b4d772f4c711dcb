import { useEffect, useState } from "preact/hooks";
import { api, explain } from "../api/client";
import type { ListingDraft, Price } from "../api/types";
import { config } from "../config";
import { isSimple, priceOf } from "../domain/price";
import { defaultStay } from "../domain/stay";
import { instantOf } from "../domain/zone";
import { duration, money, t } from "../i18n";
import { Icon } from "../ui/icons";
import { Notice } from "../ui/basics";
import { useLoad } from "../ui/load";
import { saidOf } from "./TariffFields";
import { amenityName } from "./map/FilterDialog";
import { typeIcon, typeName } from "./map/SpotList";

const EXAMPLES_MINUTES = [120, 480, 1_440];
/** What further rules are about shows on longer stays only. */
const LONG_EXAMPLES_MINUTES = [120, 480, 1_440, 4_320, 10_080, 43_200];
const TYPING_MILLIS = 400;
const ALL_BASIS_POINTS = 10_000;

/** How drivers will see it, and what the host earns. */
export function ListingPreview({ draft }: { draft: ListingDraft }) {
  const { from } = defaultStay();
  const simple = isSimple(draft.tariff);
  const examples = simple ? EXAMPLES_MINUTES : LONG_EXAMPLES_MINUTES;
  const told = usePreviews(simple ? null : draft, from);
  const currency = draft.tariff.currency;
  const commission = config.value.commissionBasisPoints;
  return (
    <section class="card form" aria-label={t("preview.title")}>
      <h2>{t("preview.title")}</h2>
      <div class="preview-row">
        <span class="spot-kind">
          <Icon name={typeIcon(draft)} />
        </span>
        <span class="row-text">
          <strong>{draft.title.trim() || t("preview.untitled")}</strong>
          <span class="muted">{typeName(draft.type)}</span>
          <span class="availability">{draft.capacity === 1 ? t("spot.freeOne") : t("spot.free", { count: draft.capacity, capacity: draft.capacity })}</span>
        </span>
      </div>
      {draft.amenities.length > 0 && (
        <ul class="tags">
          {draft.amenities.map((amenity) => (
            <li key={amenity} class="tag">
              {amenityName(amenity)}
            </li>
          ))}
        </ul>
      )}
      <table class="lines">
        <thead>
          <tr>
            <th scope="col">{t("preview.stay")}</th>
            <td class="muted">{t("preview.pays")}</td>
            {commission !== undefined && <td class="muted">{t("preview.earns")}</td>}
          </tr>
        </thead>
        <tbody>
          {examples.map((length, index) => {
            const price = simple
              ? priceOf(draft.tariff, { from, to: from + length }, draft.timeZone)
              : told.data?.items[index]?.total.amount;
            if (price === undefined) return null;
            return (
              <tr key={length}>
                <th scope="row">{duration(length)}</th>
                <td>{money(price, currency)}</td>
                {commission !== undefined && (
                  <td>
                    <strong>{money(Math.floor((price * (ALL_BASIS_POINTS - commission)) / ALL_BASIS_POINTS), currency)}</strong>
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
      {told.error !== null && <Notice tone="warning">{t("preview.failed", { detail: explain(told.error) })}</Notice>}
    </section>
  );
}

/** What the examples cost by rules that only the server reckons with, a moment after the last key. */
function usePreviews(draft: ListingDraft | null, from: number) {
  const wanted = draft && JSON.stringify({ tariff: saidOf(draft.tariff), timeZone: draft.timeZone });
  const [asked, setAsked] = useState(wanted);
  useEffect(() => {
    const timer = window.setTimeout(() => setAsked(wanted), TYPING_MILLIS);
    return () => clearTimeout(timer);
  }, [wanted]);
  return useLoad(asked, () => {
    const stays = LONG_EXAMPLES_MINUTES.map((length) => ({ from: instantOf(from), to: instantOf(from + length) }));
    return api.post<{ items: Price[] }>("/price-previews", { ...JSON.parse(asked as string), stays });
  });
}
