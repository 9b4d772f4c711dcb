import type { ListingDraft } from "../api/types";
import { config } from "../config";
import { priceOf } from "../domain/price";
import { defaultStay } from "../domain/stay";
import { duration, money, t } from "../i18n";
import { Icon } from "../ui/icons";
import { amenityName } from "./map/FilterDialog";
import { typeIcon, typeName } from "./map/SpotList";

const EXAMPLES_MINUTES = [120, 480, 1_440];
const ALL_BASIS_POINTS = 10_000;

/** How drivers will see it, and what the host earns. */
export function ListingPreview({ draft }: { draft: ListingDraft }) {
  const { from } = defaultStay();
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
          {EXAMPLES_MINUTES.map((length) => {
            const price = priceOf(draft.tariff, { from, to: from + length }, draft.timeZone);
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
    </section>
  );
}
