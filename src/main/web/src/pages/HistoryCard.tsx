import { user } from "../api/session";
import type { Booking, HistoryEntry } from "../api/types";
import { minuteOf } from "../domain/zone";
import { dayAndTime, stayText, t, text } from "../i18n";

/** What has happened to a booking, by whom and when. */
export function HistoryCard({ booking }: { booking: Booking }) {
  const history = booking.history ?? [];
  if (history.length === 0) return null;
  const zone = booking.listing.timeZone;
  return (
    <details class="card history">
      <summary>{t("history.title")}</summary>
      <ol class="plain">
        {history.map((entry) => (
          <li key={entry.at + entry.reason}>
            <strong>{what(entry)}</strong>
            <span class="muted">
              {dayAndTime(minuteOf(entry.at), zone)} · {who(entry, booking)}
            </span>
            {detail(entry, zone) && <span class="muted">{detail(entry, zone)}</span>}
          </li>
        ))}
      </ol>
    </details>
  );
}

function what(entry: HistoryEntry): string {
  const code = entry.reason.split(":")[0] as string;
  return text(`history.${code}`) ?? text(`status.${entry.status}`) ?? code;
}

function who(entry: HistoryEntry, booking: Booking): string {
  if (!entry.actor) return entry.reason === "ENTERED" || entry.reason === "LEFT" ? t("history.byGate") : t("history.byBerth");
  if (entry.actor === user.value?.id) return t("history.byYou");
  return entry.actor === booking.hostId ? t("history.byHost") : entry.actor === booking.driverId ? t("history.byDriver") : t("history.byBerth");
}

/** What a change left, or the words that somebody gave. */
function detail(entry: HistoryEntry, zone: string): string | null {
  if (!entry.detail) return null;
  if (entry.reason !== "MODIFIED" && entry.reason !== "EXTENDED") return entry.detail === "APP" ? null : (text(`history.detail.${entry.detail}`) ?? entry.detail);
  const [from, to] = entry.detail.split("/");
  return from && to ? t("history.before", { time: stayText(minuteOf(from), minuteOf(to), zone) }) : null;
}
