// The server's clusters as those of the map: neighbours whose pills would cover each other are one.
import { type Cluster, extent } from "./cluster";

/** What is known of places that the page has not loaded one by one. */
export interface Sum {
  listings: number;
  capacity: number;
  free: number;
  /** Whether `free` is all that is free, or only the least. */
  exact: boolean;
  hour: number;
  currency: string;
}

export interface PlacedSum {
  key: string;
  x: number;
  y: number;
  sum: Sum;
}

export function together(placed: PlacedSum[], metersPerPixel: number, zoom: number): Cluster[] {
  const [width, height] = extent(zoom).map((pixels) => pixels * metersPerPixel) as [number, number];
  const grid = new Map<string, Cluster>();
  const clusters: Cluster[] = [];
  const ordered = [...placed].sort((a, b) => b.sum.listings - a.sum.listings || (a.key < b.key ? -1 : 1));
  for (const { key, x, y, sum } of ordered) {
    const [column, row] = [Math.floor(x / width), Math.floor(y / height)];
    const home = covering(grid, column, row, x, y, width, height);
    if (home?.sum) {
      const cheaper = sum.hour < home.sum.hour ? sum : home.sum;
      home.sum = {
        listings: home.sum.listings + sum.listings,
        capacity: home.sum.capacity + sum.capacity,
        free: home.sum.free + sum.free,
        exact: home.sum.exact && sum.exact,
        hour: cheaper.hour,
        currency: cheaper.currency,
      };
    } else {
      const made: Cluster = { key: `tile ${key}`, x, y, spots: [], sum };
      clusters.push(made);
      grid.set(`${column}:${row}`, made);
    }
  }
  return clusters;
}

function covering(
  grid: Map<string, Cluster>,
  column: number,
  row: number,
  x: number,
  y: number,
  width: number,
  height: number,
): Cluster | null {
  for (let dx = -1; dx <= 1; dx++) {
    for (let dy = -1; dy <= 1; dy++) {
      const candidate = grid.get(`${column + dx}:${row + dy}`);
      if (candidate && Math.abs(candidate.x - x) < width && Math.abs(candidate.y - y) < height) return candidate;
    }
  }
  return null;
}
