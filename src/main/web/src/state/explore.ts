// What the map page shows: view, window, filters, selection. All of it is in the URL, so that a link reopens it.
import { computed, effect, signal } from "@preact/signals";
import { LISTING_TYPES, type ListingType } from "../api/types";
import { type Box, type Point, PIN_TILE_ZOOM } from "../domain/geo";
import type { Stay } from "../domain/price";
import { defaultStay, isValid, keepAhead } from "../domain/stay";
import { instantOf, minuteOf } from "../domain/zone";
import { lastMap, navigate, place, rewriteUrl } from "../router";
import { recall, remember } from "../storage";

export interface View {
  center: Point;
  zoom: number;
}

export interface Filters {
  types: ListingType[];
  amenities: string[];
  maxPrice: number | null;
  instant: boolean;
  accessible: boolean;
  freeOnly: boolean;
}

export interface Origin extends Point {
  name: string;
}

/** By relevance only what was searched for by words. */
export const SORTS = ["relevance", "price", "distance", "rating"] as const;
export type Sort = (typeof SORTS)[number];

export const NO_FILTERS: Filters = { types: [], amenities: [], maxPrice: null, instant: false, accessible: false, freeOnly: false };
const VIEW_KEY = "berth.view";
const KARLSRUHE: View = { center: { lat: 49.0094, lng: 8.4044 }, zoom: PIN_TILE_ZOOM + 0.6 };
const COORDINATE_DIGITS = 5;
const LONGEST_WORDS = 200;

export const view = signal<View>(KARLSRUHE);
/** What the map shows, null until it is drawn. */
export const box = signal<Box | null>(null);
export const stay = signal<Stay>(defaultStay());
/** Whether the driver chose the window; one that nobody chose moves with the clock. */
export const stayChosen = signal(false);
export const filters = signal<Filters>(NO_FILTERS);
export const sort = signal<Sort>("price");
/** What the places must say; empty for anything. */
export const words = signal("");
/** Where distances are measured from: a place searched for, or the driver. */
export const origin = signal<Origin | null>(null);
/** The place that is looked at is somewhere in it; null when it is where its pin is. */
export const area = signal<{ center: Point; meters: number } | null>(null);
export const selectedId = signal<string | null>(null);
export const hoveredId = signal<string | null>(null);
/** Counts the times that the view was set from outside the map. */
export const viewJumps = signal(0);

export const filterCount = computed(() => {
  const { types, amenities, maxPrice, instant, accessible, freeOnly } = filters.value;
  return types.length + amenities.length + (maxPrice === null ? 0 : 1) + Number(instant) + Number(accessible) + Number(freeOnly);
});

export function jumpTo(center: Point, zoom: number): void {
  view.value = { center, zoom };
  viewJumps.value++;
}

/** Shows only what says these words, the best first; everything when they are empty. */
export function searchFor(text: string): void {
  words.value = text.trim().slice(0, LONGEST_WORDS);
  if (words.value) sort.value = "relevance";
  else if (sort.value === "relevance") sort.value = "price";
}

export function chooseStay(chosen: Stay): void {
  stay.value = chosen;
  stayChosen.value = true;
}

export function select(id: string | null): void {
  if (selectedId.peek() === id) return;
  selectedId.value = id;
  if (place.peek().path === "/") history.pushState(null, "", urlOf());
}

function parseView(text: string | null): View | null {
  const [lat, lng, zoom] = (text ?? "").split(",").map(Number);
  if (![lat, lng, zoom].every(Number.isFinite)) return null;
  if (Math.abs(lat as number) > 85 || Math.abs(lng as number) > 180) return null;
  return { center: { lat: lat as number, lng: lng as number }, zoom: Math.min(20, Math.max(2, zoom as number)) };
}

function parseOrigin(text: string | null): Origin | null {
  const [lat, lng, ...name] = (text ?? "").split(",");
  if (!text || !Number.isFinite(Number(lat)) || !Number.isFinite(Number(lng))) return null;
  return { lat: Number(lat), lng: Number(lng), name: name.join(",") };
}

function parseList(text: string | null): string[] {
  return (text ?? "").split(",").filter(Boolean);
}

/** Takes the state from the URL; what it does not say stays as it is at the first visit. */
export function readUrl(query: URLSearchParams): void {
  const seen = parseView(query.get("c")) ?? parseView(recall(VIEW_KEY));
  const current = view.peek();
  if (seen && JSON.stringify(seen) !== JSON.stringify(current)) jumpTo(seen.center, seen.zoom);
  const window = { from: minuteOf(query.get("from") ?? ""), to: minuteOf(query.get("to") ?? "") };
  if (isValid(window)) chooseStay(keepAhead(window));
  filters.value = {
    types: parseList(query.get("type")).filter((type): type is ListingType => LISTING_TYPES.includes(type as ListingType)),
    amenities: parseList(query.get("amenities")),
    maxPrice: query.has("max") && Number.isFinite(Number(query.get("max"))) ? Number(query.get("max")) : null,
    instant: query.has("instant"),
    accessible: query.has("accessible"),
    freeOnly: query.has("free"),
  };
  const wanted = query.get("sort") as Sort | null;
  words.value = (query.get("q") ?? "").trim().slice(0, LONGEST_WORDS);
  sort.value = wanted && SORTS.includes(wanted) && (wanted !== "relevance" || words.value) ? wanted : "price";
  origin.value = parseOrigin(query.get("near"));
  selectedId.value = query.get("l");
}

export function urlOf(): string {
  const { center, zoom } = view.peek();
  const chosen = filters.peek();
  const near = origin.peek();
  const parts: [string, string | null][] = [
    ["c", `${center.lat.toFixed(COORDINATE_DIGITS)},${center.lng.toFixed(COORDINATE_DIGITS)},${Number(zoom.toFixed(2))}`],
    ["from", stayChosen.peek() ? instantOf(stay.peek().from) : null],
    ["to", stayChosen.peek() ? instantOf(stay.peek().to) : null],
    ["near", near && `${near.lat.toFixed(COORDINATE_DIGITS)},${near.lng.toFixed(COORDINATE_DIGITS)},${near.name}`],
    ["type", chosen.types.join(",") || null],
    ["amenities", chosen.amenities.join(",") || null],
    ["max", chosen.maxPrice === null ? null : String(chosen.maxPrice)],
    ["instant", chosen.instant ? "1" : null],
    ["accessible", chosen.accessible ? "1" : null],
    ["free", chosen.freeOnly ? "1" : null],
    ["q", words.peek() || null],
    ["sort", sort.peek() === "price" ? null : sort.peek()],
    ["l", selectedId.peek()],
  ];
  const query = parts
    .filter((part): part is [string, string] => part[1] !== null)
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replace(/%2C/g, ",").replace(/%3A/g, ":")}`);
  return `/?${query.join("&")}`;
}

/** Follows the URL when it changes, and writes what changes here back into it. Returns how to stop. */
export function bindUrl(): () => void {
  const stopReading = effect(() => {
    const { path, query } = place.value;
    if (path === "/") readUrl(query);
  });
  let timer: number | undefined;
  const stopWriting = effect(() => {
    [view, stay, filters, sort, words, origin, selectedId].map((each) => each.value);
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (place.peek().path !== "/") return;
      const url = urlOf();
      rewriteUrl(url);
      lastMap.value = url;
      const { center, zoom } = view.peek();
      remember(VIEW_KEY, `${center.lat},${center.lng},${zoom}`);
    }, 250);
  });
  const clock = window.setInterval(() => {
    if (!stayChosen.peek()) {
      const next = defaultStay();
      if (next.from !== stay.peek().from) stay.value = next;
    } else {
      const next = keepAhead(stay.peek());
      if (next !== stay.peek()) stay.value = next;
    }
  }, 20_000);
  return () => {
    stopReading();
    stopWriting();
    clearTimeout(timer);
    clearInterval(clock);
  };
}

export function openListing(id: string): void {
  if (place.peek().path === "/") select(id);
  else navigate(`/?l=${id}`);
}
