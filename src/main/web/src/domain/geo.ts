export interface Point {
  lat: number;
  lng: number;
}

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** How far a place may be from where everybody is shown it, when its address is not for everybody. */
export const AREA_METERS = 120;
/** Zoom of the tiles whose pins are streamed. */
export const PIN_TILE_ZOOM = 14;
const EARTH_RADIUS_METERS = 6_371_000;
const WALKING_METERS_PER_MINUTE = 80;
const MOST_NORTHERN_LATITUDE = 85.0511;

function tileX(lng: number): number {
  const count = 2 ** PIN_TILE_ZOOM;
  return Math.min(count - 1, Math.max(0, Math.floor(((lng + 180) / 360) * count)));
}

function tileY(lat: number): number {
  const count = 2 ** PIN_TILE_ZOOM;
  const radians = (Math.min(MOST_NORTHERN_LATITUDE, Math.max(-MOST_NORTHERN_LATITUDE, lat)) * Math.PI) / 180;
  return Math.min(count - 1, Math.max(0, Math.floor(((1 - Math.asinh(Math.tan(radians)) / Math.PI) / 2) * count)));
}

export function tileCount(box: Box): number {
  return (tileX(box.east) - tileX(box.west) + 1) * (tileY(box.south) - tileY(box.north) + 1);
}

/** Names ("14.8559.5641") of all tiles that a box touches. */
export function tilesIn(box: Box): string[] {
  const tiles: string[] = [];
  for (let x = tileX(box.west); x <= tileX(box.east); x++) {
    for (let y = tileY(box.north); y <= tileY(box.south); y++) tiles.push(`${PIN_TILE_ZOOM}.${x}.${y}`);
  }
  return tiles;
}

/** What a map of this size in pixels shows around a point. */
export function boxAround(center: Point, zoom: number, width: number, height: number): Box {
  const worldPixels = 256 * 2 ** zoom;
  const halfLng = (width / 2 / worldPixels) * 360;
  const halfLat = (height / 2 / worldPixels) * 360 * Math.cos((center.lat * Math.PI) / 180);
  return { west: center.lng - halfLng, south: center.lat - halfLat, east: center.lng + halfLng, north: center.lat + halfLat };
}

export function contains(box: Box, point: Point): boolean {
  return point.lng >= box.west && point.lng <= box.east && point.lat >= box.south && point.lat <= box.north;
}

export function distanceMeters(a: Point, b: Point): number {
  const radians = Math.PI / 180;
  const x = (b.lng - a.lng) * radians * Math.cos(((a.lat + b.lat) / 2) * radians);
  const y = (b.lat - a.lat) * radians;
  return Math.hypot(x, y) * EARTH_RADIUS_METERS;
}

export function walkingMinutes(meters: number): number {
  return Math.max(1, Math.round(meters / WALKING_METERS_PER_MINUTE));
}
