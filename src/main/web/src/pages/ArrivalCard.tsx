import { user } from "../api/session";
import type { Arrival, Booking } from "../api/types";
import { t } from "../i18n";
import { Icon } from "../ui/icons";

const ENDED_WITHOUT_STAY: readonly Booking["status"][] = ["HELD", "PENDING_HOST", "EXPIRED", "DECLINED", "CANCELLED_BY_DRIVER", "CANCELLED_BY_HOST"];

/** Where it is, exactly; null for a driver who may not know it, whatever was kept from before. */
export function arrivalOf(booking: Booking): Arrival | null {
  const isDriver = booking.driverId === user.value?.id;
  return isDriver && ENDED_WITHOUT_STAY.includes(booking.status) ? null : (booking.arrival ?? null);
}

/** The way there, and how to get in. */
export function ArrivalCard({ booking, arrival }: { booking: Booking; arrival: Arrival }) {
  const at = `${arrival.location.lat},${arrival.location.lng}`;
  return (
    <section class="card form arrival" aria-labelledby="arrival-title">
      <h2 id="arrival-title">{t("arrival.title")}</h2>
      <p class="with-icon">
        <Icon name="pin" />
        <strong>{arrival.address}</strong>
      </p>
      {arrival.accessNotes && (
        <div>
          <h3>{t("arrival.notes")}</h3>
          <p class="prose">{arrival.accessNotes}</p>
        </div>
      )}
      <a class="button button-quiet" href={`geo:${at}?q=${at}(${encodeURIComponent(booking.listing.title)})`}>
        <Icon name="map" /> {t("booking.route")}
      </a>
    </section>
  );
}
