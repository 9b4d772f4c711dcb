// The signed-in user's bookings: fetched, kept for offline use, and followed live.
import { computed, effect, signal } from "@preact/signals";
import { api } from "../api/client";
import { signedIn, user } from "../api/session";
import type { Booking, BookingStatus, Page } from "../api/types";
import { minuteOf, nowMinute } from "../domain/zone";
import { onOwnMessage, ownResync } from "../live/own";
import { forgetBookings, keepBookings, keptBookings } from "../offline";

const LIVE_STATES: readonly BookingStatus[] = ["HELD", "PENDING_HOST", "CONFIRMED", "ACTIVE"];

export const bookings = signal<Booking[]>([]);
export const bookingsState = signal<"idle" | "loading" | "ready" | "failed">("idle");
export const bookingsNext = signal<string | null>(null);
export const bookingsError = signal<unknown>(null);
/** When what is shown comes from memory: the time it was fetched, in milliseconds. */
export const bookingsAsOf = signal<number | null>(null);

/** Before the stay begins; what comes back the server says. */
export function isCancellable(booking: Booking): boolean {
  return booking.actions ? booking.actions.includes("CANCEL") : booking.status === "CONFIRMED" && minuteOf(booking.from) > nowMinute();
}

/** An attempt whose payment failed: nothing came of it, so it is not among the bookings. */
export function isUnpaidTry(booking: Booking): boolean {
  return booking.status === "EXPIRED" && booking.payment?.status === "DECLINED";
}

export function isLive(booking: Booking): boolean {
  // Who is in is not done with it, however long ago the time was over.
  return LIVE_STATES.includes(booking.status) && (booking.status === "ACTIVE" || minuteOf(booking.to) > nowMinute());
}

/** Ids of listings where the user has a booking that is not over. */
export const ownPlaces = computed<ReadonlySet<string>>(
  () => new Set(bookings.value.filter(isLive).map((booking) => booking.listing.id)),
);

export function putBooking(booking: Booking): void {
  const rest = bookings.peek().filter((other) => other.id !== booking.id);
  bookings.value = [...rest, booking].sort((a, b) => Date.parse(b.from) - Date.parse(a.from));
  void keepBookings(bookings.peek());
}

/** A list says less of a booking than its page has loaded: what still holds is kept. */
function withWhatIsKnown(item: Booking): Booking {
  const known = bookings.peek().find((each) => each.id === item.id);
  const isSame = known?.status === item.status && known.payment?.status === item.payment?.status;
  return known && isSame ? { ...known, ...item, payment: item.payment ? { ...known.payment, ...item.payment } : known.payment } : item;
}

export async function loadBookings(): Promise<void> {
  if (!signedIn.peek()) return;
  if (bookingsState.peek() !== "ready") bookingsState.value = "loading";
  try {
    const page = await api.get<Page<Booking>>("/bookings", { role: "driver", limit: 50 });
    bookings.value = page.items.map(withWhatIsKnown);
    bookingsNext.value = page.next ?? null;
    bookingsAsOf.value = null;
    bookingsState.value = "ready";
    void keepBookings(page.items);
  } catch (error) {
    bookingsError.value = error;
    const kept = await keptBookings();
    if (kept && bookings.peek().length === 0) {
      bookings.value = kept.bookings;
      bookingsAsOf.value = kept.savedAt;
    }
    bookingsState.value = bookings.peek().length > 0 ? "ready" : "failed";
  }
}

export async function loadMoreBookings(): Promise<void> {
  const cursor = bookingsNext.peek();
  if (!cursor) return;
  const page = await api.get<Page<Booking>>("/bookings", { role: "driver", limit: 50, cursor });
  bookings.value = [...bookings.peek(), ...page.items];
  bookingsNext.value = page.next ?? null;
}

export function startBookings(): void {
  let known: string | null | undefined;
  effect(() => {
    const id = user.value?.id ?? null;
    ownResync.value;
    if (id) void loadBookings();
    else if (known) {
      bookings.value = [];
      bookingsState.value = "idle";
      void forgetBookings();
    }
    known = id;
  });
  onOwnMessage((message) => {
    // A host is told of the bookings of their places, too: those are not their own.
    if (message.kind !== "booking" || (message.booking.driverId ?? user.peek()?.id) !== user.peek()?.id) return;
    const known = bookings.peek().find((booking) => booking.id === message.booking.id);
    if (known) putBooking({ ...known, ...message.booking });
    void loadBookings();
  });
}
