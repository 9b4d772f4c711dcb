import { useState } from "preact/hooks";
import { api, explain } from "../api/client";
import type { Block, Booking, FreeBusy, FreeBusyStep, Listing, Page } from "../api/types";
import { addDays, addMonths, dateAt, firstOfMonth, mondayOf, startOf, weeksOf } from "../domain/calendar";
import { DEFAULT_LENGTH_MINUTES, snapUp } from "../domain/stay";
import { instantOf, minuteOf, nowMinute } from "../domain/zone";
import { type MessageKey, calendarDay, monthName, number, t, text, time, weekdayAndDay } from "../i18n";
import { Link } from "../router";
import { Button, ErrorState, IconButton, Notice, PageHead, Skeleton } from "../ui/basics";
import { Icon, type IconName } from "../ui/icons";
import { useLoad } from "../ui/load";
import { BlockDialog } from "./BlocksCard";

const WEEK_DAYS = 7;
const STEP_MINUTES = 30;
const MONTH_STEP_MINUTES = 60;
const MOST_BOOKING_PAGES = 5;
const SHOWN = ["HELD", "PENDING_HOST", "CONFIRMED", "ACTIVE", "COMPLETED", "NO_SHOW"];

type View = "week" | "month";

/** What happens at a listing: bookings, blocks and closed times, by the week and by the month. */
export function CalendarPage({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters.id as string;
  const listing = useLoad(`listing ${id}`, (signal) => api.get<Listing>(`/listings/${id}`, undefined, signal));
  return listing.data ? (
    <Calendar listing={listing.data} />
  ) : (
    <div class="page">
      <PageHead title={t("calendar.title")} />
      {listing.error !== null ? <ErrorState error={listing.error} onRetry={listing.reload} /> : <Skeleton rows={4} />}
    </div>
  );
}

function Calendar({ listing }: { listing: Listing }) {
  const zone = listing.timeZone;
  const today = dateAt(nowMinute(), zone);
  const [view, setView] = useState<View>("week");
  const [date, setDate] = useState(today);
  const [blocking, setBlocking] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const weeks = view === "week" ? [mondayOf(date)] : weeksOf(date);
  const first = weeks[0] as string;
  const after = addDays(weeks.at(-1) as string, WEEK_DAYS);
  const step = (by: number) => setDate(view === "week" ? addDays(mondayOf(date), by * WEEK_DAYS) : addMonths(date, by));
  const key = `${listing.id} ${first} ${after} ${round}`;
  const [from, to] = [startOf(first, zone), startOf(after, zone)];
  const freeBusy = useLoad(`calendar ${view} ${key}`, (signal) =>
    api.get<FreeBusy>(
      `/listings/${listing.id}/calendar`,
      { from: instantOf(from), to: instantOf(to), step: view === "week" ? STEP_MINUTES : MONTH_STEP_MINUTES },
      signal,
    ),
  );
  const bookings = useLoad(`calendar bookings ${listing.id} ${round}`, (signal) => bookingsOf(listing.id, signal));
  const blocks = useLoad(`calendar blocks ${listing.id} ${round}`, (signal) =>
    api.get<Page<Block>>(`/listings/${listing.id}/blocks`, { limit: 100 }, signal),
  );
  const error = freeBusy.error ?? bookings.error ?? blocks.error;
  return (
    <div class="page page-wide">
      <PageHead title={t("calendar.title")}>
        <Button tone="primary" icon="plus" onClick={() => setBlocking(date < today ? today : date)}>
          {t("blocks.add")}
        </Button>
      </PageHead>
      <p class="muted">
        <Link href={`/host/${listing.id}`}>{listing.title}</Link> · <Link href={`/host/${listing.id}/availability`}>{t("hours.title")}</Link> · {zone}
      </p>
      <div class="calendar-bar">
        <div class="chips" role="group" aria-label={t("calendar.view")}>
          {(["week", "month"] as const).map((each) => (
            <button key={each} type="button" class="chip" aria-pressed={view === each} onClick={() => setView(each)}>
              {t(`calendar.${each}` as MessageKey)}
            </button>
          ))}
        </div>
        <div class="calendar-steps">
          <IconButton icon="back" label={t(view === "week" ? "calendar.weekBefore" : "calendar.monthBefore")} onClick={() => step(-1)} />
          <h2 aria-live="polite">{view === "week" ? `${calendarDay(first)} – ${calendarDay(addDays(after, -1))}` : monthName(firstOfMonth(date))}</h2>
          <IconButton icon="next" label={t(view === "week" ? "calendar.weekAfter" : "calendar.monthAfter")} onClick={() => step(1)} />
          <Button onClick={() => setDate(today)}>{t("time.today")}</Button>
        </div>
      </div>
      {error !== null && <ErrorState error={error} onRetry={() => setRound(round + 1)} />}
      {!freeBusy.data || !bookings.data || !blocks.data ? (
        error === null && <Skeleton rows={4} />
      ) : view === "week" ? (
        <Week
          listing={listing}
          first={first}
          today={today}
          steps={freeBusy.data.steps}
          bookings={bookings.data}
          blocks={blocks.data.items}
          onBlock={setBlocking}
          onChanged={() => setRound(round + 1)}
        />
      ) : (
        <Month
          listing={listing}
          month={date}
          today={today}
          weeks={weeks}
          steps={freeBusy.data.steps}
          onDay={(day) => {
            setDate(day);
            setView("week");
          }}
        />
      )}
      {blocking !== null && (
        <BlockDialog
          listing={listing}
          initial={blockOn(blocking, zone)}
          onClose={() => setBlocking(null)}
          onSaved={() => {
            setBlocking(null);
            setRound(round + 1);
          }}
        />
      )}
    </div>
  );
}

/** The whole day, or what is left of today. */
function blockOn(date: string, zone: string) {
  const [begin, end] = [startOf(date, zone), startOf(addDays(date, 1), zone)];
  const from = Math.max(begin, snapUp(nowMinute()));
  return { from, to: end > from ? end : from + DEFAULT_LENGTH_MINUTES };
}

async function bookingsOf(listing: string, signal: AbortSignal): Promise<Booking[]> {
  const all: Booking[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_BOOKING_PAGES; page++) {
    const found: Page<Booking> = await api.get<Page<Booking>>("/bookings", { role: "host", listing, status: SHOWN.join(","), limit: 100, cursor }, signal);
    all.push(...found.items);
    cursor = found.next ?? null;
    if (!cursor) break;
  }
  return all;
}

interface Entry {
  id: string;
  kind: "booking" | "block" | "closed";
  from: number;
  to: number;
  booking?: Booking;
  block?: Block;
}

interface WeekProps {
  listing: Listing;
  first: string;
  today: string;
  steps: FreeBusyStep[];
  bookings: Booking[];
  blocks: Block[];
  onBlock: (date: string) => void;
  onChanged: () => void;
}

function Week({ listing, first, today, steps, bookings, blocks, onBlock, onChanged }: WeekProps) {
  const [failure, setFailure] = useState<unknown>(null);
  const zone = listing.timeZone;
  const entries: Entry[] = [
    ...bookings.map((booking) => ({ id: booking.id, kind: "booking" as const, from: minuteOf(booking.from), to: minuteOf(booking.to), booking })),
    ...blocks.map((block) => ({ id: block.id, kind: "block" as const, from: minuteOf(block.from), to: minuteOf(block.to), block })),
    ...closedTimes(steps).map(([from, to]) => ({ id: `closed ${from}`, kind: "closed" as const, from, to })),
  ];
  const unblock = async (block: Block) => {
    setFailure(null);
    try {
      await api.remove(`/listings/${listing.id}/blocks/${block.id}`);
      onChanged();
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <>
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      <div class="calendar-week">
        {Array.from({ length: WEEK_DAYS }, (_, index) => {
          const date = addDays(first, index);
          const [begin, end] = [startOf(date, zone), startOf(addDays(date, 1), zone)];
          const ofDay = entries
            .filter((entry) => entry.from < end && entry.to > begin)
            .map((entry) => ({ ...entry, from: Math.max(entry.from, begin), to: Math.min(entry.to, end) }))
            .sort((a, b) => a.from - b.from || a.to - b.to);
          return (
            <section key={date} class={`calendar-day${date === today ? " is-today" : ""}`} aria-label={weekdayAndDay(date)}>
              <header>
                <h3>{weekdayAndDay(date)}</h3>
                {date >= today && <IconButton icon="plus" label={t("calendar.blockOn", { day: weekdayAndDay(date) })} onClick={() => onBlock(date)} />}
              </header>
              {ofDay.length === 0 ? (
                <p class="muted">{t("calendar.free")}</p>
              ) : (
                <ol class="plain">
                  {ofDay.map((entry) => (
                    <Item key={entry.id} entry={entry} begin={begin} end={end} zone={zone} onUnblock={unblock} />
                  ))}
                </ol>
              )}
            </section>
          );
        })}
      </div>
    </>
  );
}

const ICONS: Record<Entry["kind"], IconName> = { booking: "car", block: "minus", closed: "clock" };

interface ItemProps {
  entry: Entry;
  begin: number;
  end: number;
  zone: string;
  onUnblock: (block: Block) => Promise<void>;
}

function Item({ entry, begin, end, zone, onUnblock }: ItemProps) {
  const { kind, booking, block } = entry;
  const span = entry.from === begin && entry.to === end ? t("calendar.allDay") : `${time(entry.from, zone)}–${time(entry.to, zone)}`;
  const words =
    kind === "booking"
      ? `${text(`status.${booking?.status}`) ?? booking?.status ?? ""} · ${t("booking.slot")} ${booking?.slot.name ?? ""}`
      : kind === "block"
        ? block?.reason && block.reason !== "BLOCKED"
          ? block.reason
          : t("calendar.blocked")
        : t("hours.closed");
  const inside = (
    <>
      <Icon name={ICONS[kind]} size={16} />
      <span>
        <strong>{span}</strong>
        <span>{words}</span>
      </span>
    </>
  );
  return (
    <li class={`calendar-item is-${kind}`}>
      {booking ? (
        <Link href={`/bookings/${booking.id}`} class="calendar-link">
          {inside}
        </Link>
      ) : (
        <span class="calendar-link">{inside}</span>
      )}
      {block && <IconButton icon="trash" label={t("blocks.remove", { time: span })} onClick={() => void onUnblock(block)} />}
    </li>
  );
}

/** Closed steps that touch are one time. */
function closedTimes(steps: readonly FreeBusyStep[]): [from: number, to: number][] {
  const times: [number, number][] = [];
  for (const step of steps) {
    if (!step.closed) continue;
    const [from, to] = [minuteOf(step.from), minuteOf(step.to)];
    const last = times.at(-1);
    if (last && last[1] === from) last[1] = to;
    else times.push([from, to]);
  }
  return times;
}

interface MonthProps {
  listing: Listing;
  month: string;
  today: string;
  weeks: string[];
  steps: FreeBusyStep[];
  onDay: (date: string) => void;
}

function Month({ listing, month, today, weeks, steps, onDay }: MonthProps) {
  const days = new Map<string, FreeBusyStep[]>();
  for (const step of steps) {
    const date = dateAt(minuteOf(step.from), listing.timeZone);
    days.set(date, [...(days.get(date) ?? []), step]);
  }
  const inMonth = firstOfMonth(month);
  return (
    <table class="calendar-month">
      <caption class="only-spoken">{monthName(inMonth)}</caption>
      <thead>
        <tr>
          {Array.from({ length: WEEK_DAYS }, (_, index) => (
            <th key={index} scope="col">
              {weekdayAndDay(addDays(weeks[0] as string, index)).split(/[\s,]/)[0]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((monday) => (
          <tr key={monday}>
            {Array.from({ length: WEEK_DAYS }, (_, index) => {
              const date = addDays(monday, index);
              return (
                <td key={date} class={`${date.startsWith(inMonth.slice(0, 7)) ? "" : "is-other"}${date === today ? " is-today" : ""}`}>
                  <MonthDay date={date} steps={days.get(date) ?? []} capacity={listing.capacity} onDay={onDay} />
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function MonthDay({ date, steps, capacity, onDay }: { date: string; steps: FreeBusyStep[]; capacity: number; onDay: (date: string) => void }) {
  const open = steps.filter((step) => !step.closed);
  const sum = (of: (step: FreeBusyStep) => number) => open.reduce((all, step) => all + of(step), 0);
  const all = Math.max(1, open.length * capacity);
  const [booked, blocked] = [sum((step) => step.booked) / all, sum((step) => step.blocked) / all];
  const words = open.length === 0 ? t("hours.closed") : t("calendar.dayWords", { percent: number(booked * 100), blocked: number(blocked * 100) });
  return (
    <button type="button" class="month-day" onClick={() => onDay(date)} aria-label={`${weekdayAndDay(date)}: ${words}`}>
      <span class="month-number">{Number(date.slice(8))}</span>
      {open.length === 0 ? (
        <span class="month-closed">{t("hours.closed")}</span>
      ) : (
        <span class="month-bar" aria-hidden="true">
          <span class="is-booked" style={{ width: `${booked * 100}%` }} />
          <span class="is-blocked" style={{ width: `${blocked * 100}%` }} />
        </span>
      )}
      {booked > 0 && <span class="month-share">{number(booked * 100)} %</span>}
    </button>
  );
}
