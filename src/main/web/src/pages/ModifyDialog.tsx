import { useState } from "preact/hooks";
import { api, explain } from "../api/client";
import type { Booking, Quote } from "../api/types";
import { feeOf } from "../domain/fee";
import { QUARTER_MINUTES, isValid, snapUp, withFrom, withTo } from "../domain/stay";
import { instantOf, minuteOf, nowMinute } from "../domain/zone";
import { duration, money, t, zoneNote } from "../i18n";
import { putBooking } from "../state/bookings";
import { permit } from "../state/permit";
import { Button, ErrorState, Notice, Skeleton } from "../ui/basics";
import { Dialog } from "../ui/dialog";
import { useLoad } from "../ui/load";
import { Moment } from "./map/StayDialog";

/** What a code has taken off stays off; of a cheaper stay its part. */
function stillOff(booking: Booking, price: number): number {
  if (!booking.discount) return 0;
  const { amount, price: before } = booking.discount;
  return price >= before.amount ? amount.amount : Math.floor((amount.amount * price) / before.amount);
}

/** The fee of a dearer stay is that of its quote, and of a cheaper one nothing of it comes back. */
function priceOf(booking: Booking, quote: Quote): number {
  const quoted = quote.finalPrice.amount - (quote.serviceFee?.amount.amount ?? 0);
  const parking = quoted - stillOff(booking, quoted);
  const paid = booking.serviceFee?.amount.amount ?? 0;
  const dearer = parking > booking.price.amount - paid;
  return parking + (dearer && quote.serviceFee ? Math.max(paid, feeOf(quote.serviceFee, parking)) : paid);
}

/** Another time for a booking that has not begun: says what it costs or gives back before anything is done. */
export function ModifyDialog({ booking, onClose }: { booking: Booking; onClose: () => void }) {
  const zone = booking.listing.timeZone;
  const before = { from: minuteOf(booking.from), to: minuteOf(booking.to) };
  const [stay, setStay] = useState(before);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const changed = stay.from !== before.from || stay.to !== before.to;
  const quote = useLoad(changed && isValid(stay) ? `modify ${booking.id} ${stay.from} ${stay.to}` : null, () =>
    api.post<Quote>("/quotes", {
      listingId: booking.listing.id,
      from: instantOf(stay.from),
      to: instantOf(stay.to),
      ...(booking.vehicleId ? { vehicleId: booking.vehicleId } : {}),
      ...(permit.value ? { permit: true } : {}),
    }),
  );
  const price = quote.data ? priceOf(booking, quote.data) : 0;
  const difference = quote.data ? price - booking.price.amount : 0;
  // Of a request nothing is charged yet: it may cost what is set aside.
  const setAside = booking.status === "PENDING_HOST" ? (booking.payment?.setAside ?? booking.price) : null;
  const above = setAside !== null && price > setAside.amount;
  const amount = money(Math.abs(difference), booking.price.currency);
  const earliest = snapUp(nowMinute());
  const note = zoneNote(stay.from, zone);
  const modify = async () => {
    if (!quote.data) return;
    setBusy(true);
    setFailure(null);
    try {
      const answer = await api.post<Booking>(`/bookings/${booking.id}/modify`, { quoteId: quote.data.quoteId, finalPrice: quote.data.finalPrice });
      putBooking({ ...booking, ...answer });
      onClose();
    } catch (error) {
      setFailure(error);
      setBusy(false);
      quote.reload();
    }
  };
  return (
    <Dialog
      title={t("modify.title")}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("modify.keep")}</Button>
          <Button tone="primary" busy={busy} disabled={!changed || !quote.data || above} onClick={() => void modify()}>
            {difference > 0 && !setAside ? t("checkout.pay", { price: amount }) : t("modify.go")}
          </Button>
        </>
      }
    >
      <Moment label={t("stay.from")} minute={stay.from} earliest={earliest} zone={zone} onChange={(from) => setStay(withFrom(stay, from))} />
      <Moment
        label={t("stay.to")}
        minute={stay.to}
        earliest={stay.from + QUARTER_MINUTES * 2}
        zone={zone}
        onChange={(to) => setStay(withTo(stay, to))}
      />
      {note && <Notice tone="info">{note}</Notice>}
      {changed &&
        (quote.error !== null ? (
          <ErrorState error={quote.error} onRetry={quote.reload} />
        ) : quote.data ? (
          <table class="lines">
            <tbody>
              <tr>
                <th scope="row">{t("modify.new", { duration: duration(stay.to - stay.from) })}</th>
                <td>{money(price, quote.data.finalPrice.currency)}</td>
              </tr>
              <tr>
                <th scope="row">{t(setAside ? "modify.setAside" : "modify.paid")}</th>
                <td>{money((setAside ?? booking.price).amount, booking.price.currency)}</td>
              </tr>
              <tr>
                <th scope="row">{t(setAside ? "modify.collected" : difference < 0 ? "modify.back" : "modify.due")}</th>
                <td>
                  <strong>{setAside ? money(price, booking.price.currency) : amount}</strong>
                </td>
              </tr>
            </tbody>
          </table>
        ) : (
          <Skeleton rows={1} height={112} />
        ))}
      {quote.data && above && <Notice tone="warning">{t("modify.above")}</Notice>}
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
    </Dialog>
  );
}
