import { useState } from "preact/hooks";
import { duration, shortStay, t, zoneNote } from "../../i18n";
import { DEFAULT_ZONE } from "../../domain/zone";
import { chooseStay, filterCount, stay } from "../../state/explore";
import { listed } from "../../state/spots";
import { Icon } from "../../ui/icons";
import { FilterDialog } from "./FilterDialog";
import { StayDialog } from "./StayDialog";
import { WhereField } from "./WhereField";

/** Where · from · to, and the filters. */
export function SearchBar() {
  const [open, setOpen] = useState<"stay" | "filters" | null>(null);
  const { from, to } = stay.value;
  const zone = listed.value[0]?.zone ?? DEFAULT_ZONE;
  const note = zoneNote(from, zone);
  const count = filterCount.value;
  return (
    <form class="search" role="search" aria-label={t("search.label")} onSubmit={(event) => event.preventDefault()}>
      <WhereField />
      <div class="search-row">
        <button type="button" class="search-stay" aria-haspopup="dialog" onClick={() => setOpen("stay")}>
          <Icon name="clock" />
          <span class="search-stay-text">
            <span class="only-spoken">{t("search.when")}: </span>
            <span class="search-stay-main">{shortStay(from, to, zone)}</span>
            <span class="search-stay-note">
              {duration(to - from)}
              {note && ` · ${note}`}
            </span>
          </span>
        </button>
        <button type="button" class="search-filters" aria-haspopup="dialog" onClick={() => setOpen("filters")}>
          <Icon name="filters" />
          <span class="search-filters-text">{t("filters.title")}</span>
          {count > 0 && (
            <span class="badge badge-still">
              {count}
              <span class="only-spoken"> {t("filters.on", { count })}</span>
            </span>
          )}
        </button>
      </div>
      {open === "stay" && (
        <StayDialog
          initial={stay.value}
          zone={zone}
          onClose={() => setOpen(null)}
          onChoose={(chosen) => {
            chooseStay(chosen);
            setOpen(null);
          }}
        />
      )}
      {open === "filters" && <FilterDialog onClose={() => setOpen(null)} />}
    </form>
  );
}
