import { useEffect, useRef, useState } from "preact/hooks";
import { config, configLoaded } from "../config";
import { AREA_METERS, type Box, type Point } from "../domain/geo";
import { t } from "../i18n";
import { stay } from "../state/explore";
import { places } from "../state/places";
import { findSpots } from "../state/spots";
import { isDark } from "../theme";
import { Attribution } from "../ui/attribution";
import { IconButton, TextField } from "../ui/basics";
import { toast } from "../ui/toast";
import type { MapHandle } from "./view";

const COORDINATE_FACTOR = 1e6;
const COORDINATE_DIGITS = 5;
const HERE_ZOOM = 18;
const NEIGHBOURS_DELAY_MILLIS = 400;

interface PlacePickerProps {
  initial: Point;
  zoom: number;
  /** What is picked now; the field of coordinates shows it and can change it. */
  point: Point;
  onPick: (point: Point) => void;
  /** Shows how far from there everybody else may see it. */
  hidden?: boolean;
}

/** The pin stands still, the map moves under it: by finger, mouse or the arrow keys. */
export function PlacePicker({ initial, zoom, point, onPick, hidden = false }: PlacePickerProps) {
  const element = useRef<HTMLDivElement>(null);
  const handle = useRef<MapHandle | null>(null);
  const [tiles, setTiles] = useState(false);
  const [ready, setReady] = useState(false);
  const first = useRef(true);
  useEffect(() => {
    let gone = false;
    let timer: number | undefined;
    // Places nearby give orientation, and say what others charge.
    const showNeighbours = async (shown: Box) => {
      const found = await findSpots(shown, stay.peek()).catch(() => []);
      if (!gone) handle.current?.setSpots(found, null, null);
    };
    void import("./view").then(({ createMap }) => {
      if (gone || !element.current) return;
      const map = createMap(element.current, initial, zoom, {
        onView: (center, _, shown) => {
          // The map reports its first view by itself: only what the host moves is a choice.
          if (first.current) first.current = false;
          else onPick({ lat: rounded(center.lat), lng: rounded(center.lng) });
          clearTimeout(timer);
          timer = window.setTimeout(() => void showNeighbours(shown), NEIGHBOURS_DELAY_MILLIS);
        },
        onTiles: setTiles,
      });
      handle.current = map;
      map.setPlaces(places.peek());
      if (configLoaded.peek()) map.setTiles(config.peek().tileUrl);
      setReady(true);
    });
    return () => {
      gone = true;
      clearTimeout(timer);
      handle.current?.destroy();
    };
  }, []);
  useEffect(() => handle.current?.restyle(), [isDark.value]);
  useEffect(
    () => handle.current?.setArea(hidden ? { center: point, meters: AREA_METERS } : null),
    [ready, hidden, point.lat, point.lng],
  );
  const here = () =>
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => handle.current?.moveTo({ lat: coords.latitude, lng: coords.longitude }, HERE_ZOOM),
      () => toast(t("map.noPosition"), "danger"),
    );
  return (
    <>
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
    <Coordinates
      point={point}
      onPoint={(typed) => {
        onPick(typed);
        handle.current?.moveTo(typed, zoom);
      }}
    />
    </>
  );
}

/** For those who know the numbers, or cannot use the map. */
function Coordinates({ point, onPoint }: { point: Point; onPoint: (point: Point) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  const shown = `${point.lat.toFixed(COORDINATE_DIGITS)}, ${point.lng.toFixed(COORDINATE_DIGITS)}`;
  const parsed = typed === null ? point : parsePoint(typed);
  return (
    <TextField
      label={t("picker.coordinates")}
      value={typed ?? shown}
      error={parsed ? null : t("picker.badCoordinates")}
      onText={(text) => {
        setTyped(text);
        const next = parsePoint(text);
        if (next) onPoint(next);
      }}
      onLeave={() => setTyped(null)}
    />
  );
}

function parsePoint(text: string): Point | null {
  const [lat, lng, more] = text.split(/[,;\s]+/).filter(Boolean).map(Number);
  if (lat === undefined || lng === undefined || more !== undefined) return null;
  return Math.abs(lat) <= 85 && Math.abs(lng) <= 180 ? { lat, lng } : null;
}

function rounded(degrees: number): number {
  return Math.round(degrees * COORDINATE_FACTOR) / COORDINATE_FACTOR;
}
