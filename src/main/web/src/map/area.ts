// Somewhere in it: a circle for a place that is not told exactly.
import Feature from "ol/Feature";
import type OlMap from "ol/Map";
import Circle from "ol/geom/Circle";
import VectorLayer from "ol/layer/Vector";
import { fromLonLat } from "ol/proj";
import VectorSource from "ol/source/Vector";
import { Fill, Stroke, Style } from "ol/style";
import type { Point } from "../domain/geo";

const LAYER_INDEX = 6;
const LINE_PIXELS = 2;
const FILL_ALPHA = "26";

export interface Area {
  center: Point;
  meters: number;
}

export interface AreaLayer {
  show(area: Area | null): void;
  restyle(): void;
}

export function createArea(map: OlMap): AreaLayer {
  const source = new VectorSource<Feature<Circle>>();
  const layer = new VectorLayer({ source, updateWhileAnimating: true, updateWhileInteracting: true });
  layer.setZIndex(LAYER_INDEX);
  map.addLayer(layer);
  const restyle = () => {
    const accent = getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
    layer.setStyle(
      new Style({
        fill: new Fill({ color: `${accent}${FILL_ALPHA}` }),
        stroke: new Stroke({ color: accent, width: LINE_PIXELS, lineDash: [6, 6] }),
      }),
    );
  };
  restyle();
  return {
    show(area) {
      source.clear(true);
      if (!area) return source.changed();
      // The projection stretches with the latitude.
      const radius = area.meters / Math.cos((area.center.lat * Math.PI) / 180);
      source.addFeature(new Feature(new Circle(fromLonLat([area.center.lng, area.center.lat]), radius)));
    },
    restyle,
  };
}
