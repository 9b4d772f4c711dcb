// How full it is, as shaded tiles beneath the pins: one hue, the darker the fuller.
import Feature from "ol/Feature";
import type OlMap from "ol/Map";
import { fromExtent } from "ol/geom/Polygon";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import { Fill, Style } from "ol/style";
import type { Heat } from "../state/overview";

const HALF_WORLD_METERS = 20_037_508.342789244;
const STEPS = 10;
const LEAST_ALPHA = 0.06;
const MOST_ALPHA = 0.62;
const LAYER_INDEX = 5;

export interface HeatLayer {
  show(heat: Heat | null): void;
}

export function createHeat(map: OlMap): HeatLayer {
  const source = new VectorSource();
  const styles = Array.from({ length: STEPS + 1 }, (_, step) => {
    const alpha = LEAST_ALPHA + ((MOST_ALPHA - LEAST_ALPHA) * step) / STEPS;
    return new Style({ fill: new Fill({ color: `rgba(176, 42, 92, ${alpha.toFixed(2)})` }) });
  });
  const layer = new VectorLayer({ source, style: (feature) => styles[feature.get("step") as number], updateWhileInteracting: true });
  layer.setZIndex(LAYER_INDEX);
  map.addLayer(layer);
  return {
    show(heat) {
      source.clear(true);
      if (!heat) return source.changed();
      const size = (2 * HALF_WORLD_METERS) / 2 ** heat.zoom;
      source.addFeatures(
        heat.cells.map(({ x, y, capacity, taken }) => {
          const [west, north] = [x * size - HALF_WORLD_METERS, HALF_WORLD_METERS - y * size];
          const feature = new Feature(fromExtent([west, north - size, west + size, north]));
          feature.set("step", Math.round((STEPS * taken) / Math.max(1, capacity)));
          return feature;
        }),
      );
    },
  };
}
