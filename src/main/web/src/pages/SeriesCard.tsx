import { useEffect, useState } from "preact/hooks";
import { api, explain } from "../api/client";
import type { Booking, Series, SeriesCancellation } from "../api/types";
import { minuteOf } from "../domain/zone";
import { money, stayText, t } from "../i18n";
import { Link } from "../router";
import { bookings, putBooking } from "../state/bookings";
import { Button, ErrorState, Notice, Skeleton } from "../ui/basics";
import { Dialog } from "../ui/dialog";
import { useLoad } from "../ui/load";
import { StatusTag } from "./BookingsPage";

/** The other bookings that were made with this one, and the way to call off all that are to come. */
export function SeriesCard({ booking, reload }: { booking: Booking; reload: () => Promise<void> }) {
  const id = booking.seriesId as string;
  const loaded = useLoad(`series ${id}`, (signal) => api.get<Series>(`/booking-series/${id}`, undefined, signal));
  const [cancelling, setCancelling] = useState(false);
  const series = loaded.data;
  // What happens to this one may have happened to the others, too.
  useEffect(() => {
    if (series) loaded.reload();
  }, [booking.status]);
  const zone = booking.listing.timeZone;
  return (
    <section class="card form">
      <h2>{t("series.title")}</h2>
      <p class="muted">{t("series.part", { number: booking.series?.number ?? 1, count: booking.series?.size ?? 1 })}</p>
      {loaded.error !== null && !series ? (
        <ErrorState error={loaded.error} onRetry={loaded.reload} />
      ) : !series ? (
        <Skeleton rows={2} height={48} />
      ) : (
        <>
          <ol class="plain series-scroll" tabIndex={0} aria-label={t("repeat.dates")}>
            {series.bookings.map((each) => {
              // What is told live is newer.
              const newest = bookings.value.find((known) => known.id === each.id) ?? each;
              return (
                <li key={each.id} class="series-row" aria-current={each.id === booking.id ? "true" : undefined}>
                  {each.id === booking.id ? (
                    <strong>{stayText(minuteOf(each.from), minuteOf(each.to), zone)}</strong>
                  ) : (
                    <Link href={`/bookings/${each.id}`}>{stayText(minuteOf(each.from), minuteOf(each.to), zone)}</Link>
                  )}
                  <StatusTag booking={newest} />
                </li>
              );
            })}
          </ol>
          {series.actions.includes("CANCEL") && (
            <Button icon="close" onClick={() => setCancelling(true)}>
              {t("series.cancel")}
            </Button>
          )}
        </>
      )}
      {cancelling && (
        <CancelSeriesDialog
          id={id}
          zone={zone}
          onDone={(changed) => {
            loaded.set(changed);
            setCancelling(false);
            for (const each of changed.bookings) {
              if (bookings.peek().some((known) => known.id === each.id)) putBooking(each);
            }
            void reload();
          }}
          onClose={() => setCancelling(false)}
        />
      )}
    </section>
  );
}

interface CancelSeriesProps {
  id: string;
  zone: string;
  onDone: (series: Series) => void;
  onClose: () => void;
}

/** Says which bookings end and what comes back, before anything is cancelled. */
function CancelSeriesDialog({ id, zone, onDone, onClose }: CancelSeriesProps) {
  const preview = useLoad(`cancellation of series ${id}`, (signal) =>
    api.get<SeriesCancellation>(`/booking-series/${id}/cancellation`, undefined, signal),
  );
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const cancel = async () => {
    setBusy(true);
    setFailure(null);
    try {
      onDone(await api.post<Series>(`/booking-series/${id}/cancel`, {}));
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  const shown = preview.data;
  return (
    <Dialog
      title={t("series.cancelTitle")}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("series.keep")}</Button>
          <Button tone="danger" busy={busy} disabled={!shown} onClick={() => void cancel()}>
            {t("series.cancelGo", { count: shown?.bookings.length ?? 0 })}
          </Button>
        </>
      }
    >
      {preview.error !== null ? (
        <ErrorState error={preview.error} onRetry={preview.reload} />
      ) : shown ? (
        <>
          <div class="series-scroll" tabIndex={0} role="region" aria-label={t("repeat.dates")}>
            <table class="lines">
              <caption class="only-spoken">{t("cancel.refund")}</caption>
              <tbody>
                {shown.bookings.map((each) => (
                  <tr key={each.bookingId}>
                    <th scope="row">{stayText(minuteOf(each.from), minuteOf(each.to), zone)}</th>
                    <td>{money(each.refund.amount, each.refund.currency)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <table class="lines">
            <tbody>
              <tr class="lines-total">
                <th scope="row">{t("cancel.refund")}</th>
                <td>{money(shown.refund.amount, shown.refund.currency)}</td>
              </tr>
              <tr>
                <th scope="row">{t("cancel.kept")}</th>
                <td>{money(shown.kept.amount, shown.kept.currency)}</td>
              </tr>
            </tbody>
          </table>
        </>
      ) : (
        <Skeleton rows={2} height={96} />
      )}
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
    </Dialog>
  );
}
