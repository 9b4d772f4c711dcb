import { useEffect, useRef, useState } from "preact/hooks";
import { config, configLoaded } from "../config";
import type { Point } from "../domain/geo";
import { t } from "../i18n";
import { places } from "../state/places";
import { isDark } from "../theme";
import { Attribution } from "../ui/attribution";
import { IconButton } from "../ui/basics";
import { toast } from "../ui/toast";
import type { MapHandle } from "./view";

const COORDINATE_FACTOR = 1e6;
const HERE_ZOOM = 18;

/** The pin stands still, the map moves under it: by finger, mouse or the arrow keys. */
export function PlacePicker({ initial, zoom, onPick }: { initial: Point; zoom: number; onPick: (point: Point) => void }) {
  const element = useRef<HTMLDivElement>(null);
  const handle = useRef<MapHandle | null>(null);
  const [tiles, setTiles] = useState(false);
  const first = useRef(true);
  useEffect(() => {
    let gone = false;
    void import("./view").then(({ createMap }) => {
      if (gone || !element.current) return;
      const map = createMap(element.current, initial, zoom, {
        onView: (center) => {
          // The map reports its first view by itself: only what the host moves is a choice.
          if (first.current) first.current = false;
          else onPick({ lat: rounded(center.lat), lng: rounded(center.lng) });
        },
        onTiles: setTiles,
      });
      handle.current = map;
      map.setPlaces(places.peek());
      if (configLoaded.peek()) map.setTiles(config.peek().tileUrl);
    });
    return () => {
      gone = true;
      handle.current?.destroy();
    };
  }, []);
  useEffect(() => handle.current?.restyle(), [isDark.value]);
  const here = () =>
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => handle.current?.moveTo({ lat: coords.latitude, lng: coords.longitude }, HERE_ZOOM),
      () => toast(t("map.noPosition"), "danger"),
    );
  return (
    <div class="picker">
      <div ref={element} class="map-canvas" tabIndex={0} role="application" aria-label={t("picker.label")} />
      <svg class="picker-pin" viewBox="0 0 32 42" width="40" height="52" aria-hidden="true">
        <path d="M16 41S30 27 30 15.500a14 14 0 1 0-28 0C2 27 16 41 16 41z" />
        <circle cx="16" cy="15.500" r="5.500" />
      </svg>
      <div class="picker-buttons">
        <IconButton icon="target" label={t("map.nearMe")} onClick={here} />
        <IconButton icon="plus" label={t("map.zoomIn")} onClick={() => handle.current?.zoomBy(1)} />
        <IconButton icon="minus" label={t("map.zoomOut")} onClick={() => handle.current?.zoomBy(-1)} />
      </div>
      <Attribution tiles={tiles} />
    </div>
  );
}

function rounded(degrees: number): number {
  return Math.round(degrees * COORDINATE_FACTOR) / COORDINATE_FACTOR;
}
