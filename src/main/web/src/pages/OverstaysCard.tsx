import { useEffect } from "preact/hooks";
import { api } from "../api/client";
import { user } from "../api/session";
import type { Booking, Page } from "../api/types";
import { minuteOf } from "../domain/zone";
import { dayAndTime, money, t } from "../i18n";
import { onOwnMessage } from "../live/own";
import { Link } from "../router";
import { useLoad } from "../ui/load";
import { ErrorState } from "../ui/basics";
import { Icon } from "../ui/icons";

/** Who stays too long at the host's places, or has not paid for it yet. Nothing is shown while nobody does. */
export function OverstaysCard() {
  const stays = useLoad("overstays", (signal) =>
    api.get<Page<Booking>>("/bookings", { role: "host", status: "ACTIVE,COMPLETED", limit: 100 }, signal),
  );
  useEffect(
    () =>
      onOwnMessage((message) => {
        if (message.kind === "booking" && message.booking.hostId === user.peek()?.id) stays.reload();
      }),
    [],
  );
  if (stays.error !== null) return <ErrorState error={stays.error} onRetry={stays.reload} />;
  const items = (stays.data?.items ?? []).filter((booking) => booking.overstay?.status === "RUNNING" || booking.overstay?.status === "DUE");
  if (items.length === 0) return null;
  return (
    <section class="section" aria-labelledby="overstays-title">
      <h2 id="overstays-title">{t("overstays.title", { count: items.length })}</h2>
      <ul class="cards">
        {items.map((booking) => (
          <li key={booking.id}>
            <Link href={`/bookings/${booking.id}`} class="card row-card">
              <span class="row-text">
                <strong>
                  {booking.listing.title}, {booking.slot.name}
                </strong>
                <span class="muted">
                  {t(booking.overstay?.status === "DUE" ? "overstays.due" : "overstays.running", {
                    time: dayAndTime(minuteOf(booking.overstay?.since ?? booking.to), booking.listing.timeZone),
                  })}
                </span>
              </span>
              <span class="booking-card-price">{money(booking.overstay?.amount.amount ?? 0, booking.price.currency)}</span>
              <Icon name="next" />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
