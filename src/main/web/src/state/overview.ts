// What the map shows from afar: clusters and the heat map, both put together by the server.
import { computed, effect, signal } from "@preact/signals";
import { api, isAborted } from "../api/client";
import type { Money } from "../api/types";
import type { Box, Point } from "../domain/geo";
import { instantOf } from "../domain/zone";
import { box, filterCount, stay, view, words } from "./explore";
import { isFar } from "./spots";

const DELAY_MILLIS = 180;
const AGAIN_MILLIS = 30_000;

/** The listings of a tile. */
export interface Summary {
  tile: string;
  location: Point;
  listings: number;
  capacity: number;
  freeSlots: number;
  cheapestHour: Money;
}

interface ClustersAnswer {
  exact: boolean;
  items: Summary[];
}

export interface Clusters {
  exact: boolean;
  items: Summary[];
}

export interface Heat {
  zoom: number;
  cells: { x: number; y: number; listings: number; capacity: number; taken: number }[];
}

export const heatShown = signal(false);
export const heat = signal<Heat | null>(null);
/** Null where the pins speak for themselves: near enough, or filtered. */
export const clusters = signal<Clusters | null>(null);

const wantsClusters = computed(() => isFar.value && filterCount.value === 0 && words.value === "");

function boxText(shown: Box): string {
  const lng = (value: number) => Math.min(180, Math.max(-180, value)).toFixed(5);
  return [lng(shown.west), shown.south.toFixed(5), lng(shown.east), shown.north.toFixed(5)].join(",");
}

/** Asks whenever what is asked for changes, a little later, and drops answers that come too late. */
function follow<T>(question: () => { path: string; query: Record<string, string> } | null, take: (answer: T | null) => void): () => void {
  let running: AbortController | null = null;
  let timer: number | undefined;
  const again = signal(0);
  const stop = effect(() => {
    again.value;
    const asked = question();
    clearTimeout(timer);
    running?.abort();
    if (!asked) return take(null);
    timer = window.setTimeout(() => {
      const own = (running = new AbortController());
      api.get<T>(asked.path, asked.query, own.signal).then(
        (answer) => {
          if (!own.signal.aborted) take(answer);
        },
        (error: unknown) => {
          if (!isAborted(error)) take(null);
        },
      );
    }, DELAY_MILLIS);
  });
  const interval = window.setInterval(() => document.visibilityState === "visible" && again.value++, AGAIN_MILLIS);
  return () => {
    stop();
    clearTimeout(timer);
    clearInterval(interval);
    running?.abort();
  };
}

export function startOverview(): () => void {
  const zoom = () => String(Math.max(0, Math.min(22, Math.floor(view.value.zoom))));
  const stopClusters = follow<ClustersAnswer>(
    () => {
      const [shown, wanted] = [box.value, stay.value];
      if (!shown || !wantsClusters.value) return null;
      return {
        path: "/search/clusters",
        query: { bbox: boxText(shown), zoom: zoom(), from: instantOf(wanted.from), to: instantOf(wanted.to) },
      };
    },
    (answer) => (clusters.value = answer),
  );
  const stopHeat = follow<Heat>(
    () => (box.value && heatShown.value ? { path: "/search/heatmap", query: { bbox: boxText(box.value), zoom: zoom() } } : null),
    (answer) => (heat.value = answer),
  );
  return () => {
    stopClusters();
    stopHeat();
    clusters.value = null;
    heat.value = null;
  };
}
