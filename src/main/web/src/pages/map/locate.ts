import { t } from "../../i18n";
import { jumpTo, origin, sort } from "../../state/explore";
import { toast } from "../../ui/toast";

const TIMEOUT_MILLIS = 10_000;
const OLDEST_MILLIS = 60_000;
const NEAR_ZOOM = 15.5;

/** Moves the map to where the reader is, and measures from there. */
export function locate(): Promise<void> {
  return new Promise((resolve) => {
    if (!navigator.geolocation) {
      toast(t("map.noPosition"), "danger");
      return resolve();
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const here = { lat: coords.latitude, lng: coords.longitude };
        origin.value = { ...here, name: t("map.yourPlace") };
        sort.value = "distance";
        jumpTo(here, NEAR_ZOOM);
        resolve();
      },
      () => {
        toast(t("map.noPosition"), "danger");
        resolve();
      },
      { timeout: TIMEOUT_MILLIS, maximumAge: OLDEST_MILLIS, enableHighAccuracy: true },
    );
  });
}
