import { useEffect, useState } from "preact/hooks";
import { ApiError, api, explain } from "../api/client";
import { user } from "../api/session";
import type { Booking, Page } from "../api/types";
import { minuteOf } from "../domain/zone";
import { dayAndTime, duration, money, stayText, t } from "../i18n";
import { onOwnMessage } from "../live/own";
import { Link } from "../router";
import { Button, ErrorState, Notice } from "../ui/basics";
import { useLoad } from "../ui/load";

/** Who asks for the host's places, and until when they want an answer. Nothing is shown while nobody does. */
export function RequestsCard() {
  const requests = useLoad("requests", (signal) =>
    api.get<Page<Booking>>("/bookings", { role: "host", status: "PENDING_HOST", limit: 50 }, signal),
  );
  useEffect(
    () =>
      onOwnMessage((message) => {
        if (message.kind === "booking" && message.booking.hostId === user.peek()?.id) requests.reload();
      }),
    [],
  );
  const items = [...(requests.data?.items ?? [])].sort((a, b) => Date.parse(a.holdExpiresAt ?? a.from) - Date.parse(b.holdExpiresAt ?? b.from));
  if (requests.error !== null) return <ErrorState error={requests.error} onRetry={requests.reload} />;
  if (items.length === 0) return null;
  return (
    <section class="section">
      <h2>{t("requests.title", { count: items.length })}</h2>
      <ul class="cards">
        {items.map((booking) => (
          <li key={booking.id}>
            <Request booking={booking} onAnswered={requests.reload} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Request({ booking, onAnswered }: { booking: Booking; onAnswered: () => void }) {
  const [busy, setBusy] = useState<"confirm" | "decline" | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const zone = booking.listing.timeZone;
  const [from, to] = [minuteOf(booking.from), minuteOf(booking.to)];
  const answer = async (what: "confirm" | "decline") => {
    setBusy(what);
    setFailure(null);
    try {
      await api.post<Booking>(`/bookings/${booking.id}/${what}`, what === "decline" ? {} : { version: booking.version });
      onAnswered();
    } catch (error) {
      setFailure(error);
      // The driver has changed it since it was shown.
      if (error instanceof ApiError && error.code === "PRECONDITION_FAILED") onAnswered();
    } finally {
      setBusy(null);
    }
  };
  return (
    <article class="card form">
      <div>
        <Link href={`/bookings/${booking.id}`}>
          <strong>{booking.listing.title}</strong>
        </Link>
        <p>
          {stayText(from, to, zone)} · {duration(to - from)}
        </p>
        <p>
          <strong>{money(booking.price.amount, booking.price.currency)}</strong>
          {booking.holdExpiresAt && (
            <span class="muted"> · {t("requests.until", { time: dayAndTime(minuteOf(booking.holdExpiresAt), zone) })}</span>
          )}
        </p>
      </div>
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      <div class="form-buttons">
        <Button busy={busy === "decline"} disabled={busy === "confirm"} onClick={() => void answer("decline")}>
          {t("requests.decline")}
        </Button>
        <Button tone="primary" busy={busy === "confirm"} disabled={busy === "decline"} onClick={() => void answer("confirm")}>
          {t("requests.accept")}
        </Button>
      </div>
    </article>
  );
}
