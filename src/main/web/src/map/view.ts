// The map behind a small interface, so that it could be exchanged: OpenLayers on canvas. Loaded after the page has its shape.
import Feature from "ol/Feature";
import OlMap from "ol/Map";
import Overlay from "ol/Overlay";
import OlView from "ol/View";
import { defaults as defaultControls } from "ol/control/defaults";
import Point from "ol/geom/Point";
import { defaults as defaultInteractions } from "ol/interaction/defaults";
import VectorLayer from "ol/layer/Vector";
import { fromLonLat, toLonLat, transformExtent } from "ol/proj";
import VectorSource from "ol/source/Vector";
import { Icon, Style } from "ol/style";
import type { Box, Point as GeoPoint } from "../domain/geo";
import { money, t } from "../i18n";
import type { Place } from "../state/places";
import type { Clusters, Heat } from "../state/overview";
import { type Spot, availabilityOf } from "../state/spots";
import { prefersReducedMotion } from "../theme";
import { type Area, createArea } from "./area";
import { createGround } from "./base";
import { type Cluster, type Placed, cheapest, cluster } from "./cluster";
import { createHeat } from "./heat";
import { type Sprite, restyle, sprite } from "./sprites";
import { type PlacedSum, type Sum, together } from "./summaries";

const LEAST_ZOOM = 5;
const MOST_ZOOM = 19;
const CLUSTER_ZOOM_STEP = 2;
const FLY_MILLIS = 200;
const RING_MILLIS = 700;
const MOST_RINGS = 12;
const HIT_TOLERANCE_PIXELS = 8;

export interface MapEvents {
  onView(center: GeoPoint, zoom: number, box: Box): void;
  onSelect?(id: string | null): void;
  onHover?(id: string | null): void;
  onTiles?(shown: boolean): void;
}

export interface MapHandle {
  /** `permitted`: places for people with a permit count like others. */
  setSpots(spots: Spot[], selectedId: string | null, hoveredId: string | null, permitted?: boolean): void;
  /** Shows these instead of the spots, but for the selected one and one's own; null shows the spots. */
  setClusters(clusters: Clusters | null): void;
  setHeat(heat: Heat | null): void;
  setPlaces(places: Place[]): void;
  setTiles(url: string | null): void;
  setOrigin(point: GeoPoint | null): void;
  /** Where a place is somewhere in. */
  setArea(area: Area | null): void;
  moveTo(center: GeoPoint, zoom: number): void;
  /** Brings a point into the part of the map that nothing covers. */
  reveal(point: GeoPoint): void;
  /** Pixels at top, right, bottom and left that something covers. */
  setPadding(padding: [number, number, number, number]): void;
  zoomBy(steps: number): void;
  ring(ids: Iterable<string>): void;
  restyle(): void;
  destroy(): void;
}

export function createMap(element: HTMLElement, center: GeoPoint, zoom: number, events: MapEvents): MapHandle {
  const olView = new OlView({
    center: fromLonLat([center.lng, center.lat]),
    zoom,
    minZoom: LEAST_ZOOM,
    maxZoom: MOST_ZOOM,
    enableRotation: false,
  });
  const map = new OlMap({
    target: element,
    view: olView,
    controls: defaultControls({ attribution: false, rotate: false, zoom: false }),
    interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false }),
    maxTilesLoading: 12,
  });
  const ground = createGround(map, (shown) => events.onTiles?.(shown));
  const source = new VectorSource<Feature<Point>>();
  const layer = new VectorLayer({ source, style: styleOf, updateWhileAnimating: true, updateWhileInteracting: true, renderBuffer: 120, declutter: true });
  layer.setZIndex(10);
  map.addLayer(layer);

  const heatLayer = createHeat(map);
  const areaLayer = createArea(map);
  let sums: PlacedSum[] | null = null;
  let placed: Placed[] = [];
  let selected: string | null = null;
  let hovered: string | null = null;
  let permitted = false;
  const features = new Map<string, Feature<Point>>();
  const coordinates = new Map<string, [number, number]>();
  const xy = (spot: Spot): [number, number] => {
    const key = `${spot.lat},${spot.lng}`;
    let at = coordinates.get(key);
    if (!at) coordinates.set(key, (at = fromLonLat([spot.lng, spot.lat]) as [number, number]));
    return at;
  };
  const home = new Map<string, string>();
  let drawnResolution = 0;
  restyle();

  const originMark = document.createElement("div");
  originMark.className = "origin-mark";
  const originOverlay = new Overlay({ element: originMark, positioning: "center-center", stopEvent: false });
  map.addOverlay(originOverlay);

  /** Gives whether anything looks different from before. */
  function redraw(): boolean {
    const resolution = olView.getResolution() ?? 1;
    drawnResolution = resolution;
    const shownZoom = olView.getZoom() ?? zoom;
    const apart = sums ? placed.filter(({ spot }) => spot.mine || spot.id === selected) : placed;
    const clusters = cluster(apart, resolution, shownZoom, selected);
    if (sums) clusters.push(...together(sums, resolution, shownZoom));
    const present = new Set<string>();
    const added: Feature<Point>[] = [];
    let changed = false;
    home.clear();
    for (const each of clusters) {
      present.add(each.key);
      for (const spot of each.spots) home.set(spot.id, each.key);
      const hot = hovered !== null && each.spots.some((spot) => spot.id === hovered);
      const look = each.sum ? lookOfSum(each.sum) : lookOf(each, hot);
      let feature = features.get(each.key);
      if (!feature) {
        feature = new Feature(new Point([each.x, each.y]));
        feature.setId(each.key);
        features.set(each.key, feature);
        added.push(feature);
      }
      feature.set("cluster", each, true);
      if (feature.get("sprite") !== look.sprite || feature.get("rank") !== look.rank) {
        feature.set("rank", look.rank, true);
        feature.set("sprite", look.sprite);
        changed = true;
      }
    }
    for (const [key, feature] of features) {
      if (present.has(key)) continue;
      source.removeFeature(feature);
      features.delete(key);
      changed = true;
    }
    if (added.length > 0) source.addFeatures(added);
    return changed;
  }

  function lookOf({ spots }: Cluster, hot: boolean): { sprite: Sprite; rank: number } {
    const best = cheapest(spots, permitted);
    const first = spots[0] as Spot;
    const shown = best ?? first;
    const isSelected = spots.length === 1 && first.id === selected;
    const bookable = spots.filter((spot) => spot.availability !== "full");
    const availability = bookable.some((spot) => spot.availability === "free") ? "free" : bookable.length > 0 ? "scarce" : "full";
    const label = shown.price === null || (availability === "full" && !first.mine) ? "" : money(shown.price, shown.currency);
    const rank = isSelected ? 5 : hot ? 4 : first.mine ? 3 : availability === "full" ? 0 : spots.length > 1 ? 2 : 1;
    return {
      sprite: sprite({
        label,
        count: availability === "full" ? 1 : spots.length,
        availability,
        closed: spots.every((spot) => spot.closed),
        type: first.type,
        mine: first.mine,
        selected: isSelected,
        hovered: hot,
      }),
      rank,
    };
  }

  function lookOfSum({ listings, capacity, free, exact, hour, currency }: Sum): { sprite: Sprite; rank: number } {
    // The least that is free may be none where some is.
    const availability = free === 0 && !exact ? "scarce" : availabilityOf(free, capacity);
    const full = availability === "full";
    return {
      sprite: sprite({
        label: full ? "" : t("map.perHour", { price: money(hour, currency) }),
        count: full ? 1 : listings,
        availability,
        closed: false,
        type: null,
        mine: false,
        selected: false,
        hovered: false,
      }),
      rank: full ? 0 : 2,
    };
  }

  function publishView(): void {
    const size = map.getSize();
    const middle = olView.getCenter();
    if (!size || !middle || size[0] === 0) return;
    const [lng, lat] = toLonLat(middle) as [number, number];
    const [west, south, east, north] = transformExtent(olView.calculateExtent(), "EPSG:3857", "EPSG:4326") as [number, number, number, number];
    events.onView({ lat, lng }, olView.getZoom() ?? zoom, { west, south, east, north });
    if (olView.getResolution() !== drawnResolution) redraw();
  }

  function clusterAt(pixel: number[]): Cluster | null {
    const hit = map.forEachFeatureAtPixel(pixel, (feature) => feature as Feature, {
      layerFilter: (candidate) => candidate === layer,
      hitTolerance: HIT_TOLERANCE_PIXELS,
    });
    return (hit?.get("cluster") as Cluster | undefined) ?? null;
  }

  map.on("moveend", publishView);
  map.on("click", (event) => {
    if (!events.onSelect) return;
    const hit = clusterAt(event.pixel);
    if (!hit) return events.onSelect(null);
    const current = olView.getZoom() ?? zoom;
    if (hit.sum) {
      olView.animate({ center: [hit.x, hit.y], zoom: Math.min(MOST_ZOOM, current + CLUSTER_ZOOM_STEP), duration: motion() });
      return;
    }
    const only = hit.spots[0] as Spot;
    if (hit.spots.length === 1 || current >= MOST_ZOOM - 0.1) events.onSelect(only.id);
    else {
      const middle = [0, 1].map((axis) => hit.spots.reduce((sum, spot) => sum + (xy(spot)[axis] as number), 0) / hit.spots.length);
      olView.animate({ center: middle, zoom: Math.min(MOST_ZOOM, current + CLUSTER_ZOOM_STEP), duration: motion() });
    }
  });
  map.on("pointermove", (event) => {
    if (event.dragging || !events.onHover || (event.originalEvent as PointerEvent).pointerType === "touch") return;
    const hit = clusterAt(event.pixel);
    element.classList.toggle("is-pointing", hit !== null);
    events.onHover(hit?.spots.length === 1 ? (hit.spots[0] as Spot).id : null);
  });
  const resized = new ResizeObserver(() => map.updateSize());
  resized.observe(element);

  return {
    setSpots(spots, selectedId, hoveredId, withPermit = false) {
      permitted = withPermit;
      selected = selectedId;
      hovered = hoveredId;
      placed = spots.map((spot) => {
        const at = xy(spot);
        return { x: at[0], y: at[1], spot };
      });
      ground.setBuilt(placed.map(({ x, y }) => [x, y]));
      // Now, and not in the frame after this one, which is where the map would do it by itself.
      if (redraw()) map.renderSync();
    },
    setClusters(clusters) {
      sums =
        clusters &&
        clusters.items.map(({ tile, location, listings, capacity, freeSlots, cheapestHour }) => {
          const [x, y] = fromLonLat([location.lng, location.lat]) as [number, number];
          const sum = { listings, capacity, free: freeSlots, exact: clusters.exact, hour: cheapestHour.amount, currency: cheapestHour.currency };
          return { key: tile, x, y, sum };
        });
      redraw();
    },
    setHeat: heatLayer.show,
    setPlaces: ground.setPlaces,
    setTiles(url) {
      const [lng, lat] = toLonLat(olView.getCenter() ?? [0, 0]) as [number, number];
      ground.useTiles(url, olView.getZoom() ?? zoom, lng, lat);
    },
    setOrigin(point) {
      originOverlay.setPosition(point ? fromLonLat([point.lng, point.lat]) : undefined);
    },
    setArea: areaLayer.show,
    moveTo(point, wantedZoom) {
      olView.animate({ center: fromLonLat([point.lng, point.lat]), zoom: wantedZoom, duration: motion() });
    },
    reveal(point) {
      const at = fromLonLat([point.lng, point.lat]);
      const size = map.getSize();
      if (!size) return;
      const pixel = map.getPixelFromCoordinate(at);
      const [top, right, bottom, left] = olView.padding ?? [0, 0, 0, 0];
      const [width, height] = size as [number, number];
      const inside =
        pixel &&
        (pixel[0] as number) > (left as number) + 50 &&
        (pixel[0] as number) < width - (right as number) - 50 &&
        (pixel[1] as number) > (top as number) + 60 &&
        (pixel[1] as number) < height - (bottom as number) - 30;
      if (!inside) olView.animate({ center: at, duration: motion() });
    },
    setPadding(padding) {
      olView.padding = padding;
    },
    zoomBy(steps) {
      olView.animate({ zoom: (olView.getZoom() ?? zoom) + steps, duration: motion() });
    },
    ring(ids) {
      if (prefersReducedMotion()) return;
      const ringed = new Set<string>();
      for (const id of ids) {
        const key = home.get(id);
        if (!key || ringed.has(key) || ringed.size >= MOST_RINGS) continue;
        ringed.add(key);
        const at = features.get(key)?.getGeometry()?.getCoordinates();
        if (at) showRing(map, at);
      }
    },
    restyle() {
      restyle();
      ground.restyle();
      areaLayer.restyle();
      redraw();
    },
    destroy() {
      resized.disconnect();
      map.setTarget(undefined);
      map.dispose();
    },
  };
}

const styles = new WeakMap<Sprite, Style[]>();

function styleOf(feature: unknown): Style | undefined {
  const known = (feature as Feature).get("sprite") as Sprite | undefined;
  if (!known) return undefined;
  const rank = (feature as Feature).get("rank") as number;
  let byRank = styles.get(known);
  if (!byRank) styles.set(known, (byRank = []));
  return (byRank[rank] ??= new Style({
    image: new Icon({
      img: known.canvas,
      width: known.width,
      height: known.height,
      anchor: [0.5, known.anchorY],
      declutterMode: "obstacle", // always drawn; names of places give way
    }),
    zIndex: rank,
  }));
}

function showRing(map: OlMap, at: number[]): void {
  const element = document.createElement("div");
  element.className = "pin-ring";
  const overlay = new Overlay({ element, position: at, positioning: "center-center", stopEvent: false, offset: [0, -20] });
  map.addOverlay(overlay);
  setTimeout(() => map.removeOverlay(overlay), RING_MILLIS);
}

function motion(): number {
  return prefersReducedMotion() ? 0 : FLY_MILLIS;
}
