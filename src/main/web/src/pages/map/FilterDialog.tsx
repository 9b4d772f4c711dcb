import { AMENITIES, LISTING_TYPES } from "../../api/types";
import { type MessageKey, money, t, text } from "../../i18n";
import { NO_FILTERS, filters } from "../../state/explore";
import { listed, spots } from "../../state/spots";
import { Button, Check, Chip } from "../../ui/basics";
import { Dialog } from "../../ui/dialog";

const PRICE_STEPS_MINOR = [200, 300, 500, 800, 1_200, 2_000];

/** Applies at once: the button says how many places are left. */
export function FilterDialog({ onClose }: { onClose: () => void }) {
  const chosen = filters.value;
  const currency = spots.value[0]?.currency ?? "EUR";
  const toggled = <T,>(list: T[], item: T): T[] => (list.includes(item) ? list.filter((other) => other !== item) : [...list, item]);
  return (
    <Dialog
      title={t("filters.title")}
      onClose={onClose}
      foot={
        <>
          <Button onClick={() => (filters.value = NO_FILTERS)}>{t("filters.clear")}</Button>
          <Button tone="primary" onClick={onClose}>
            {t("filters.show", { count: listed.value.length })}
          </Button>
        </>
      }
    >
      <fieldset class="filter-group">
        <legend>{t("filters.price")}</legend>
        <div class="chips">
          {PRICE_STEPS_MINOR.map((step) => (
            <Chip
              key={step}
              on={chosen.maxPrice === step}
              onToggle={() => (filters.value = { ...chosen, maxPrice: chosen.maxPrice === step ? null : step })}
            >
              {t("filters.upTo", { price: money(step, currency) })}
            </Chip>
          ))}
        </div>
      </fieldset>
      <fieldset class="filter-group">
        <legend>{t("filters.type")}</legend>
        <div class="chips">
          {LISTING_TYPES.map((type) => (
            <Chip key={type} on={chosen.types.includes(type)} onToggle={() => (filters.value = { ...chosen, types: toggled(chosen.types, type) })}>
              {t(`type.${type}` as MessageKey)}
            </Chip>
          ))}
        </div>
      </fieldset>
      <fieldset class="filter-group">
        <legend>{t("filters.amenities")}</legend>
        <div class="chips">
          {AMENITIES.filter((amenity) => amenity !== "ACCESSIBLE").map((amenity) => (
            <Chip
              key={amenity}
              on={chosen.amenities.includes(amenity)}
              onToggle={() => (filters.value = { ...chosen, amenities: toggled(chosen.amenities, amenity) })}
            >
              {amenityName(amenity)}
            </Chip>
          ))}
        </div>
      </fieldset>
      <div class="filter-group">
        <Check checked={chosen.freeOnly} onChange={(on) => (filters.value = { ...chosen, freeOnly: on })}>
          {t("filters.freeOnly")}
        </Check>
        <Check checked={chosen.instant} onChange={(on) => (filters.value = { ...chosen, instant: on })}>
          {t("filters.instant")}
        </Check>
        <Check checked={chosen.accessible} onChange={(on) => (filters.value = { ...chosen, accessible: on })}>
          {t("filters.accessible")}
        </Check>
      </div>
    </Dialog>
  );
}

export function amenityName(amenity: string): string {
  return text(`amenity.${amenity}`) ?? amenity.toLowerCase().replace(/_/g, " ");
}
