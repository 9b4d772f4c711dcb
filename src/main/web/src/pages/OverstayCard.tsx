import { useState } from "preact/hooks";
import { api, explain } from "../api/client";
import type { Booking, Overstay } from "../api/types";
import { minuteOf } from "../domain/zone";
import { dayAndTime, money, t } from "../i18n";
import { putBooking } from "../state/bookings";
import { Button, Notice, TextField } from "../ui/basics";
import { CardChoice, TEST_CARDS, cardOf } from "../ui/cards";

interface OverstayCardProps {
  booking: Booking;
  overstay: Overstay;
  reload: () => Promise<void>;
}

/** Staying too long: what it costs by now, what is due and is paid here, what the host has waived or can waive. */
export function OverstayCard({ booking, overstay, reload }: OverstayCardProps) {
  const can = (action: "PAY_OVERSTAY" | "WAIVE_FEE") => booking.actions?.includes(action) ?? false;
  const zone = booking.listing.timeZone;
  return (
    <section class="card form" aria-labelledby="overstay-title">
      <h2 id="overstay-title">{t(`overstay.title.${overstay.status}`)}</h2>
      <dl class="facts">
        <dt>{t("overstay.since")}</dt>
        <dd>{dayAndTime(minuteOf(overstay.since), zone)}</dd>
        <dt>{t("overstay.hours", { count: overstay.hours })}</dt>
        <dd>{t("overstay.perHour", { price: price(overstay.perHour) })}</dd>
        <dt>{t("overstay.fee")}</dt>
        <dd>{overstay.waivedReason ? t("overstay.waived", { reason: overstay.waivedReason }) : price(overstay.fee)}</dd>
        <dt>{t(overstay.status === "RUNNING" ? "overstay.soFar" : "overstay.total")}</dt>
        <dd>
          <strong>{price(overstay.amount)}</strong>
          {overstay.refund && <span class="muted"> {t("overstay.refund", { price: price(overstay.refund) })}</span>}
        </dd>
      </dl>
      {overstay.status === "RUNNING" && <p class="muted">{t("overstay.running")}</p>}
      {can("PAY_OVERSTAY") && <Pay booking={booking} overstay={overstay} reload={reload} />}
      {can("WAIVE_FEE") && <Waive booking={booking} reload={reload} />}
    </section>
  );
}

function price(amount: { amount: number; currency: string }): string {
  return money(amount.amount, amount.currency);
}

/** The card that the booking was paid with did not do, or its bank wants to see the driver. */
function Pay({ booking, overstay, reload }: OverstayCardProps) {
  const [token, setToken] = useState<string>(TEST_CARDS[0].token);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const pay = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const paid = await api.post<Booking>(`/payments/intents/${overstay.paymentId}/confirm`, { paymentMethod: cardOf(token) });
      putBooking({ ...booking, ...paid });
      await reload();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void pay();
      }}
    >
      {overstay.nextAction && (
        <a class="button button-primary" href={overstay.nextAction.url}>
          {t("held.bankGo")}
        </a>
      )}
      <CardChoice token={token} onChoose={setToken} />
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      <Button tone="primary" type="submit" wide busy={busy}>
        {t("checkout.pay", { price: price(overstay.amount) })}
      </Button>
    </form>
  );
}

function Waive({ booking, reload }: { booking: Booking; reload: () => Promise<void> }) {
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const waive = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await api.post<Booking>(`/bookings/${booking.id}/overstay/waive-fee`, { reason: reason.trim() });
      await reload();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void waive();
      }}
    >
      <TextField label={t("overstay.why")} hint={t("overstay.whyHint")} value={reason} onText={setReason} maxLength={500} required />
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      <Button type="submit" busy={busy} disabled={reason.trim() === ""}>
        {t("overstay.waive")}
      </Button>
    </form>
  );
}
