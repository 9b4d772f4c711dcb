// The ground under the pins: tiles where they can be had, otherwise a quiet drawing of what is known — where people park,
// what the places are called, a faint graticule.
import type Feature from "ol/Feature";
import FeatureOl from "ol/Feature";
import type OlMap from "ol/Map";
import Point from "ol/geom/Point";
import LineString from "ol/geom/LineString";
import TileLayer from "ol/layer/Tile";
import VectorLayer from "ol/layer/Vector";
import VectorImageLayer from "ol/layer/VectorImage";
import { fromLonLat } from "ol/proj";
import VectorSource from "ol/source/Vector";
import XYZ from "ol/source/XYZ";
import { Fill, Icon, Stroke, Style, Text } from "ol/style";
import type { Place } from "../state/places";

const PROBE_TIMEOUT_MILLIS = 3_000;
const MOST_TILE_ERRORS = 3;
const BUILT_RADIUS_METERS = 620;
const BUILT_CELL_METERS = 300;
const BUILT_SPRITE_PIXELS = 128;
/** From afar the spots keep this size, so that they still make a shape. */
const BUILT_LEAST_PIXELS = 30;

export interface Ground {
  /** Uses tiles from this address, or none. */
  useTiles(url: string | null, probeZoom: number, lng: number, lat: number): void;
  /** Where places to park are known: drawn as built-up land. */
  setBuilt(points: Iterable<[number, number]>): void;
  setPlaces(places: Place[]): void;
  restyle(): void;
}

export function createGround(map: OlMap, onTiles: (shown: boolean) => void): Ground {
  const built = new VectorSource();
  const lines = new VectorSource({ features: graticule() });
  const names = new VectorSource();
  let paint = readPaint();
  const cells = new Set<string>();

  const layers = [
    new VectorImageLayer({ source: built, style: (_, resolution) => builtStyle(resolution, paint), imageRatio: 1.6 }),
    new VectorLayer({ source: lines, style: () => paint.line }),
    new VectorLayer({ source: names, style: (feature, resolution) => nameStyle(feature as Feature, resolution, paint), declutter: true }),
  ];
  for (const [index, layer] of layers.entries()) {
    layer.setZIndex(index);
    map.addLayer(layer);
  }
  let tiles: TileLayer<XYZ> | null = null;

  const showTiles = (shown: boolean) => {
    for (const layer of layers) layer.setVisible(!shown);
    if (!shown && tiles) {
      map.removeLayer(tiles);
      tiles = null;
    }
    onTiles(shown);
  };

  return {
    useTiles(url, probeZoom, lng, lat) {
      showTiles(false);
      if (!url) return;
      void probe(tileAddress(url, probeZoom, lng, lat)).then((good) => {
        if (!good) return;
        let errors = 0;
        const source = new XYZ({ url });
        source.on("tileloaderror", () => {
          if (++errors === MOST_TILE_ERRORS) showTiles(false);
        });
        source.on("tileloadend", () => (errors = 0));
        tiles = new TileLayer({ source, className: "ol-layer ground-tiles" });
        tiles.setZIndex(-1);
        map.addLayer(tiles);
        showTiles(true);
      });
    },
    setBuilt(points) {
      const made: Feature[] = [];
      for (const [x, y] of points) {
        const cell = `${Math.round(x / BUILT_CELL_METERS)}:${Math.round(y / BUILT_CELL_METERS)}`;
        if (cells.has(cell)) continue;
        cells.add(cell);
        made.push(new FeatureOl(new Point([x, y])));
      }
      if (made.length > 0) built.addFeatures(made);
    },
    setPlaces(places) {
      names.clear();
      names.addFeatures(
        places.map((each) => {
          const feature = new FeatureOl(new Point(fromLonLat([each.lng, each.lat])));
          feature.set("name", each.name);
          feature.set("rank", each.rank);
          return feature;
        }),
      );
    },
    restyle() {
      paint = readPaint();
      for (const layer of layers) layer.changed();
    },
  };
}

interface Paint {
  built: HTMLCanvasElement;
  line: Style;
  names: Map<string, Style>;
  ink: string;
  halo: string;
  font: string;
}

function readPaint(): Paint {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    built: glow(value("--map-built")),
    line: new Style({ stroke: new Stroke({ color: value("--map-line"), width: 1 }) }),
    names: new Map(),
    ink: value("--map-ink"),
    halo: value("--map-land"),
    font: value("--font"),
  };
}

/** A soft spot: many of them make the shape of a town. */
function glow(colour: string): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = BUILT_SPRITE_PIXELS;
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const middle = BUILT_SPRITE_PIXELS / 2;
  const gradient = context.createRadialGradient(middle, middle, 0, middle, middle, middle);
  gradient.addColorStop(0, `rgb(${colour} / 46%)`);
  gradient.addColorStop(0.5, `rgb(${colour} / 22%)`);
  gradient.addColorStop(1, `rgb(${colour} / 0%)`);
  context.fillStyle = gradient;
  context.fillRect(0, 0, BUILT_SPRITE_PIXELS, BUILT_SPRITE_PIXELS);
  return canvas;
}

function builtStyle(resolution: number, paint: Paint): Style {
  const pixels = Math.max(BUILT_LEAST_PIXELS, (BUILT_RADIUS_METERS * 2) / resolution);
  return new Style({ image: new Icon({ img: paint.built, width: pixels, height: pixels }) });
}

/** Towns from afar, districts from near; small ones fade when the pins take over. */
function nameStyle(feature: Feature, resolution: number, paint: Paint): Style | undefined {
  const rank = feature.get("rank") as number;
  if ((rank === 3 && resolution > 32) || (rank === 2 && resolution > 160)) return undefined;
  const name = feature.get("name") as string;
  let style = paint.names.get(name);
  if (!style) {
    const size = rank === 1 ? 23 : rank === 2 ? 16 : 13;
    style = new Style({
      text: new Text({
        text: rank === 3 ? name : name.toUpperCase(),
        font: `${rank === 3 ? 500 : 600} ${size}px ${paint.font}`,
        fill: new Fill({ color: paint.ink }),
        stroke: new Stroke({ color: paint.halo, width: 3 }),
        padding: [12, 12, 12, 12],
        // Districts give way to pins; towns stay beneath them, since they say where one is.
        declutterMode: rank === 3 ? "declutter" : "none",
      }),
      zIndex: 10 - rank,
    });
    paint.names.set(name, style);
  }
  return style;
}

/** A line every tenth of a degree around central Europe, every ten elsewhere. */
function graticule(): Feature[] {
  const made: Feature[] = [];
  const line = (points: [number, number][]) => made.push(new FeatureOl(new LineString(points.map((point) => fromLonLat(point)))));
  for (let lng = 5; lng <= 16; lng += 0.1) line([[lng, 45], [lng, 56]]);
  for (let lat = 45; lat <= 56; lat += 0.1) line([[5, lat], [16, lat]]);
  for (let lng = -180; lng <= 180; lng += 10) line([[lng, -80], [lng, 80]]);
  for (let lat = -80; lat <= 80; lat += 10) line([[-180, lat], [180, lat]]);
  return made;
}

function tileAddress(url: string, zoom: number, lng: number, lat: number): string {
  const z = Math.max(0, Math.round(zoom));
  const count = 2 ** z;
  const radians = (lat * Math.PI) / 180;
  const x = Math.floor(((lng + 180) / 360) * count);
  const y = Math.floor(((1 - Math.asinh(Math.tan(radians)) / Math.PI) / 2) * count);
  return url
    .replace("{z}", String(z))
    .replace("{x}", String(x))
    .replace("{y}", String(y))
    .replace(/\{[a-z]-[a-z]\}/, (range) => range.charAt(1));
}

function probe(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const image = new Image();
    const timer = setTimeout(() => finish(false), PROBE_TIMEOUT_MILLIS);
    const finish = (good: boolean) => {
      clearTimeout(timer);
      image.onload = image.onerror = null;
      resolve(good);
    };
    image.onload = () => finish(true);
    image.onerror = () => finish(false);
    image.src = address;
  });
}
