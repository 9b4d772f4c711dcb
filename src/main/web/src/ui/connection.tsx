// How things stand with the server: a quiet dot at once, a banner when it lasts.
import { useEffect, useState } from "preact/hooks";
import { t, time } from "../i18n";
import { readerZone } from "../domain/zone";
import { lastHeard, liveState } from "../live/connection";
import { Icon } from "./icons";
import { isOnline } from "./media";

const BANNER_AFTER_MILLIS = 3_000;

export function LiveDot() {
  const live = liveState.value === "open" && isOnline.value;
  const label = live ? t("live.on") : isOnline.value ? t("live.connecting") : t("live.offline");
  return (
    <span class={`live-dot ${live ? "is-live" : "is-waiting"}`} role="img" aria-label={label} title={label}>
      <span class="live-dot-text" aria-hidden="true">
        {live ? t("live.short") : t("live.shortWaiting")}
      </span>
    </span>
  );
}

export function ConnectionBanner() {
  const [lasting, setLasting] = useState(false);
  const broken = liveState.value === "reconnecting" || !isOnline.value;
  useEffect(() => {
    if (!broken) return setLasting(false);
    const timer = setTimeout(() => setLasting(true), BANNER_AFTER_MILLIS);
    return () => clearTimeout(timer);
  }, [broken]);
  if (!broken || !lasting) return null;
  const asOf = lastHeard.value > 0 ? time(Math.floor(lastHeard.value / 60_000), readerZone()) : null;
  return (
    <div class="banner" role="status">
      <Icon name="offline" size={18} />
      <span>
        {isOnline.value ? t("live.bannerReconnecting") : t("live.bannerOffline")} {asOf && t("live.asOf", { time: asOf })}
      </span>
    </div>
  );
}
