import { useState } from "preact/hooks";
import { SEGMENT_UNITS, type Tariff, type TariffEvent, type TariffSegment } from "../domain/price";
import { type MessageKey, t } from "../i18n";
import { Button, Field, TextField } from "../ui/basics";
import { MoneyField } from "../ui/money-field";

const MOST_SEGMENTS = 12;
const MOST_EVENTS = 50;
const HOUR_MINUTES = 60;
const LONGEST_MINUTES = 43_200;
const DAY_MINUTES = 1_440;
/** What a date field takes of a time: the rest says the zone, which is the place's. */
const LOCAL_LENGTH = 16;

interface PartProps {
  tariff: Tariff & { currency: string };
  change: (part: Partial<Tariff>) => void;
  errorOf: (field: string) => string | null;
}

/** What parts of a stay cost by the time since it began. */
export function Segments({ tariff, change, errorOf }: PartProps) {
  const segments = tariff.segments ?? [];
  // Fields keep what was typed: after one is taken out the others are drawn anew.
  const [round, setRound] = useState(0);
  const put = (index: number, part: Partial<TariffSegment>) =>
    change({ segments: segments.map((segment, at) => (at === index ? { ...segment, ...part } : segment)) });
  const last = segments[segments.length - 1];
  const add = () => {
    const start = last ? (last.end ?? last.start + HOUR_MINUTES) : 0;
    const closed = last && last.end == null ? segments.map((segment) => (segment === last ? { ...last, end: start } : segment)) : segments;
    setRound(round + 1);
    change({ segments: [...closed, { start, end: start + HOUR_MINUTES, unit: "HOUR", amount: tariff.hour }] });
  };
  return (
    <fieldset class="stack">
      <legend class="legend">{t("host.segments")}</legend>
      <p class="field-hint">{t("host.segmentsHint")}</p>
      {segments.map((segment, index) => (
        <div class="rule" key={`${round} ${index}`}>
          <Minutes label={t("host.segmentFrom")} value={segment.start} least={0} onMinutes={(start) => put(index, { start: start ?? 0 })} />
          <Minutes label={t("host.segmentTo")} optional value={segment.end} most={LONGEST_MINUTES} onMinutes={(end) => put(index, { end })} />
          <Field label={t("host.segmentUnit")}>
            {(attributes) => (
              <select
                class="input"
                {...attributes}
                value={segment.unit}
                onChange={(event) => put(index, { unit: event.currentTarget.value as TariffSegment["unit"] })}
              >
                {SEGMENT_UNITS.map((unit) => (
                  <option key={unit} value={unit}>
                    {t(`segmentUnit.${unit}` as MessageKey)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <MoneyField
            label={t("host.segmentAmount")}
            currency={tariff.currency}
            amount={segment.amount}
            onAmount={(amount) => put(index, { amount: amount ?? 0 })}
            error={errorOf(String(index))}
          />
          {segment.unit !== "FLAT" && (
            <Minutes
              label={t("host.segmentStep")}
              optional
              value={segment.increment}
              most={DAY_MINUTES}
              onMinutes={(increment) => put(index, { increment })}
            />
          )}
          <MoneyField
            label={t("host.segmentMost")}
            optional
            currency={tariff.currency}
            amount={segment.maximumFee ?? null}
            onAmount={(maximumFee) => put(index, { maximumFee })}
          />
          <Button
            tone="plain"
            icon="trash"
            aria-label={t("host.removeSegment", { number: index + 1 })}
            onClick={() => {
              setRound(round + 1);
              change({ segments: segments.filter((_, at) => at !== index) });
            }}
          />
        </div>
      ))}
      {segments.length > 0 && <ServerSays error={errorOf("start") ?? errorOf("segments")} />}
      {segments.length < MOST_SEGMENTS && (
        <div class="form-buttons">
          <Button icon="plus" onClick={add}>
            {t("host.addSegment")}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

/** Times with a price of their own: a match, a fair. */
export function Events({ tariff, change, errorOf }: PartProps) {
  const events = tariff.events ?? [];
  const [round, setRound] = useState(0);
  const put = (index: number, part: Partial<TariffEvent>) =>
    change({ events: events.map((event, at) => (at === index ? { ...event, ...part } : event)) });
  return (
    <fieldset class="stack">
      <legend class="legend">{t("host.events")}</legend>
      <p class="field-hint">{t("host.eventsHint")}</p>
      {events.map((event, index) => (
        <div class="rule" key={`${round} ${index}`}>
          <TextField label={t("host.eventName")} required maxLength={60} value={event.name} onText={(name) => put(index, { name })} />
          <Moment label={t("host.eventFrom")} value={event.from} onMoment={(from) => put(index, { from })} />
          <Moment label={t("host.eventTo")} value={event.to} onMoment={(to) => put(index, { to })} />
          <MoneyField
            label={t("host.hour")}
            currency={tariff.currency}
            amount={event.hour}
            onAmount={(hour) => put(index, { hour: hour ?? 0 })}
            error={errorOf(String(index))}
          />
          <MoneyField
            label={t("host.windowMost")}
            optional
            currency={tariff.currency}
            amount={event.maximum ?? null}
            onAmount={(maximum) => put(index, { maximum })}
          />
          <Button
            tone="plain"
            icon="trash"
            aria-label={t("host.removeEvent", { name: event.name })}
            onClick={() => {
              setRound(round + 1);
              change({ events: events.filter((_, at) => at !== index) });
            }}
          />
        </div>
      ))}
      {events.length > 0 && <ServerSays error={errorOf("from") ?? errorOf("to") ?? errorOf("events")} />}
      {events.length < MOST_EVENTS && (
        <div class="form-buttons">
          <Button icon="plus" onClick={() => change({ events: [...events, { name: "", from: "", to: "", hour: tariff.hour }] })}>
            {t("host.addEvent")}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

function ServerSays({ error }: { error: string | null }) {
  return error === null ? null : (
    <p class="field-error" role="alert">
      {error}
    </p>
  );
}

interface MinutesProps {
  label: string;
  value: number | null | undefined;
  onMinutes: (minutes: number | null) => void;
  optional?: boolean;
  least?: number;
  most?: number;
}

function Minutes({ label, value, onMinutes, optional, least = 1, most = LONGEST_MINUTES }: MinutesProps) {
  return (
    <TextField
      label={label}
      optional={optional}
      required={!optional}
      type="number"
      min={least}
      max={most}
      step={1}
      value={value == null ? "" : String(value)}
      onText={(typed) => onMinutes(typed === "" ? null : Math.floor(Number(typed)))}
    />
  );
}

/** A day and a time by the place's clock. */
function Moment({ label, value, onMoment }: { label: string; value: string; onMoment: (moment: string) => void }) {
  return (
    <Field label={label}>
      {(attributes) => (
        <input
          class="input"
          type="datetime-local"
          {...attributes}
          required
          value={value.slice(0, LOCAL_LENGTH)}
          onInput={(event) => onMoment(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
