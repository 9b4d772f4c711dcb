import { useEffect } from "preact/hooks";
import type { Booking } from "../api/types";
import { minuteOf, readerZone } from "../domain/zone";
import { type MessageKey, dayAndTime, money, stayText, t } from "../i18n";
import { Link, lastMap } from "../router";
import { bookings, bookingsAsOf, bookingsError, bookingsNext, bookingsState, isLive, isUnpaidTry, loadBookings, loadMoreBookings } from "../state/bookings";
import { Button, EmptyState, ErrorState, Notice, PageHead, Skeleton } from "../ui/basics";
import { Icon } from "../ui/icons";
import { ClaimCard } from "./ClaimCard";
import { WaitsCard } from "./WaitsCard";

export function BookingsPage() {
  useEffect(() => void loadBookings(), []);
  const [state, all, asOf] = [bookingsState.value, bookings.value.filter((booking) => !isUnpaidTry(booking)), bookingsAsOf.value];
  const live = all.filter(isLive).sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
  const past = all.filter((booking) => !isLive(booking));
  return (
    <div class="page">
      <PageHead title={t("bookings.title")} />
      {asOf !== null && (
        <Notice tone="warning" icon="offline">
          {t("bookings.offline", { time: dayAndTime(Math.floor(asOf / 60_000), readerZone()) })}
        </Notice>
      )}
      <WaitsCard />
      {state === "loading" || state === "idle" ? (
        <Skeleton rows={3} height={104} />
      ) : state === "failed" ? (
        <ErrorState error={bookingsError.value} onRetry={() => void loadBookings()} />
      ) : all.length === 0 ? (
        <EmptyState icon="ticket" title={t("bookings.none")}>
          <p>{t("bookings.noneHint")}</p>
          <Link class="button button-primary" href={lastMap.value}>
            {t("bookings.find")}
          </Link>
        </EmptyState>
      ) : (
        <>
          {live.length > 0 && <BookingList title={t("bookings.upcoming")} items={live} />}
          {past.length > 0 && <BookingList title={t("bookings.past")} items={past} />}
          {bookingsNext.value && <Button onClick={() => void loadMoreBookings()}>{t("action.more")}</Button>}
        </>
      )}
      <ClaimCard />
    </div>
  );
}

function BookingList({ title, items }: { title: string; items: Booking[] }) {
  return (
    <section class="section">
      <h2>{title}</h2>
      <ul class="cards">
        {items.map((booking) => (
          <li key={booking.id}>
            <Link href={`/bookings/${booking.id}`} class="card booking-card">
              <span class="booking-card-text">
                <strong>{booking.listing.title}</strong>
                <span>{stayText(minuteOf(booking.from), minuteOf(booking.to), booking.listing.timeZone)}</span>
                <StatusTag booking={booking} />
              </span>
              <span class="booking-card-price">{money(booking.price.amount, booking.price.currency)}</span>
              <Icon name="next" />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

const TONES: Partial<Record<Booking["status"], string>> = {
  CONFIRMED: "tag-success",
  ACTIVE: "tag-success",
  HELD: "tag-warning",
  PENDING_HOST: "tag-warning",
  DECLINED: "tag-danger",
  NO_SHOW: "tag-danger",
};

export function StatusTag({ booking }: { booking: Booking }) {
  return <span class={`tag ${TONES[booking.status] ?? ""}`}>{t(`status.${booking.status}` as MessageKey)}</span>;
}
