import { useState } from "preact/hooks";
import { api, explain } from "../api/client";
import type { Booking, CancellationPreview } from "../api/types";
import { minuteOf } from "../domain/zone";
import { dayAndTime, money, t, text } from "../i18n";
import { putBooking } from "../state/bookings";
import { Button, ErrorState, Notice, Skeleton } from "../ui/basics";
import { Dialog } from "../ui/dialog";
import { useLoad } from "../ui/load";

/** Says what comes back before anything is cancelled. */
export function CancelDialog({ booking, onClose }: { booking: Booking; onClose: () => void }) {
  const preview = useLoad(`cancellation ${booking.id}`, (signal) =>
    api.get<CancellationPreview>(`/bookings/${booking.id}/cancellation`, undefined, signal),
  );
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const cancel = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const answer = await api.post<Booking>(`/bookings/${booking.id}/cancel`, {});
      putBooking({ ...booking, ...answer });
      onClose();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("cancel.title")}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("cancel.keep")}</Button>
          <Button tone="danger" busy={busy} disabled={!preview.data} onClick={() => void cancel()}>
            {t("cancel.go")}
          </Button>
        </>
      }
    >
      {preview.error !== null ? (
        <ErrorState error={preview.error} onRetry={preview.reload} />
      ) : preview.data ? (
        <>
          <table class="lines">
            <tbody>
              <tr>
                <th scope="row">{t("cancel.refund")}</th>
                <td>
                  <strong>{money(preview.data.refund.amount, preview.data.refund.currency)}</strong>
                </td>
              </tr>
              <tr>
                <th scope="row">{t("cancel.kept")}</th>
                <td>{money(preview.data.kept.amount, preview.data.kept.currency)}</td>
              </tr>
              {preview.data.serviceFee && !preview.data.serviceFeeRefunded && preview.data.kept.amount > 0 && (
                <tr>
                  <th scope="row">
                    {t("cancel.fee")}
                    <span class="lines-why">{t("cancel.feeWhy")}</span>
                  </th>
                  <td>{money(preview.data.serviceFee.amount, preview.data.serviceFee.currency)}</td>
                </tr>
              )}
            </tbody>
          </table>
          <p class="muted">{explanationOf(preview.data, booking)}</p>
        </>
      ) : (
        <Skeleton rows={1} height={96} />
      )}
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
    </Dialog>
  );
}

function explanationOf(preview: CancellationPreview, booking: Booking): string {
  const until = preview.until ? dayAndTime(minuteOf(preview.until), booking.listing.timeZone) : "";
  return text(`refund.${preview.reason}`, { time: until }) ?? preview.explanation;
}
