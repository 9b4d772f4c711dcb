// Puts places whose pills would cover each other into one, the same way for the same places: sorted by importance, each takes
// in what lies within its pill. Works on web-mercator metres; a grid keeps it linear.
import type { Spot } from "../state/spots";
import type { Sum } from "./summaries";

export interface Placed {
  x: number;
  y: number;
  spot: Spot;
}

export interface Cluster {
  /** The place's id, or that of the cluster's first place. */
  key: string;
  x: number;
  y: number;
  spots: Spot[];
  /** Instead of the spots, where the server has put them together. */
  sum?: Sum;
}

/** Half extents of what a pill covers, in pixels, by zoom: far out more goes into one. */
export function extent(zoom: number): [number, number] {
  if (zoom < 12) return [92, 52];
  if (zoom < 15) return [80, 40];
  if (zoom < 17) return [70, 32];
  return [34, 20];
}

function importance(placed: Placed, selectedId: string | null): number {
  if (placed.spot.id === selectedId) return 4e9;
  if (placed.spot.mine) return 3e9;
  return (placed.spot.availability === "full" ? 0 : 1e9) + placed.spot.capacity;
}

export function cluster(placed: Placed[], metersPerPixel: number, zoom: number, selectedId: string | null): Cluster[] {
  const [width, height] = extent(zoom).map((pixels) => pixels * metersPerPixel) as [number, number];
  const ordered = placed
    .map((each) => ({ ...each, weight: importance(each, selectedId) }))
    .sort((a, b) => b.weight - a.weight || (a.spot.id < b.spot.id ? -1 : 1));
  const grid = new Map<string, Cluster[]>();
  const clusters: Cluster[] = [];
  for (const { x, y, spot } of ordered) {
    const [column, row] = [Math.floor(x / width), Math.floor(y / height)];
    const alone = spot.mine || spot.id === selectedId;
    const home = alone ? null : nearest(grid, column, row, x, y, width, height, selectedId);
    if (home) home.spots.push(spot);
    else {
      const made: Cluster = { key: spot.id, x, y, spots: [spot] };
      clusters.push(made);
      const cell = `${column}:${row}`;
      const inCell = grid.get(cell);
      if (inCell) inCell.push(made);
      else grid.set(cell, [made]);
    }
  }
  return clusters;
}

function nearest(
  grid: Map<string, Cluster[]>,
  column: number,
  row: number,
  x: number,
  y: number,
  width: number,
  height: number,
  selectedId: string | null,
): Cluster | null {
  let best: Cluster | null = null;
  let bestDistance = Infinity;
  for (let dx = -1; dx <= 1; dx++) {
    for (let dy = -1; dy <= 1; dy++) {
      for (const candidate of grid.get(`${column + dx}:${row + dy}`) ?? []) {
        const [offX, offY] = [Math.abs(candidate.x - x) / width, Math.abs(candidate.y - y) / height];
        const first = candidate.spots[0] as Spot;
        if (offX >= 1 || offY >= 1 || first.mine || first.id === selectedId) continue;
        const distance = offX * offX + offY * offY;
        if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
      }
    }
  }
  return best;
}

/** The cheapest that can be booked; what takes a permit only where nothing else is, unless such places were asked for. */
export function cheapest(spots: Spot[], permitted = false): Spot | null {
  let best: Spot | null = null;
  for (const spot of spots) {
    if (spot.price === null || spot.availability === "full") continue;
    const barred = spot.permit && !permitted;
    const bestBarred = best !== null && best.permit && !permitted;
    if (best === null || (barred === bestBarred ? spot.price < (best.price as number) : bestBarred)) best = spot;
  }
  return best;
}
