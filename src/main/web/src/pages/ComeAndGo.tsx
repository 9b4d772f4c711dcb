import { useState } from "preact/hooks";
import { api, explain } from "../api/client";
import type { Booking } from "../api/types";
import { user } from "../api/session";
import { minuteOf, nowMinute } from "../domain/zone";
import { dayAndTime, duration, money, t } from "../i18n";
import { Link } from "../router";
import { putBooking } from "../state/bookings";
import { Button, Field, Notice } from "../ui/basics";
import { useCountdown } from "../ui/time";

/** Seconds before the end from which on it is told. */
const WARN_SECONDS = 30 * 60;
/** Steps of the time at which somebody says that they left, and how many are offered. */
const STEP_MINUTES = 15;
const STEPS_MAX = 24;

/** Called off because somebody had not left the slot. */
export function displaced(booking: Booking): boolean {
  return booking.history?.at(-1)?.reason === "SLOT_OCCUPIED";
}

/** What the driver has to know about the start and the end of the stay before anything else. */
export function StayNotices({ booking }: { booking: Booking }) {
  const mine = booking.driverId === user.value?.id;
  const parked = booking.status === "ACTIVE";
  const left = useCountdown(parked ? booking.to : null);
  const rescued = booking.history?.findLast((entry) => entry.reason === "RESCUED");
  return (
    <>
      {rescued && (booking.status === "CONFIRMED" || parked) && (
        <Notice tone="info">
          {t("rescue.moved", { before: rescued.detail ?? "", slot: booking.slot.name, place: booking.listing.title })}
        </Notice>
      )}
      {mine && parked && left !== null && left > 0 && left <= WARN_SECONDS && (
        <Notice tone="warning" icon="clock">
          {t("stay.endsSoon", { duration: duration(Math.ceil(left / 60)) })}
        </Notice>
      )}
      {mine && parked && left === 0 && booking.overstay?.status === "NOT_YET" && (
        <Notice tone="warning" icon="clock">
          {t("stay.over", {
            time: dayAndTime(minuteOf(booking.overstay.since), booking.listing.timeZone),
            hour: money(booking.overstay.perHour.amount, booking.overstay.perHour.currency),
            fee: money(booking.overstay.fee.amount, booking.overstay.fee.currency),
          })}
        </Notice>
      )}
      {booking.status === "NO_SHOW" && mine && (
        <Notice tone="warning">
          <p>{t(booking.actions?.includes("CHECK_IN") ? "noShow.kept" : "noShow.gone")}</p>
          {!booking.actions?.includes("CHECK_IN") && (
            <Link class="button button-quiet" href={`/?l=${booking.listing.id}`}>
              {t("checkout.chooseAgain")}
            </Link>
          )}
        </Notice>
      )}
    </>
  );
}

/** The driver says that they are there, that somebody else is, or that they are gone. */
export function ComeAndGo({ booking, reload }: { booking: Booking; reload: () => Promise<void> }) {
  const [busy, setBusy] = useState<"go" | "taken" | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [leftAt, setLeftAt] = useState("");
  const zone = booking.listing.timeZone;
  const leaving = booking.status === "ACTIVE";
  const asked = leaving && booking.overstay?.status === "RUNNING";
  const begun = minuteOf(booking.from) <= nowMinute();
  const go = async (taken: boolean) => {
    setBusy(taken ? "taken" : "go");
    setFailure(null);
    try {
      const body = taken ? { slotTaken: true } : asked && leftAt ? { leftAt } : undefined;
      const answer = await api.post<Booking>(`/bookings/${booking.id}/${leaving ? "check-out" : "check-in"}`, body);
      putBooking({ ...booking, ...answer });
      await reload();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(null);
    }
  };
  return (
    <section class="card form">
      <h2>{t(asked ? "park.askedTitle" : leaving ? "park.inTitle" : "park.title")}</h2>
      <p class="muted">{asked ? t("park.asked") : leaving ? t("park.until", { time: dayAndTime(minuteOf(booking.to), zone) }) : t("park.hint")}</p>
      {asked && (
        <Field label={t("park.leftAt")}>
          {(attributes) => (
            <select class="input" {...attributes} value={leftAt} onChange={(event) => setLeftAt(event.currentTarget.value)}>
              <option value="">{t("park.leftNow")}</option>
              {times(booking).map((time) => (
                <option key={time} value={time}>
                  {dayAndTime(minuteOf(time), zone)}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      <Button tone={leaving && !asked ? "quiet" : "primary"} icon={leaving ? "exit" : "parking"} busy={busy === "go"} wide onClick={() => void go(false)}>
        {t(leaving ? "park.out" : "park.in")}
      </Button>
      {!leaving && begun && booking.status === "CONFIRMED" && (
        <Button busy={busy === "taken"} wide onClick={() => void go(true)}>
          {t("park.taken")}
        </Button>
      )}
    </section>
  );
}

/** From the end of the stay on, until now. */
function times(booking: Booking): string[] {
  const end = Date.parse(booking.to);
  const count = Math.min(STEPS_MAX, Math.ceil((Date.now() - end) / (STEP_MINUTES * 60_000)));
  return Array.from({ length: Math.max(1, count) }, (_, i) => new Date(end + i * STEP_MINUTES * 60_000).toISOString());
}
