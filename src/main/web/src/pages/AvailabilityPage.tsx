import { useEffect, useState } from "preact/hooks";
import { ApiError, api, call, explain } from "../api/client";
import type { Availability, AvailabilityDraft, HoursException, Listing } from "../api/types";
import { REGIONS } from "../domain/regions";
import { calendarDay, duration, regionName, t, weekdayAndDay } from "../i18n";
import { Link } from "../router";
import { Button, Check, ErrorState, Field, IconButton, Notice, PageHead, Skeleton, TextField } from "../ui/basics";
import { Icon } from "../ui/icons";
import { useLoad } from "../ui/load";
import { toast } from "../ui/toast";
import { hoursTexts, nowText } from "./hours-texts";

const TYPING_MILLIS = 400;
const LONGEST_HOURS = 500;
const LONGEST_NOTE = 100;
const MOST_EXCEPTIONS = 100;
const DEFAULT_REGION = "DE-BW";
const DAY_MINUTES = 1_440;
const EXAMPLES = ["24/7", "Mo-Fr 08:00-18:00", "Mo-Fr 07:00-20:00; Sa 09:00-16:00; PH off", "Mo-Fr 18:00-07:00; Sa,Su 00:00-24:00"];

/** When a listing can be booked: hours, exceptions, numbers, and what all that means. */
export function AvailabilityPage({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters.id as string;
  const listing = useLoad(`listing ${id}`, (signal) => api.get<Listing>(`/listings/${id}`, undefined, signal));
  const said = useLoad(`availability ${id}`, (signal) => call<Availability>("GET", `/listings/${id}/availability`, { signal }));
  const error = listing.error ?? said.error;
  return listing.data && said.data ? (
    <AvailabilityForm key={said.data.etag} listing={listing.data} said={said.data.data} etag={said.data.etag} onSaved={said.reload} />
  ) : (
    <div class="page">
      <PageHead title={t("hours.title")} />
      {error !== null ? <ErrorState error={error} onRetry={said.reload} /> : <Skeleton rows={4} />}
    </div>
  );
}

/** Only what a host says. */
function draftOf(said: Availability): AvailabilityDraft {
  const { openingHours, holidayRegion, exitAfterHours, exceptions, leadMinutes, horizonDays, minStayMinutes, maxStayMinutes, bufferMinutes, asksOutsideHours } = said;
  return { openingHours, holidayRegion, exitAfterHours, exceptions, leadMinutes, horizonDays, minStayMinutes, maxStayMinutes, bufferMinutes, asksOutsideHours };
}

/** What is empty is left out. */
function bodyOf(draft: AvailabilityDraft): AvailabilityDraft {
  const full = (value: unknown) => value !== null && value !== undefined && value !== "" && !(typeof value === "number" && Number.isNaN(value));
  const exceptions = (draft.exceptions ?? []).map((each) => Object.fromEntries(Object.entries(each).filter(([, value]) => full(value))));
  return { ...Object.fromEntries(Object.entries(draft).filter(([, value]) => full(value))), exceptions: exceptions as unknown as HoursException[] };
}

function asksForHolidays(hours: string | null | undefined): boolean {
  return /\bPH\b/i.test(hours ?? "");
}

interface FormProps {
  listing: Listing;
  said: Availability;
  etag: string | null;
  onSaved: () => void;
}

function AvailabilityForm({ listing, said, etag, onSaved }: FormProps) {
  const [draft, setDraft] = useState(() => draftOf(said));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const change = (part: AvailabilityDraft) => setDraft((before) => ({ ...before, ...part }));
  const preview = usePreview(draft, listing.timeZone);
  const problem = failure ?? preview.error;
  const errorOf = (field: string) => (problem instanceof ApiError ? problem.fieldDetail(field) : null);
  const shown = preview.data ?? said;

  const save = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await api.put<Availability>(`/listings/${listing.id}/availability`, bodyOf(draft), etag ?? undefined);
      toast(t("hours.saved"));
      onSaved();
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };

  return (
    <div class="page">
      <PageHead title={t("hours.title")}>
        <Link class="button button-quiet" href={`/host/${listing.id}/calendar`}>
          <Icon name="calendar" /> {t("calendar.title")}
        </Link>
      </PageHead>
      <p class="muted">
        <Link href={`/host/${listing.id}`}>{listing.title}</Link> · {listing.timeZone}
      </p>
      <div class="two-columns is-wide-left">
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <section class="card form">
            <h2>{t("hours.openingHours")}</h2>
            <HoursField
              value={draft.openingHours ?? ""}
              error={errorOf("openingHours")}
              onText={(text) =>
                change({ openingHours: text, ...(asksForHolidays(text) && !draft.holidayRegion ? { holidayRegion: DEFAULT_REGION } : {}) })
              }
            />
            {(asksForHolidays(draft.openingHours) || draft.holidayRegion) && (
              <Field label={t("host.holidayRegion")} error={errorOf("holidayRegion")}>
                {(attributes) => (
                  <select
                    class="input"
                    {...attributes}
                    value={draft.holidayRegion ?? ""}
                    onChange={(event) => change({ holidayRegion: event.currentTarget.value || null })}
                  >
                    <option value="">–</option>
                    {REGIONS.map((region) => (
                      <option key={region} value={region}>
                        {regionName(region)}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            )}
            <Check checked={draft.exitAfterHours ?? false} onChange={(exitAfterHours) => change({ exitAfterHours })}>
              {t("hours.exitAfterHours")}
            </Check>
            <Check checked={draft.asksOutsideHours ?? false} onChange={(asksOutsideHours) => change({ asksOutsideHours })}>
              {t("hours.asksOutsideHours")}
            </Check>
          </section>
          <Exceptions items={draft.exceptions ?? []} onItems={(exceptions) => change({ exceptions })} problem={problem} />
          <Numbers draft={draft} change={change} errorOf={errorOf} />
          {failure !== null && (
            <div class="form-failure">
              <Notice tone="danger">{explain(failure)}</Notice>
            </div>
          )}
          <div class="form-buttons">
            <Button tone="primary" type="submit" busy={busy}>
              {t("host.save")}
            </Button>
          </div>
        </form>
        <aside class="stack is-sticky">
          <Meaning said={shown} stale={preview.error !== null} />
        </aside>
      </div>
    </div>
  );
}

/** What a draft means, a moment after the last key; the error of one that is not understood. */
function usePreview(draft: AvailabilityDraft, timeZone: string) {
  const wanted = JSON.stringify({ availability: bodyOf(draft), timeZone });
  const [asked, setAsked] = useState(wanted);
  useEffect(() => {
    const timer = window.setTimeout(() => setAsked(wanted), TYPING_MILLIS);
    return () => clearTimeout(timer);
  }, [wanted]);
  return useLoad(asked, () => api.post<Availability>("/availability-previews", JSON.parse(asked)));
}

function HoursField({ value, error, onText }: { value: string; error: string | null; onText: (text: string) => void }) {
  return (
    <>
      <Field label={t("hours.text")} hint={t("hours.textHint")} error={error}>
        {(attributes) => (
          <textarea
            class="input hours-text"
            {...attributes}
            rows={2}
            spellcheck={false}
            autocapitalize="off"
            maxLength={LONGEST_HOURS}
            placeholder="24/7"
            value={value}
            onInput={(event) => onText(event.currentTarget.value.replace(/[\r\n]+/g, " "))}
          />
        )}
      </Field>
      <div class="chips" role="group" aria-label={t("hours.examples")}>
        {EXAMPLES.map((example) => (
          <button key={example} type="button" class="chip hours-example" aria-pressed={value === example} onClick={() => onText(example)}>
            {example}
          </button>
        ))}
      </div>
    </>
  );
}

function Exceptions({ items, onItems, problem }: { items: HoursException[]; onItems: (items: HoursException[]) => void; problem: unknown }) {
  const change = (index: number, part: Partial<HoursException>) => onItems(items.map((each, i) => (i === index ? { ...each, ...part } : each)));
  const errorOf = (index: number) =>
    problem instanceof ApiError ? (problem.fields.find((field) => field.pointer.includes(`/exceptions/${index}/`))?.detail ?? null) : null;
  return (
    <section class="card form">
      <h2>{t("hours.exceptions")}</h2>
      <p class="muted">{t("hours.exceptionsHint")}</p>
      {items.length > 0 && (
        <ul class="stack hours-exceptions">
          {items.map((each, index) => (
            <li key={index} class="hours-exception">
              <fieldset class="form">
                <legend class="only-spoken">{t("hours.exceptionOf", { day: each.firstDay ? calendarDay(each.firstDay) : "–" })}</legend>
                <div class="field-pair">
                  <DateField label={t("hours.firstDay")} value={each.firstDay} onDate={(firstDay) => change(index, { firstDay })} required />
                  <DateField
                    label={t("hours.lastDay")}
                    value={each.lastDay ?? ""}
                    min={each.firstDay}
                    onDate={(lastDay) => change(index, { lastDay: lastDay || null })}
                  />
                </div>
                <div class="field-pair">
                  <TextField
                    label={t("hours.exceptionHours")}
                    hint={t("hours.exceptionHoursHint")}
                    optional
                    value={each.hours ?? ""}
                    placeholder={t("hours.closed")}
                    onText={(hours) => change(index, { hours })}
                    error={errorOf(index)}
                  />
                  <TextField label={t("hours.note")} optional maxLength={LONGEST_NOTE} value={each.note ?? ""} onText={(note) => change(index, { note })} />
                </div>
              </fieldset>
              <IconButton
                icon="trash"
                label={t("hours.removeException", { day: each.firstDay ? calendarDay(each.firstDay) : "–" })}
                onClick={() => onItems(items.filter((_, i) => i !== index))}
              />
            </li>
          ))}
        </ul>
      )}
      {items.length < MOST_EXCEPTIONS && (
        <Button icon="plus" onClick={() => onItems([...items, { firstDay: new Date().toISOString().slice(0, 10) }])}>
          {t("hours.addException")}
        </Button>
      )}
    </section>
  );
}

function DateField({ label, value, min, required, onDate }: { label: string; value: string; min?: string; required?: boolean; onDate: (date: string) => void }) {
  return (
    <Field label={label} optional={!required}>
      {(attributes) => (
        <input class="input" type="date" {...attributes} required={required} min={min} value={value} onChange={(event) => onDate(event.currentTarget.value)} />
      )}
    </Field>
  );
}

interface NumbersProps {
  draft: AvailabilityDraft;
  change: (part: AvailabilityDraft) => void;
  errorOf: (field: string) => string | null;
}

function Numbers({ draft, change, errorOf }: NumbersProps) {
  const minutes = (field: "leadMinutes" | "minStayMinutes" | "maxStayMinutes" | "bufferMinutes", label: string, min: number, max: number) => (
    <TextField
      label={label}
      type="number"
      min={min}
      max={max}
      value={String(draft[field] ?? "")}
      hint={draft[field] ? duration(draft[field] as number) : undefined}
      onText={(text) => change({ [field]: text === "" ? undefined : Math.floor(Number(text)) })}
      error={errorOf(field)}
    />
  );
  return (
    <section class="card form">
      <h2>{t("hours.rules")}</h2>
      <div class="field-pair">
        {minutes("leadMinutes", t("hours.leadMinutes"), 0, DAY_MINUTES)}
        <TextField
          label={t("hours.horizonDays")}
          type="number"
          min={1}
          value={String(draft.horizonDays ?? "")}
          onText={(text) => change({ horizonDays: text === "" ? undefined : Math.floor(Number(text)) })}
          error={errorOf("horizonDays")}
        />
      </div>
      <div class="field-pair">
        {minutes("minStayMinutes", t("hours.minStay"), 1, 30 * DAY_MINUTES)}
        {minutes("maxStayMinutes", t("hours.maxStay"), 1, 30 * DAY_MINUTES)}
      </div>
      {minutes("bufferMinutes", t("hours.buffer"), 0, 60)}
      <p class="field-hint">{t("hours.bufferHint")}</p>
    </section>
  );
}

/** In plain words, and the week as it will be. */
function Meaning({ said, stale }: { said: Availability; stale: boolean }) {
  return (
    <section class={`card form${stale ? " is-stale" : ""}`} aria-label={t("hours.meaning")} aria-live="polite">
      <h2>{t("hours.meaning")}</h2>
      <p>
        <strong>{nowText(said)}</strong>
      </p>
      <ul class="plain">
        {hoursTexts(said).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <WeekGrid said={said} />
    </section>
  );
}

/** Seven days, each with a bar from midnight to midnight; the words beside it say the same. */
export function WeekGrid({ said }: { said: Availability }) {
  return (
    <table class="week-grid">
      <caption class="only-spoken">{t("hours.week")}</caption>
      <tbody>
        {said.days.map((day) => (
          <tr key={day.date}>
            <th scope="row">{weekdayAndDay(day.date)}</th>
            <td>
              <span class="day-bar" aria-hidden="true">
                {day.open.map((span) => (
                  <span key={span.from} style={{ left: `${share(span.from)}%`, width: `${share(span.to) - share(span.from)}%` }} />
                ))}
              </span>
              <span class="day-words">
                {day.open.length === 0 ? t("hours.closed") : day.open.map((span) => `${span.from}–${span.to}`).join(", ")}
                {day.holiday && ` · ${t("hours.holiday")}`}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function share(time: string): number {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return ((hour * 60 + minute) * 100) / DAY_MINUTES;
}
