import { useEffect, useState } from "preact/hooks";
import { api, explain } from "../api/client";
import type { CalendarImport, Listing, Page } from "../api/types";
import { minuteOf, readerZone } from "../domain/zone";
import { type MessageKey, dayAndTime, stayText, t } from "../i18n";
import { Link } from "../router";
import { Button, ErrorState, Field, IconButton, Notice, Skeleton, TextField } from "../ui/basics";
import { useLoad } from "../ui/load";

const POLL_MILLIS = 2_000;
const ADDRESS_MAX = 2_000;

/** Calendars elsewhere whose busy times block this place. */
export function ImportsCard({ listing }: { listing: Listing }) {
  const imports = useLoad("calendar imports", (signal) => api.get<Page<CalendarImport>>("/calendar-imports", undefined, signal));
  const [url, setUrl] = useState("");
  const [slot, setSlot] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const items = (imports.data?.items ?? []).filter((each) => each.listingId === listing.id);
  const slots = listing.slots ?? [];
  const waiting = items.some((each) => each.refreshing);
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(imports.reload, POLL_MILLIS);
    return () => clearInterval(timer);
  }, [waiting]);
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setFailure(null);
    try {
      await work();
      imports.reload();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const add = async () => {
    await api.post<CalendarImport>("/calendar-imports", { listingId: listing.id, url: url.trim(), ...(slot ? { slotId: slot } : {}) });
    setUrl("");
  };
  return (
    <section class="card form" aria-labelledby="imports-title">
      <h2 id="imports-title">{t("imports.title")}</h2>
      <p class="muted">{t("imports.hint")}</p>
      {imports.error !== null ? (
        <ErrorState error={imports.error} onRetry={imports.reload} />
      ) : !imports.data ? (
        <Skeleton rows={1} height={44} />
      ) : (
        items.length > 0 && (
          <ul class="plain">
            {items.map((each) => (
              <Row key={each.id} item={each} listing={listing} act={act} />
            ))}
          </ul>
        )
      )}
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void act(add);
        }}
      >
        {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
        <TextField
          label={t("imports.address")}
          hint={t("imports.addressHint")}
          name="calendar-address"
          autocomplete="off"
          required
          maxLength={ADDRESS_MAX}
          placeholder="https://…"
          value={url}
          onText={setUrl}
        />
        {slots.length > 1 && (
          <Field label={t("imports.slot")}>
            {(attributes) => (
              <select class="input" {...attributes} value={slot} onChange={(event) => setSlot(event.currentTarget.value)}>
                <option value="">{t("imports.allSlots")}</option>
                {slots.map((each) => (
                  <option key={each.id} value={each.id}>
                    {each.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <Button icon="calendar" type="submit" busy={busy}>
          {t("imports.add")}
        </Button>
      </form>
    </section>
  );
}

interface RowProps {
  item: CalendarImport;
  listing: Listing;
  act: (work: () => Promise<unknown>) => Promise<void>;
}

function Row({ item, listing, act }: RowProps) {
  const time = (instant: string) => dayAndTime(minuteOf(instant), readerZone());
  const only = item.slotId ? listing.slots?.find((each) => each.id === item.slotId)?.name : null;
  return (
    <li>
      <div class="block-row">
        <span>
          <strong>{item.site}</strong>
          {only && <span class="muted"> · {only}</span>}
          <br />
          <span class="muted" role="status">
            {item.refreshing ? t("imports.reading") : item.readAt ? t("imports.read", { time: time(item.readAt), count: item.busy }) : t("imports.unread")}
          </span>
        </span>
        <span class="form-buttons">
          <IconButton icon="refresh" label={t("imports.refresh", { site: item.site })} onClick={() => void act(() => api.post(`/calendar-imports/${item.id}/refresh`))} />
          <IconButton icon="trash" label={t("imports.remove", { site: item.site })} onClick={() => void act(() => api.remove(`/calendar-imports/${item.id}`))} />
        </span>
      </div>
      {item.error && !item.refreshing && (
        <Notice tone="warning">
          {t(`imports.error.${item.error}` as MessageKey)} {t("imports.next", { time: time(item.nextAt) })}
        </Notice>
      )}
      {item.skipped > 0 && <p class="field-hint">{t("imports.skipped", { count: item.skipped })}</p>}
      {item.conflicts.length > 0 && (
        <Notice tone="warning">
          <p>{t("imports.conflicts")}</p>
          <ul>
            {item.conflicts.map((conflict) => (
              <li key={`${conflict.from} ${conflict.summary}`}>
                {stayText(minuteOf(conflict.from), minuteOf(conflict.to), listing.timeZone)}
                {conflict.summary && ` · ${conflict.summary}`}
                {conflict.bookings.map((booking) => (
                  <span key={booking}>
                    {" "}
                    <Link href={`/bookings/${booking}`}>{t("imports.booking")}</Link>
                  </span>
                ))}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </li>
  );
}
