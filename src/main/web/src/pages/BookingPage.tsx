import { useEffect, useState } from "preact/hooks";
import { ApiError, api, explain } from "../api/client";
import type { Booking, BookingAction, Pass, PendingChange } from "../api/types";
import { isGuest, user } from "../api/session";
import { minuteOf, nowMinute, readerZone } from "../domain/zone";
import { dayAndTime, duration, list, money, stayText, t, text, zoneNote } from "../i18n";
import { Link, place } from "../router";
import { onOwnMessage } from "../live/own";
import { keptBooking } from "../offline";
import { bookings, isCancellable, isUnpaidTry, putBooking } from "../state/bookings";
import { Button, ErrorState, Notice, PageHead, Skeleton } from "../ui/basics";
import { CardChoice, TEST_CARDS, cardOf } from "../ui/cards";
import { Icon } from "../ui/icons";
import { discountText, feeTax } from "../ui/price-lines";
import { clock, useCountdown } from "../ui/time";
import { ArrivalCard, arrivalOf } from "./ArrivalCard";
import { StatusTag } from "./BookingsPage";
import { CancelDialog } from "./CancelDialog";
import { ComeAndGo, StayNotices, displaced } from "./ComeAndGo";
import { ExtendCard } from "./ExtendCard";
import { HistoryCard } from "./HistoryCard";
import { ModifyDialog } from "./ModifyDialog";
import { OverstayCard } from "./OverstayCard";
import { PassCard } from "./PassCard";
import { SeriesCard } from "./SeriesCard";

const POLL_MILLIS = 2_500;
const RUNNING_POLL_MILLIS = 30_000;

/** One booking in each of its states: to be paid, to be confirmed by the bank, ready with its pass, over. */
export function BookingPage({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters.id as string;
  const booking = bookings.value.find((each) => each.id === id) ?? null;
  const [error, setError] = useState<unknown>(null);
  const [savedAt, setSavedAt] = useState<number | null>(null);

  const load = async () => {
    try {
      const fetched = await api.get<Booking>(`/bookings/${id}`);
      const known = bookings.peek().find((each) => each.id === id);
      const merged = { ...known, ...fetched, pass: fetched.pass ?? known?.pass ?? null, arrival: fetched.arrival ?? null };
      if (!merged.pass && hasPass(merged)) merged.pass = await api.get<Pass>(`/bookings/${id}/pass`);
      putBooking(merged);
      setSavedAt(null);
      setError(null);
    } catch (failure) {
      const kept = failure instanceof ApiError && failure.isUnknown ? await keptBooking(id) : null;
      if (kept) {
        if (!bookings.peek().some((each) => each.id === id)) bookings.value = [...bookings.peek(), kept.booking];
        setSavedAt(kept.savedAt);
      } else setError(failure);
    }
  };

  useEffect(() => {
    void load();
    return onOwnMessage((message) => {
      if (message.kind === "booking" && message.booking.id === id) void load();
    });
  }, [id]);
  // The bank's answer, and the money that goes back after a cancellation, come in their own time.
  const held = booking?.status === "HELD" && booking.payment?.status !== "REQUIRES_PAYMENT_METHOD";
  const asking = booking?.status === "PENDING_HOST" && ["PROCESSING", "REQUIRES_ACTION"].includes(booking.payment?.status ?? "");
  const changing = booking?.change != null;
  const dueAtBank = booking?.overstay?.status === "DUE" && booking.overstay.nextAction != null;
  const waiting = held || asking || changing || dueAtBank || (booking?.status.startsWith("CANCELLED") && booking.payment?.status === "SUCCEEDED");
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(() => void load(), POLL_MILLIS);
    return () => clearInterval(timer);
  }, [waiting, id]);

  // What an hour more costs is for the server's clock to say.
  const running = booking?.overstay?.status === "RUNNING";
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => void load(), RUNNING_POLL_MILLIS);
    return () => clearInterval(timer);
  }, [running, id]);

  return (
    <div class="page">
      <PageHead title={t("booking.title")}>
        <Link class="button button-plain" href="/bookings">
          <Icon name="back" /> {t("booking.all")}
        </Link>
      </PageHead>
      {savedAt !== null && (
        <Notice tone="warning" icon="offline">
          {t("bookings.offline", { time: dayAndTime(Math.floor(savedAt / 60_000), readerZone()) })}
        </Notice>
      )}
      {booking ? <Shown booking={booking} reload={load} /> : error !== null ? <ErrorState error={error} onRetry={() => void load()} /> : <Skeleton rows={3} height={140} />}
    </div>
  );
}

/** What became of the money of a cancelled booking; null when none had been paid. */
function refundText(booking: Booking): string | null {
  const back = booking.refund ?? { amount: 0, currency: booking.price.currency };
  if (booking.payment && booking.payment.status !== "REFUNDED" && back.amount === 0) return null;
  const price = money((booking.refund ?? booking.price).amount, booking.price.currency);
  const byCard = !booking.payment?.parts?.some((part) => part.source !== "CARD");
  if (booking.refund && booking.refund.amount < booking.price.amount) return t(byCard ? "booking.refundPart" : "booking.refundPartInside", { price });
  if (booking.payment?.status === "REFUNDED") return t(byCard ? "booking.refunded" : "booking.refundedInside", { price });
  return booking.payment?.status === "SUCCEEDED" ? t(byCard ? "booking.refunding" : "booking.refundingInside", { price }) : null;
}

function hasPass(booking: Booking): boolean {
  return booking.status === "CONFIRMED" || booking.status === "ACTIVE";
}

/** What is set aside for a request that has become cheaper since; null when that is its price. */
function setAsideAbove(booking: Booking) {
  const setAside = booking.payment?.setAside;
  return setAside && setAside.amount > booking.price.amount ? setAside : null;
}

/** Whether money has come for it, so that there is an invoice. */
function isPaid(booking: Booking): boolean {
  return booking.payment?.status === "SUCCEEDED" || booking.payment?.status === "REFUNDED";
}

function Shown({ booking, reload }: { booking: Booking; reload: () => Promise<void> }) {
  const [cancelling, setCancelling] = useState(false);
  const [modifying, setModifying] = useState(false);
  const can = (action: BookingAction) => booking.actions?.includes(action) ?? false;
  const zone = booking.listing.timeZone;
  const [from, to] = [minuteOf(booking.from), minuteOf(booking.to)];
  const note = zoneNote(from, zone);
  const arrival = arrivalOf(booking);
  const open = booking.status === "HELD" || booking.status === "PENDING_HOST";
  const mine = booking.driverId === user.value?.id;
  const less = setAsideAbove(booking);
  const fresh = place.value.query.has("new") && booking.status === "CONFIRMED";
  return (
    <div class="two-columns">
      <div class="stack">
        {fresh && (
          <Notice tone="success">
            {t("booking.done")} {isGuest.value && t("guest.mailed", { email: user.value?.email ?? "" })}
          </Notice>
        )}
        {booking.status === "HELD" && <Held booking={booking} reload={reload} />}
        {(booking.status === "EXPIRED" || booking.status === "DECLINED") && (
          <Notice tone={isUnpaidTry(booking) ? "danger" : "warning"}>
            <p>{t(isUnpaidTry(booking) ? "booking.notPaid" : booking.status === "EXPIRED" ? "booking.expired" : "booking.declined")}</p>
            {from > nowMinute() ? (
              <Link class="button button-primary" href={`/book/${booking.listing.id}?from=${booking.from}&to=${booking.to}`}>
                {t("booking.tryAgain")}
              </Link>
            ) : (
              <Link class="button button-quiet" href={`/?l=${booking.listing.id}`}>
                {t("checkout.chooseAgain")}
              </Link>
            )}
          </Notice>
        )}
        {booking.status.startsWith("CANCELLED") && (
          <Notice tone="info">
            <p>{t(displaced(booking) ? "rescue.displaced" : "booking.cancelled")}</p>
            {refundText(booking) && <p>{refundText(booking)}</p>}
          </Notice>
        )}
        {booking.status === "PENDING_HOST" && <Asked booking={booking} />}
        {booking.change && <Changing booking={booking} />}
        <StayNotices booking={booking} />
        {booking.overstay && booking.overstay.status !== "NOT_YET" && (
          <OverstayCard booking={booking} overstay={booking.overstay} reload={reload} />
        )}
        {(can("CHECK_IN") || can("CHECK_OUT")) && <ComeAndGo booking={booking} reload={reload} />}
        {booking.pass && (hasPass(booking) || (booking.status === "NO_SHOW" && can("CHECK_IN"))) && (
          <PassCard pass={booking.pass} booking={booking} />
        )}
        {arrival && <ArrivalCard booking={booking} arrival={arrival} />}
        {can("EXTEND") && !booking.change && <ExtendCard booking={booking} reload={reload} />}
        {booking.seriesId && <SeriesCard booking={booking} reload={reload} />}
      </div>
      <section class="card form">
        <div>
          <StatusTag booking={booking} />
          <h2 class="booking-title">{booking.listing.title}</h2>
          <p class="muted">{arrival?.address ?? booking.listing.address}</p>
          {open && !arrival && <p class="muted">{t("privacy.afterConfirmation")}</p>}
        </div>
        <dl class="facts">
          <dt>{t("booking.when")}</dt>
          <dd>
            {stayText(from, to, zone)}
            <br />
            <span class="muted">
              {duration(to - from)}
              {note && ` · ${note}`}
            </span>
          </dd>
          <dt>{t("booking.slot")}</dt>
          <dd>{booking.slot.name}</dd>
          <dt>{t("booking.price")}</dt>
          <dd>
            <strong>{money(booking.price.amount, booking.price.currency)}</strong>
            {booking.payment?.parts && booking.payment.parts.some((part) => part.source !== "CARD") && (
              <span class="muted">
                <br />
                {list(booking.payment.parts.map((part) => `${t(`part.${part.source}`)} ${money(part.amount.amount, part.amount.currency)}`))}
              </span>
            )}
            {less && (
              <span class="muted">
                <br />
                {t("asked.setAside", { price: money(less.amount, less.currency) })}
              </span>
            )}
            {booking.serviceFee && (
              <span class="muted">
                <br />
                {t("booking.parking")} {money(booking.price.amount - booking.serviceFee.amount.amount, booking.price.currency)}
                <br />
                {t("offer.serviceFee")} {money(booking.serviceFee.amount.amount, booking.price.currency)}
                <br />
                {feeTax(booking.serviceFee)}
              </span>
            )}
            {booking.discount && (
              <span class="muted">
                <br />
                {discountText(booking.discount)}: {money(-booking.discount.amount.amount, booking.price.currency)}
              </span>
            )}
          </dd>
        </dl>
        {!arrival && (
          <a class="button button-quiet" href={`geo:0,0?q=${encodeURIComponent(booking.listing.address)}`}>
            <Icon name="map" /> {t("booking.route")}
          </a>
        )}
        <Link class="button button-plain" href={`/?l=${booking.listing.id}`}>
          {t("booking.onMap")}
        </Link>
        {(mine ? isPaid(booking) : isPaid(booking) && booking.hostId === user.value?.id) && (
          <Link class="button button-plain" href={`/invoices?booking=${booking.id}${mine ? "" : "&as=seller"}`}>
            <Icon name="card" /> {t("booking.invoices")}
          </Link>
        )}
        {can("MODIFY") && (
          <Button icon="clock" onClick={() => setModifying(true)}>
            {t("modify.title")}
          </Button>
        )}
        {isCancellable(booking) && (
          <>
            <Button icon="close" onClick={() => setCancelling(true)}>
              {t("booking.cancel")}
            </Button>
            {booking.policy && <p class="muted">{text(`policy.${booking.policy}`)}</p>}
          </>
        )}
        <HistoryCard booking={booking} />
      </section>
      {modifying && <ModifyDialog booking={booking} onClose={() => { setModifying(false); void reload(); }} />}
      {cancelling && <CancelDialog booking={booking} onClose={() => setCancelling(false)} />}
    </div>
  );
}

/** The host has been asked: until when they have to answer, and what that means for the money. */
function Asked({ booking }: { booking: Booking }) {
  const zone = booking.listing.timeZone;
  const price = money(booking.price.amount, booking.price.currency);
  const time = booking.holdExpiresAt ? dayAndTime(minuteOf(booking.holdExpiresAt), zone) : "";
  const mine = booking.driverId === user.value?.id;
  const less = setAsideAbove(booking);
  const action = booking.payment?.nextAction?.url;
  const bank = booking.payment?.status === "REQUIRES_ACTION";
  if (mine && (bank || booking.payment?.status === "PROCESSING")) {
    // Back from the bank, whose answer may still be on its way to the server.
    const answered = !bank || place.value.query.has("redirect_status");
    return (
      <section class="card form held">
        <h2>{t(answered ? "held.waiting" : "held.bankTitle")}</h2>
        <p>{t("asked.bank", { time, price })}</p>
        {action && !answered ? (
          <a class="button button-primary" href={action}>
            {t("held.bankGo")}
          </a>
        ) : (
          <p class="with-icon">
            <span class="spinner" aria-hidden="true" /> {t("held.answered")}
          </p>
        )}
      </section>
    );
  }
  return (
    <Notice tone="info">
      <p>
        {mine && less
          ? t("asked.driverLess", { time, price, setAside: money(less.amount, less.currency) })
          : t(mine ? "asked.driver" : "asked.host", { time, price })}
      </p>
      {!mine && (
        <Link class="button button-primary" href="/host">
          {t("asked.answer")}
        </Link>
      )}
    </Notice>
  );
}

/** Another time that the bank has not let through yet. */
function Changing({ booking }: { booking: Booking }) {
  const change = booking.change as PendingChange;
  const left = useCountdown(change.expiresAt);
  const zone = booking.listing.timeZone;
  return (
    <section class="card form held">
      <h2>{t(change.nextAction ? "held.bankTitle" : "held.waiting")}</h2>
      <p>
        {t("change.what", {
          time: stayText(minuteOf(change.from), minuteOf(change.to), zone),
          price: money(change.due.amount, change.due.currency),
        })}
      </p>
      {left !== null && <p>{t("change.left", { time: clock(left) })}</p>}
      {change.nextAction && (
        <a class="button button-primary" href={change.nextAction.url}>
          {t("held.bankGo")}
        </a>
      )}
    </section>
  );
}

/** The slot is held while the payment is under way: says for how long, and what to do. */
function Held({ booking, reload }: { booking: Booking; reload: () => Promise<void> }) {
  const left = useCountdown(booking.holdExpiresAt ?? null);
  const [token, setToken] = useState<string>(TEST_CARDS[0].token);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    if (left === 0) void reload();
  }, [left === 0]);
  const action = booking.payment?.nextAction?.url;
  const bank = booking.payment?.status === "REQUIRES_ACTION";
  // Back from the bank, whose answer may still be on its way to the server.
  const answered = bank && place.value.query.has("redirect_status");
  const pay = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const paid = await api.post<Booking>(`/payments/intents/${booking.payment?.intentId}/confirm`, { paymentMethod: cardOf(token) });
      putBooking({ ...booking, ...paid });
      await reload();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="card form held">
      <h2>{t(answered ? "held.waiting" : bank ? "held.bankTitle" : "held.title")}</h2>
      {left !== null && <p>{t("held.left", { time: clock(left) })}</p>}
      {bank && action && !answered ? (
        <>
          <p>{t("held.bank")}</p>
          <a class="button button-primary" href={action}>
            {t("held.bankGo")}
          </a>
        </>
      ) : booking.payment?.intentId && !bank && !booking.seriesId ? (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void pay();
          }}
        >
          <CardChoice token={token} onChoose={setToken} />
          {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
          <Button tone="primary" type="submit" wide busy={busy}>
            {t("checkout.pay", { price: money(booking.price.amount, booking.price.currency) })}
          </Button>
        </form>
      ) : (
        <p class="with-icon">
          <span class="spinner" aria-hidden="true" /> {t(answered ? "held.answered" : "held.waiting")}
        </p>
      )}
    </section>
  );
}
