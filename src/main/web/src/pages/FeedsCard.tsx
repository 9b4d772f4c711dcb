import { useState } from "preact/hooks";
import { api, explain } from "../api/client";
import type { CalendarFeed, Page } from "../api/types";
import { minuteOf, readerZone } from "../domain/zone";
import { dayAndTime, t } from "../i18n";
import { Button, ErrorState, Field, IconButton, Notice, Skeleton } from "../ui/basics";
import { useLoad } from "../ui/load";
import { toast } from "../ui/toast";

/** Calendars that other programs subscribe to: of a listing, or of what the reader has booked. */
export function FeedsCard({ listing }: { listing?: string }) {
  const feeds = useLoad("calendar feeds", (signal) => api.get<Page<CalendarFeed>>("/calendar-feeds", undefined, signal));
  const [made, setMade] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const items = (feeds.data?.items ?? []).filter((feed) => (feed.listingId ?? undefined) === listing);
  const act = async (work: () => Promise<void>) => {
    setBusy(true);
    setFailure(null);
    try {
      await work();
      feeds.reload();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const make = async () => {
    const feed = await api.post<CalendarFeed & { url: string }>("/calendar-feeds", listing ? { listingId: listing } : {});
    setMade(feed.url);
  };
  const time = (instant: string) => dayAndTime(minuteOf(instant), readerZone());
  return (
    <section class="card form">
      <h2>{t("feeds.title")}</h2>
      <p class="muted">{t(listing ? "feeds.hintHost" : "feeds.hint")}</p>
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      {feeds.error !== null ? (
        <ErrorState error={feeds.error} onRetry={feeds.reload} />
      ) : !feeds.data ? (
        <Skeleton rows={1} height={44} />
      ) : (
        items.length > 0 && (
          <ul class="plain">
            {items.map((feed) => (
              <li key={feed.id} class="block-row">
                <span>
                  {t("feeds.made", { time: time(feed.createdAt) })}
                  <br />
                  <span class="muted">{feed.readAt ? t("feeds.read", { time: time(feed.readAt) }) : t("feeds.unread")}</span>
                </span>
                <IconButton
                  icon="trash"
                  label={t("feeds.remove", { time: time(feed.createdAt) })}
                  onClick={() => void act(() => api.remove(`/calendar-feeds/${feed.id}`).then(() => setMade(null)))}
                />
              </li>
            ))}
          </ul>
        )
      )}
      {made && <Address url={made} />}
      <Button icon="calendar" busy={busy} onClick={() => void act(make)}>
        {t("feeds.make")}
      </Button>
    </section>
  );
}

/** The only time that the address is seen. */
function Address({ url }: { url: string }) {
  const copy = async () => {
    await navigator.clipboard.writeText(url);
    toast(t("feeds.copied"));
  };
  return (
    <div role="status" class="form">
      <Field label={t("feeds.url")} hint={t("feeds.once")}>
        {(props) => <input class="input" {...props} type="text" readOnly value={url} onFocus={(event) => event.currentTarget.select()} />}
      </Field>
      <Button onClick={() => void copy().catch(() => toast(t("feeds.notCopied"), "danger"))}>{t("feeds.copy")}</Button>
    </div>
  );
}
