import { useEffect, useState } from "preact/hooks";
import type { MessageKey } from "../../i18n";
import { distance, money, number, t, time } from "../../i18n";
import { distanceMeters, walkingMinutes } from "../../domain/geo";
import { NO_FILTERS, SORTS, type Sort, box, filterCount, filters, hoveredId, origin, select, selectedId, sort, stay, view, words, jumpTo } from "../../state/explore";
import { type Spot, listIsPartial, listIsStale, listState, listed, measuredFrom, searchAgain } from "../../state/spots";
import { Button, EmptyState, Skeleton } from "../../ui/basics";
import { Icon, type IconName } from "../../ui/icons";
import { laterStart } from "./later";

const FIRST_ROWS = 40;
const MORE_ROWS = 60;

export function typeIcon(spot: Pick<Spot, "type">): IconName {
  return spot.type === "DRIVEWAY" ? "home" : spot.type === "ON_STREET" ? "road" : "parking";
}

export function typeName(type: string | null): string {
  return type ? t(`type.${type}` as MessageKey) : "";
}

export function ListHead() {
  const found = listed.value;
  const bookable = found.filter((spot) => spot.availability !== "full");
  const state = listState.value;
  return (
    <div class="list-head">
      <h1 class="list-title">
        {state === "loading" ? t("list.looking") : t(listIsPartial.value ? "list.countPartial" : "list.count", { count: bookable.length })}
        {listIsStale.value && <span class="tag tag-warning">{t("list.stale")}</span>}
      </h1>
      <label class="list-sort">
        <span class="only-spoken">{t("list.sort")}</span>
        <select value={sort.value} onChange={(event) => (sort.value = event.currentTarget.value as Sort)}>
          {SORTS.filter((each) => each !== "relevance" || words.value).map((each) => (
            <option key={each} value={each}>
              {t(`sort.${each}`)}
            </option>
          ))}
        </select>
        <Icon name="down" size={16} />
      </label>
    </div>
  );
}

/** The same places as on the map, in the same order, as buttons. */
export function SpotList() {
  const [rows, setRows] = useState(FIRST_ROWS);
  const found = listed.value;
  const area = box.value;
  useEffect(() => setRows(FIRST_ROWS), [area, stay.value]);
  if (listState.value === "loading") return <Skeleton rows={6} height={92} />;
  if (listState.value === "failed") {
    return (
      <div class="state" role="alert">
        <Icon name="warn" size={32} />
        <p>{t("list.failed")}</p>
        <Button onClick={searchAgain}>{t("action.retry")}</Button>
      </div>
    );
  }
  if (found.length === 0) return <NothingHere />;
  const none = found.every((spot) => spot.availability === "full");
  return (
    <div class={listIsStale.value ? "is-stale" : ""}>
      {none && <NothingFree found={found} />}
      <ul class="spots">
        {found.slice(0, rows).map((spot) => (
          <SpotRow key={spot.id} spot={spot} />
        ))}
      </ul>
      {found.length > rows && (
        <div class="list-more">
          <Button onClick={() => setRows(rows + MORE_ROWS)}>{t("list.more", { count: found.length - rows })}</Button>
        </div>
      )}
      {listIsPartial.value && <p class="list-note">{t("list.partial")}</p>}
    </div>
  );
}

export function availabilityText(spot: Spot): string {
  if (spot.closed) return t("spot.closed");
  if (spot.availability === "full") return t("spot.full");
  if (spot.capacity === 1) return t("spot.freeOne");
  return t("spot.free", { count: spot.free, capacity: spot.capacity });
}

function SpotRow({ spot }: { spot: Spot }) {
  const meters = distanceMeters(measuredFrom.value, spot);
  const lit = hoveredId.value === spot.id || selectedId.value === spot.id;
  return (
    <li>
      <button
        type="button"
        class={`spot spot-${spot.availability}${lit ? " is-lit" : ""}`}
        data-listing={spot.id}
        onClick={() => select(spot.id)}
        onMouseEnter={() => (hoveredId.value = spot.id)}
        onMouseLeave={() => (hoveredId.value = null)}
        onFocus={() => (hoveredId.value = spot.id)}
        onBlur={() => (hoveredId.value = null)}
      >
        <span class="spot-kind">
          <Icon name={spot.mine ? "check" : typeIcon(spot)} />
        </span>
        <span class="spot-text">
          <span class="spot-title">{spot.title}</span>
          <span class="spot-facts">
            {spot.mine && <span class="tag tag-accent">{t("spot.mine")}</span>}
            {spot.permit && <span class="tag">{t("spot.permit")}</span>}
            <span>{typeName(spot.type)}</span>
            {spot.rating !== null && (
              <span class="spot-rating">
                <Icon name="star" size={14} /> {number(spot.rating, 1)}
              </span>
            )}
            <span>
              {origin.value ? t("spot.walk", { minutes: walkingMinutes(meters) }) : ""} {distance(meters)}
            </span>
          </span>
          <span class={`availability availability-${spot.availability}`}>{availabilityText(spot)}</span>
        </span>
        <span class="spot-price">
          {spot.price !== null && money(spot.price, spot.currency)}
          {spot.price !== null && <span class="spot-price-note">{t("spot.total")}</span>}
        </span>
      </button>
    </li>
  );
}

function NothingHere() {
  return (
    <EmptyState icon="search" title={t("empty.title")}>
      <p>{filterCount.value > 0 ? t("empty.filters") : t("empty.area")}</p>
      {filterCount.value > 0 && (
        <Button tone="primary" onClick={() => (filters.value = NO_FILTERS)}>
          {t("filters.clear")}
        </Button>
      )}
      <Button onClick={() => jumpTo(view.value.center, view.value.zoom - 1)}>{t("empty.wider")}</Button>
    </EmptyState>
  );
}

/** Everything in view is taken: says from when something is free. */
function NothingFree({ found }: { found: Spot[] }) {
  const later = laterStart(found, stay.value);
  return (
    <div class="notice notice-warning">
      <Icon name="clock" />
      <div>
        <p>{later ? t("empty.fullUntil", { time: time(later.from, found[0]?.zone ?? "UTC") }) : t("empty.full")}</p>
        {later && <Button onClick={() => (stay.value = later)}>{t("empty.takeLater")}</Button>}
      </div>
    </div>
  );
}
