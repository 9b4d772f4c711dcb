import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../i18n";
import { bindUrl, selectedId, stay } from "../../state/explore";
import { startOverview } from "../../state/overview";
import { listState, listed, startSpots } from "../../state/spots";
import { isWide } from "../../ui/media";
import { announce } from "../../ui/toast";
import { ListingPanel } from "./ListingPanel";
import { MapCanvas } from "./MapCanvas";
import { SearchBar } from "./SearchBar";
import { Sheet } from "./Sheet";
import { ListHead, SpotList } from "./SpotList";

const ANNOUNCE_AFTER_MILLIS = 1_200;

/** The map is the page: search and list beside it where there is room, otherwise over it. */
export function MapPage() {
  useEffect(() => {
    const stops = [bindUrl(), startSpots(), startOverview()];
    return () => stops.forEach((stop) => stop());
  }, []);
  useAnnouncedCount();
  const id = selectedId.value;
  if (isWide.value) {
    return (
      <div class="explore">
        <section class="explore-side" aria-label={t("list.label")}>
          <SearchBar />
          <ListHead />
          <div class="explore-scroll">
            <SpotList />
          </div>
          {id && (
            <div class="explore-detail" key={id}>
              <ListingPanel id={id} />
            </div>
          )}
        </section>
        <MapCanvas />
      </div>
    );
  }
  return (
    <div class="explore is-narrow">
      <MapCanvas />
      <SearchBar />
      <Sheet detail={id !== null}>{id ? <ListingPanel id={id} key={id} /> : <SpotList />}</Sheet>
    </div>
  );
}

/** Tells a screen reader how many places there are once the list has settled. */
function useAnnouncedCount(): void {
  const timer = useRef<number | undefined>(undefined);
  useSignalEffect(() => {
    const count = listed.value.length;
    stay.value;
    clearTimeout(timer.current);
    if (listState.value !== "ready") return;
    timer.current = window.setTimeout(() => announce(t("list.count", { count })), ANNOUNCE_AFTER_MILLIS);
  });
}
