import type { Pin } from "../../api/types";
import { freeSlots } from "../../domain/busy";
import type { Stay } from "../../domain/price";
import { number, t, time } from "../../i18n";

const HOURS = 24;
const HOUR_MINUTES = 60;
const BAR_WIDTH = 10;
const GAP = 3;
const HEIGHT = 44;
const LEAST_BAR = 3;

/** Free slots hour by hour around the stay, with the same numbers as a table for those who do not see the bars. */
export function Occupancy({ pin, stay, zone }: { pin: Pin; stay: Stay; zone: string }) {
  const first = Math.floor(stay.from / HOUR_MINUTES) * HOUR_MINUTES - HOUR_MINUTES * 2;
  const bars = Array.from({ length: HOURS }, (_, index) => {
    const from = first + index * HOUR_MINUTES;
    const free = freeSlots(pin.capacity, pin.busy, { from, to: from + HOUR_MINUTES });
    return { from, free, wanted: from < stay.to && from + HOUR_MINUTES > stay.from };
  });
  const best = bars.filter((bar) => bar.wanted).reduce((least, bar) => Math.min(least, bar.free), pin.capacity);
  const width = HOURS * (BAR_WIDTH + GAP);
  return (
    <section class="detail-part">
      <h3>
        {pin.capacity > 1
          ? t("occupancy.title", { count: best, capacity: pin.capacity })
          : best > 0
            ? t("occupancy.oneFree")
            : t("spot.full")}
      </h3>
      <svg class="occupancy" viewBox={`0 0 ${width} ${HEIGHT + 16}`} role="img" aria-label={t("occupancy.label")}>
        {bars.map((bar, index) => {
          const height = Math.max(LEAST_BAR, (bar.free / pin.capacity) * HEIGHT);
          return (
            <g key={bar.from}>
              <rect
                class={`bar${bar.wanted ? " is-wanted" : ""}${bar.free === 0 ? " is-full" : ""}`}
                x={index * (BAR_WIDTH + GAP)}
                y={HEIGHT - height}
                width={BAR_WIDTH}
                height={height}
                rx="2"
              >
                <title>{`${time(bar.from, zone)}: ${number(bar.free)}`}</title>
              </rect>
              {index % 6 === 0 && (
                <text x={index * (BAR_WIDTH + GAP)} y={HEIGHT + 13}>
                  {time(bar.from, zone)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </section>
  );
}
