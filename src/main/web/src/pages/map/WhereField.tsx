import { useId, useRef, useState } from "preact/hooks";
import { t } from "../../i18n";
import { jumpTo, origin, searchFor, select, sort, words } from "../../state/explore";
import { findPlaces, fold } from "../../state/places";
import { spots } from "../../state/spots";
import { Icon, type IconName } from "../../ui/icons";
import { locate } from "./locate";
import { type Suggested, useSuggestions } from "./suggestions";

const MOST_PLACES = 5;
const MOST_LISTINGS = 5;
const DISTRICT_ZOOM = 15.2;
const TOWN_ZOOM = 14;
const LISTING_ZOOM = 17;
const STREET_ZOOM = 16.4;

/** Typed apart: the element's types know the role only beside a `list`. */
const COMBOBOX = { type: "search", role: "combobox" } as { type: "search" };

interface Suggestion {
  key: string;
  icon: IconName;
  label: string;
  note?: string;
  choose: () => void;
}

function ofServer({ kind, id, label, note, location }: Suggested): Suggestion {
  return {
    key: id ?? `${kind} ${label} ${note ?? ""}`,
    icon: id ? "home" : kind === "STREET" ? "road" : "pin",
    label,
    note,
    choose: () => {
      searchFor("");
      if (id) {
        jumpTo(location, LISTING_ZOOM);
        select(id);
      } else {
        origin.value = kind === "TOWN" ? null : { ...location, name: label };
        jumpTo(location, kind === "TOWN" ? TOWN_ZOOM : kind === "DISTRICT" ? DISTRICT_ZOOM : STREET_ZOOM);
      }
    },
  };
}

function suggestionsFor(query: string, served: Suggested[] | null): Suggestion[] {
  const nearMe: Suggestion = { key: "near", icon: "target", label: t("map.nearMe"), choose: () => void locate() };
  const wanted = fold(query.trim());
  if (!wanted) return [nearMe];
  const text = query.trim();
  const byWords: Suggestion = {
    key: "words",
    icon: "search",
    label: t("search.words", { query: text }),
    choose: () => searchFor(text),
  };
  if (served) return [...served.map(ofServer), byWords, nearMe];
  // Until the server answers, and where it does not: what the page knows by itself.
  const towns = findPlaces(query, MOST_PLACES).map((place): Suggestion => ({
    key: `place ${place.name}`,
    icon: "pin",
    label: place.name,
    note: place.town,
    choose: () => {
      origin.value = place.rank === 3 ? { lat: place.lat, lng: place.lng, name: place.name } : null;
      jumpTo(place, place.rank === 3 ? DISTRICT_ZOOM : TOWN_ZOOM);
    },
  }));
  const listings = spots.value
    .filter((spot) => fold(spot.title).includes(wanted))
    .sort((a, b) => b.capacity - a.capacity)
    .slice(0, MOST_LISTINGS)
    .map((spot): Suggestion => ({
      key: spot.id,
      icon: "home",
      label: spot.title,
      note: t("search.listing"),
      choose: () => {
        jumpTo(spot, LISTING_ZOOM);
        select(spot.id);
      },
    }));
  return [...towns, ...listings, byWords, nearMe];
}

/** A field with suggestions: towns, districts, listings that the page knows, and the reader's own place. */
export function WhereField() {
  const [query, setQuery] = useState("");
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const list = useId();
  const field = useRef<HTMLInputElement>(null);
  const served = useSuggestions(query, open);
  const suggestions = open ? suggestionsFor(query, served) : [];
  const nothing = open && query.trim() !== "" && suggestions.length === 2;

  const choose = (suggestion: Suggestion | undefined) => {
    if (!suggestion) return;
    suggestion.choose();
    setQuery(suggestion.key === "near" ? "" : suggestion.key === "words" ? query.trim() : suggestion.label);
    setOpen(false);
    field.current?.blur();
  };

  return (
    <div class="where">
      <Icon name="search" />
      <input
        ref={field}
        class="where-input"
        {...COMBOBOX}
        aria-label={t("search.where")}
        aria-expanded={open}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={open && suggestions.length > 0 ? `${list}-${active}` : undefined}
        autocomplete="off"
        placeholder={words.value || origin.value?.name || t("search.whereHint")}
        value={query}
        onFocus={(event) => {
          setOpen(true);
          event.currentTarget.select();
        }}
        onBlur={() => setTimeout(() => setOpen(false), 120)}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setActive(0);
          setOpen(true);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") setActive(Math.min(suggestions.length - 1, active + 1));
          else if (event.key === "ArrowUp") setActive(Math.max(0, active - 1));
          else if (event.key === "Enter") choose(suggestions[active]);
          else if (event.key === "Escape") setOpen(false);
          else return;
          event.preventDefault();
        }}
      />
      {(query || origin.value || words.value) && (
        <button
          type="button"
          class="icon-button where-clear"
          aria-label={t("search.clear")}
          onClick={() => {
            setQuery("");
            origin.value = null;
            searchFor("");
            if (sort.value === "distance") sort.value = "price";
          }}
        >
          <Icon name="close" size={18} />
        </button>
      )}
      <span class="only-spoken" role="status">
        {open && query.trim() !== "" && served !== null && t("search.count", { count: served.length })}
      </span>
      <div id={list} class="where-list" role="listbox" aria-label={t("search.suggestions")} hidden={!open}>
        {nothing && <p class="where-none">{t("search.nothing", { query: query.trim() })}</p>}
        {suggestions.map((suggestion, index) => (
          <div
            key={suggestion.key}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === active}
            class="where-option"
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(suggestion)}
          >
            <Icon name={suggestion.icon} size={18} />
            <span>{suggestion.label}</span>
            {suggestion.note && <span class="muted">{suggestion.note}</span>}
          </div>
        ))}
      </div>
    </div>
  );
}
