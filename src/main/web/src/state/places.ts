// Names of towns and districts: for the search field and for the map without tiles.
import { signal } from "@preact/signals";
import type { Point } from "../domain/geo";

export interface Place extends Point {
  name: string;
  town?: string;
  /** 1 city, 2 town, 3 district. */
  rank: number;
}

export const places = signal<Place[]>([]);

export async function loadPlaces(): Promise<void> {
  try {
    const answer = await fetch("/places.json");
    if (answer.ok) places.value = ((await answer.json()) as { places: Place[] }).places;
  } catch {
    // The map has no names then.
  }
}

/** Lower case without accents and sharp s, so that "Muhlburg" finds "Mühlburg". */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .replace(/ß/g, "ss")
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "");
}

export function findPlaces(query: string, most: number): Place[] {
  const wanted = fold(query.trim());
  if (!wanted) return [];
  return places.value
    .map((each) => ({ each, at: fold(each.name).indexOf(wanted) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => Number(a.at > 0) - Number(b.at > 0) || a.each.rank - b.each.rank)
    .slice(0, most)
    .map(({ each }) => each);
}
