import { useState } from "preact/hooks";
import { ApiError, api, explain } from "../api/client";
import type { Booking, Extension, ExtensionOption } from "../api/types";
import { minuteOf } from "../domain/zone";
import { dayAndTime, duration, money, t } from "../i18n";
import { putBooking } from "../state/bookings";
import { Button, ErrorState, Notice, Skeleton } from "../ui/basics";
import { Dialog } from "../ui/dialog";
import { useLoad } from "../ui/load";

/** Longer in two taps: how long, and pay. What it costs stands on the first. */
export function ExtendCard({ booking, reload }: { booking: Booking; reload: () => Promise<void> }) {
  const zone = booking.listing.timeZone;
  const end = minuteOf(booking.to);
  const extension = useLoad(`extension ${booking.id} ${booking.to}`, (signal) =>
    api.get<Extension>(`/bookings/${booking.id}/extension`, undefined, signal),
  );
  const [chosen, setChosen] = useState<ExtensionOption | null>(null);
  const options = extension.data?.options ?? [];
  return (
    <section class="card form">
      <h2>{t("extend.title")}</h2>
      {extension.error !== null ? (
        <ErrorState error={extension.error} onRetry={extension.reload} />
      ) : !extension.data ? (
        <Skeleton rows={1} height={44} />
      ) : options.length === 0 ? (
        <p class="muted">{t("extend.none", { time: dayAndTime(end, zone) })}</p>
      ) : (
        <>
          <div class="chips" role="group" aria-label={t("extend.title")}>
            {options.map((option) => (
              <button key={option.to} type="button" class="chip" onClick={() => setChosen(option)}>
                {t("extend.option", {
                  duration: duration(minuteOf(option.to) - end),
                  price: money(option.price.amount, option.price.currency),
                })}
              </button>
            ))}
          </div>
          <p class="muted">{t("extend.longest", { time: dayAndTime(minuteOf(extension.data.longestTo), zone) })}</p>
        </>
      )}
      {chosen && (
        <ExtendDialog
          booking={booking}
          option={chosen}
          onClose={() => setChosen(null)}
          onDone={() => {
            setChosen(null);
            void reload();
          }}
          onChanged={extension.reload}
        />
      )}
    </section>
  );
}

interface ExtendDialogProps {
  booking: Booking;
  option: ExtensionOption;
  onClose: () => void;
  onDone: () => void;
  /** What was offered is not so any more. */
  onChanged: () => void;
}

function ExtendDialog({ booking, option, onClose, onDone, onChanged }: ExtendDialogProps) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const price = money(option.price.amount, option.price.currency);
  const extend = async () => {
    setBusy(true);
    setFailure(null);
    try {
      putBooking({ ...booking, ...(await api.post<Booking>(`/bookings/${booking.id}/extend`, { to: option.to, finalPrice: option.price })) });
      onDone();
    } catch (error) {
      setFailure(error);
      setBusy(false);
      if (error instanceof ApiError && error.status === 409) onChanged();
    }
  };
  return (
    <Dialog
      title={t("extend.until", { time: dayAndTime(minuteOf(option.to), booking.listing.timeZone) })}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button tone="primary" busy={busy} onClick={() => void extend()}>
            {option.price.amount > 0 ? t("checkout.pay", { price }) : t("extend.free")}
          </Button>
        </>
      }
    >
      <p>{option.price.amount > 0 ? t("extend.card", { price }) : t("extend.freeHint")}</p>
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
    </Dialog>
  );
}
