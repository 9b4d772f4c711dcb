import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { config, configLoaded } from "../../config";
import { boxAround } from "../../domain/geo";
import { t } from "../../i18n";
import { onPinsChanged } from "../../live/pins";
import type { MapHandle } from "../../map/view";
import { area, box, filters, hoveredId, origin, select, selectedId, view, viewJumps } from "../../state/explore";
import { clusters, heat, heatShown } from "../../state/overview";
import { places } from "../../state/places";
import { listIsStale, spots } from "../../state/spots";
import { isDark } from "../../theme";
import { Attribution } from "../../ui/attribution";
import { Button, IconButton } from "../../ui/basics";
import { isWide } from "../../ui/media";
import { locate } from "./locate";

/** What covers the map on narrow screens, in pixels: the search field above, the sheet at its lowest height below. */
const SEARCH_PIXELS = 120;
const PEEK_PIXELS = 196;
/** The share that the sheet covers at half height, as in list.css. */
const HALF_SHARE = 0.56;

export function MapCanvas() {
  const element = useRef<HTMLDivElement>(null);
  const handle = useRef<MapHandle | null>(null);
  const [tiles, setTiles] = useState(false);
  const [failed, setFailed] = useState(false);
  const [locating, setLocating] = useState(false);

  useEffect(() => {
    let stops: (() => void)[] = [];
    let gone = false;
    // Pins need not wait for the map: what it will show is known.
    const { clientWidth, clientHeight } = element.current as HTMLDivElement;
    box.value ??= boxAround(view.peek().center, view.peek().zoom, clientWidth, clientHeight);
    import("../../map/view")
      .then(({ createMap }) => {
        if (gone || !element.current) return;
        const map = createMap(element.current, view.peek().center, view.peek().zoom, {
          onView: (center, zoom, shown) => {
            view.value = { center, zoom };
            box.value = shown;
          },
          onSelect: select,
          onHover: (id) => (hoveredId.value = id),
          onTiles: setTiles,
        });
        handle.current = map;
        stops = follow(map, element.current);
      })
      .catch(() => setFailed(true));
    return () => {
      gone = true;
      stops.forEach((stop) => stop());
      handle.current?.destroy();
      box.value = null;
    };
  }, []);

  return (
    <div class={`map${listIsStale.value ? " is-stale" : ""}`}>
      <div ref={element} class="map-canvas" tabIndex={0} role="application" aria-label={t("map.label")} />
      {failed && (
        <div class="map-failed">
          <p>{t("map.failed")}</p>
          <Button onClick={() => location.reload()}>{t("action.retry")}</Button>
        </div>
      )}
      <div class="map-buttons">
        <IconButton
          icon="target"
          label={t("map.nearMe")}
          aria-busy={locating}
          onClick={() => {
            setLocating(true);
            void locate().finally(() => setLocating(false));
          }}
        />
        <IconButton
          icon="heat"
          label={t("map.heat")}
          aria-pressed={heatShown.value}
          onClick={() => (heatShown.value = !heatShown.value)}
        />
        {isWide.value && <IconButton icon="plus" label={t("map.zoomIn")} onClick={() => handle.current?.zoomBy(1)} />}
        {isWide.value && <IconButton icon="minus" label={t("map.zoomOut")} onClick={() => handle.current?.zoomBy(-1)} />}
      </div>
      {heatShown.value && (
        <p class="map-legend">
          {t("map.heatLegend")} <span>0 %</span>
          <span class="map-legend-ramp" aria-hidden="true" />
          <span>100 %</span>
        </p>
      )}
      <Attribution tiles={tiles} />
    </div>
  );
}

/** Hands every change of the state to the map. */
function follow(map: MapHandle, element: HTMLElement): (() => void)[] {
  let jumps = viewJumps.peek();
  let opened: string | null = null;
  let due = false;
  let stopped = false;
  return [
    () => (stopped = true),
    effect(() => {
      const below = selectedId.value === null ? PEEK_PIXELS : Math.round(element.clientHeight * HALF_SHARE);
      map.setPadding(isWide.value ? [0, 0, 0, 0] : [SEARCH_PIXELS, 0, below, 0]);
    }),
    effect(() => {
      [spots, selectedId, hoveredId, filters].map((each) => each.value);
      if (due) return;
      due = true;
      // Once for all that changes together, and still in this frame: pins change in a frame of their own.
      queueMicrotask(() => {
        due = false;
        if (stopped) return;
        const [all, selected] = [spots.peek(), selectedId.peek()];
        map.setSpots(all, selected, hoveredId.peek(), filters.peek().accessible);
        const chosen = selected === opened ? null : all.find((spot) => spot.id === selected);
        if (chosen || !selected) opened = selected;
        if (chosen) map.reveal(chosen);
      });
    }),
    effect(() => map.setOrigin(origin.value)),
    effect(() => map.setArea(area.value)),
    effect(() => map.setPlaces(places.value)),
    effect(() => map.setClusters(clusters.value)),
    effect(() => map.setHeat(heat.value)),
    effect(() => {
      if (configLoaded.value) map.setTiles(config.value.tileUrl);
    }),
    effect(() => {
      if (viewJumps.value === jumps) return;
      jumps = viewJumps.value;
      map.moveTo(view.peek().center, view.peek().zoom);
    }),
    effect(() => {
      isDark.value;
      requestAnimationFrame(() => map.restyle());
    }),
    // After the map has taken the change in, in the same frame.
    onPinsChanged((changed) => queueMicrotask(() => !stopped && map.ring(changed.map((pin) => pin.id)))),
  ];
}
