// The places in view, priced and counted for the wanted stay: from the live pins where they are streamed, from a search where
// the view is too wide or the window too far ahead for them.
import { computed, effect, signal } from "@preact/signals";
import { api, isAborted } from "../api/client";
import type { ListingType, Page, Pin, SearchItem } from "../api/types";
import { BUSY_HORIZON_MINUTES, freeSlots } from "../domain/busy";
import { type Box, type Point, contains, distanceMeters, tileCount, tilesIn } from "../domain/geo";
import { type Stay, priceOf } from "../domain/price";
import { keepAhead } from "../domain/stay";
import { DEFAULT_ZONE, instantOf, nowMinute } from "../domain/zone";
import { liveState } from "../live/connection";
import { onPinsChanged, pins, pinsReady, pinsVersion, watchTiles } from "../live/pins";
import { ownPlaces } from "./bookings";
import { type Filters, NO_FILTERS, type Sort, box, filters, origin, sort, stay, view, words } from "./explore";

const MOST_LIVE_TILES = 60;
const SEARCH_PAGE = 100;
const MOST_SEARCH_PAGES = 8;
const SEARCH_DELAY_MILLIS = 220;
const SEARCH_AGAIN_MILLIS = 30_000;
const PRICE_AGAIN_MILLIS = 2_000;
/** Free is what has at least this share or number of slots left; below it is scarce. */
const PLENTY_SHARE = 0.2;
const PLENTY_SLOTS = 3;

export type Availability = "free" | "scarce" | "full";

export interface Spot extends Point {
  id: string;
  title: string;
  type: ListingType | null;
  rating: number | null;
  capacity: number;
  free: number;
  /** Total of the stay in minor units; null where only the server can tell. */
  price: number | null;
  currency: string;
  availability: Availability;
  /** It is not that others have booked: its host does not offer it then. */
  closed: boolean;
  mine: boolean;
  /** Only for those with a disabled parking permit, as far as the pin says it. */
  permit: boolean;
  zone: string;
}

export interface SearchState {
  /** What it was asked for. */
  stay: Stay | null;
  loading: boolean;
  failed: boolean;
  /** More was found than was fetched. */
  partial: boolean;
  items: SearchItem[];
}

const search = signal<SearchState>({ stay: null, loading: false, failed: false, partial: false, items: [] });
const searchRound = signal(0);

/** Whether the view is too wide for the tiles that are streamed. */
export const isFar = computed(() => box.value !== null && tileCount(box.value) > MOST_LIVE_TILES);

export const usesLivePins = computed(
  () => box.value !== null && !isFar.value && stay.value.to <= nowMinute() + BUSY_HORIZON_MINUTES,
);

/** Filters that a pin cannot answer by itself. */
const asksServer = computed(() => {
  const { amenities, instant, accessible } = filters.value;
  return amenities.length > 0 || instant || accessible || words.value !== "";
});

/** Whether there are pins in view of which only the server can tell the price, or whether they can be booked. */
const asksPrices = computed(() => {
  pinsVersion.value;
  if (usesLivePins.value) for (const pin of pins.values()) if (pin.tariff === null || pin.limited) return true;
  return false;
});

/** Prices for the wanted stay that the server has told. */
const toldPrices = computed(() => {
  const found = search.value;
  const { from, to } = stay.value;
  const same = found.stay?.from === from && found.stay.to === to;
  return new Map(same ? found.items.map((item) => [item.id, item.price?.amount ?? null]) : []);
});

/** Whether the server has told everything that can be booked in view for the wanted stay. */
const toldAll = computed(() => {
  const found = search.value;
  const { from, to } = stay.value;
  return found.stay?.from === from && found.stay.to === to && !found.loading && !found.failed && !found.partial;
});

export function availabilityOf(free: number, capacity: number): Availability {
  if (free <= 0) return "full";
  return free >= PLENTY_SLOTS || free >= capacity * PLENTY_SHARE ? "free" : "scarce";
}

export function spotOf(pin: Pin, wanted: Stay, mine: boolean): Spot {
  const zone = pin.tz ?? DEFAULT_ZONE;
  // What the host allows the server knows: what it has not found although slots are free cannot be booked then.
  const closed = pin.limited === true && toldAll.value && !toldPrices.value.has(pin.id) && freeSlots(pin.capacity, pin.busy, wanted) > 0;
  const free = closed ? 0 : freeSlots(pin.capacity, pin.busy, wanted);
  return {
    id: pin.id,
    lat: pin.lat,
    lng: pin.lng,
    title: pin.title,
    type: pin.type,
    rating: pin.rating ?? null,
    capacity: pin.capacity,
    free,
    price: pin.tariff ? priceOf(pin.tariff, wanted, zone) : (toldPrices.value.get(pin.id) ?? null),
    currency: pin.currency,
    availability: availabilityOf(free, pin.capacity),
    closed,
    mine,
    permit: pin.accessible ?? false,
    zone,
  };
}

function spotOfItem(item: SearchItem, mine: boolean): Spot {
  return {
    id: item.id,
    ...item.location,
    title: item.title,
    type: item.type ?? null,
    rating: item.rating ?? null,
    capacity: item.capacity,
    free: item.freeSlots,
    price: item.price?.amount ?? null,
    currency: item.price?.currency ?? "EUR",
    availability: availabilityOf(item.freeSlots, item.capacity),
    closed: false,
    mine,
    permit: item.accessible ?? false,
    zone: item.timeZone ?? DEFAULT_ZONE,
  };
}

function passes(spot: Spot, wanted: Filters): boolean {
  if (wanted.types.length > 0 && spot.type && !wanted.types.includes(spot.type)) return false;
  if (wanted.maxPrice !== null && (spot.price === null || spot.price > wanted.maxPrice)) return false;
  return !wanted.freeOnly || spot.availability !== "full";
}

/** Every known place that passes the filters, in view or in a tile that touches it. */
export const spots = computed<Spot[]>(() => {
  const [wanted, chosen, mine] = [stay.value, filters.value, ownPlaces.value];
  let all: Spot[];
  if (usesLivePins.value) {
    pinsVersion.value;
    const allowed = asksServer.value ? new Set(search.value.items.map((item) => item.id)) : null;
    all = [];
    for (const pin of pins.values()) {
      if (!allowed || allowed.has(pin.id)) all.push(spotOf(pin, wanted, mine.has(pin.id)));
    }
  } else {
    all = search.value.items.map((item) => spotOfItem(item, mine.has(item.id)));
  }
  return all.filter((spot) => passes(spot, chosen));
});

/** The server's order, of places found by words. */
const relevance = computed(() => new Map(search.value.items.map((item, index) => [item.id, index])));

function compare(by: Sort, from: Point): (a: Spot, b: Spot) => number {
  const distance = (spot: Spot) => distanceMeters(from, spot);
  const tie = (a: Spot, b: Spot) => distance(a) - distance(b) || (a.id < b.id ? -1 : 1);
  // Last what cannot be booked now, before it what most may not use.
  const permitted = filters.peek().accessible;
  const last = (spot: Spot) => (spot.availability === "full" ? 2 : spot.permit && !permitted ? 1 : 0);
  return (a, b) => {
    const byUse = last(a) - last(b);
    if (byUse !== 0) return byUse;
    if (by === "price") return (a.price ?? Infinity) - (b.price ?? Infinity) || tie(a, b);
    if (by === "relevance") return (relevance.value.get(a.id) ?? Infinity) - (relevance.value.get(b.id) ?? Infinity) || tie(a, b);
    if (by === "rating") return (b.rating ?? 0) - (a.rating ?? 0) || tie(a, b);
    return tie(a, b);
  };
}

export const measuredFrom = computed<Point>(() => origin.value ?? view.value.center);

/** The list beside the map: the places in view, the bookable ones first. */
export const listed = computed<Spot[]>(() => {
  const shown = box.value;
  if (!shown) return [];
  return spots.value.filter((spot) => contains(shown, spot)).sort(compare(sort.value, measuredFrom.value));
});

export type ListState = "loading" | "ready" | "failed";
export const listState = computed<ListState>(() => {
  if (box.value === null) return "loading";
  const found = search.value;
  if (usesLivePins.value) {
    if (asksServer.value && found.failed) return "failed";
    if (asksServer.value && found.loading && found.items.length === 0) return "loading";
    return pinsReady.value || pins.size > 0 ? "ready" : "loading";
  }
  if (found.failed) return "failed";
  return found.loading && found.items.length === 0 ? "loading" : "ready";
});
export const listIsPartial = computed(() => !usesLivePins.value && search.value.partial);
/** Shown from memory while the stream is down. */
export const listIsStale = computed(() => usesLivePins.value && liveState.value === "reconnecting");

export function searchAgain(): void {
  searchRound.value++;
}

/** Keeps the streams and the search in step with view, window and filters. Returns how to stop. */
export function startSpots(): () => void {
  const stopTiles = effect(() => {
    const shown = box.value;
    watchTiles(shown && usesLivePins.value ? tilesIn(shown) : []);
  });
  let running: AbortController | null = null;
  let timer: number | undefined;
  const stopSearch = effect(() => {
    searchRound.value;
    const shown = box.value;
    const [wanted, chosen, said] = [stay.value, filters.value, words.value];
    clearTimeout(timer);
    running?.abort();
    if (!shown || (usesLivePins.value && !asksServer.value && !asksPrices.value)) return;
    search.value = { ...search.peek(), loading: true, failed: false };
    timer = window.setTimeout(() => {
      running = new AbortController();
      void runSearch(shown, wanted, chosen, said, running.signal);
    }, SEARCH_DELAY_MILLIS);
  });
  const again = window.setInterval(() => (!usesLivePins.peek() || asksPrices.peek()) && searchAgain(), SEARCH_AGAIN_MILLIS);
  let asked: number | undefined;
  // A pin of which the price is not told may have come, or have another price now.
  const stopChanges = onPinsChanged((changed) => {
    if (asked === undefined && changed.some((pin) => pin.tariff === null || pin.limited)) {
      asked = window.setTimeout(() => {
        asked = undefined;
        searchAgain();
      }, PRICE_AGAIN_MILLIS);
    }
  });
  return () => {
    stopTiles();
    stopSearch();
    stopChanges();
    clearTimeout(timer);
    clearTimeout(asked);
    clearInterval(again);
    running?.abort();
    watchTiles([]);
  };
}

function searchPage(shown: Box, wanted: Stay, chosen: Filters, said: string, cursor: string | null, aborted?: AbortSignal): Promise<Page<SearchItem>> {
  return api.get<Page<SearchItem>>(
    "/search/listings",
    {
      bbox: [shown.west, shown.south, shown.east, shown.north].map((value) => value.toFixed(5)).join(","),
      from: instantOf(wanted.from),
      to: instantOf(wanted.to),
      type: chosen.types.join(","),
      amenities: chosen.amenities.join(","),
      maxPrice: chosen.maxPrice,
      instant: chosen.instant,
      accessible: chosen.accessible,
      q: said,
      sort: said ? "relevance" : "price",
      limit: SEARCH_PAGE,
      cursor,
    },
    aborted,
  );
}

/** One page of places, asked from the server: for maps that follow no stream. */
export async function findSpots(shown: Box, wanted: Stay): Promise<Spot[]> {
  const found = await searchPage(shown, keepAhead(wanted), NO_FILTERS, "", null);
  return found.items.map((item) => spotOfItem(item, false));
}

async function runSearch(shown: Box, wanted: Stay, chosen: Filters, said: string, aborted: AbortSignal): Promise<void> {
  const items: SearchItem[] = [];
  let cursor: string | null = null;
  try {
    for (let page = 0; page < MOST_SEARCH_PAGES; page++) {
      const found: Page<SearchItem> = await searchPage(shown, wanted, chosen, said, cursor, aborted);
      items.push(...found.items);
      cursor = found.next ?? null;
      search.value = { stay: wanted, loading: cursor !== null, failed: false, partial: cursor !== null, items: [...items] };
      if (!cursor) return;
    }
    search.value = { stay: wanted, loading: false, failed: false, partial: true, items };
  } catch (error) {
    if (!isAborted(error)) search.value = { ...search.peek(), loading: false, failed: true };
  }
}
