import { useState } from "preact/hooks";
import type { ListingDraft } from "../api/types";
import { type Tariff, type TariffWindow, WEEKDAYS, type Weekday, isSimple } from "../domain/price";
import { REGIONS } from "../domain/regions";
import { regionName, t, weekdayName } from "../i18n";
import { Button, Check, Chip, Field, TextField } from "../ui/basics";
import { MoneyField } from "../ui/money-field";
import { Events, Segments } from "./TariffSteps";

const BASIS_POINTS_PER_PERCENT = 100;
const MOST_WINDOWS = 12;
const WEEKEND: Weekday[] = ["SATURDAY", "SUNDAY"];
const DEFAULT_REGION = "DE";
const LARGE_CENTIMETRES = 200;
/** A night at the price of a few hours, an early bird's day at that of more. */
const NIGHT_HOURS = 3;
const EARLY_BIRD_HOURS = 5;

type DraftTariff = ListingDraft["tariff"];

interface TariffFieldsProps {
  tariff: DraftTariff;
  onTariff: (tariff: DraftTariff) => void;
  /** What the server says of a field. */
  errorOf: (field: string) => string | null;
}

/** Only what is said: rules that have been emptied are left out. */
export function saidOf(tariff: DraftTariff): DraftTariff {
  const said = Object.entries(tariff).filter(([, value]) => value != null && !(Array.isArray(value) && value.length === 0));
  return Object.fromEntries(said) as unknown as DraftTariff;
}

/** The hour and the day, and folded away what few need. */
export function TariffFields({ tariff, onTariff, errorOf }: TariffFieldsProps) {
  const change = (part: Partial<Tariff>) => onTariff({ ...tariff, ...part });
  const dayTooLow = tariff.day != null && tariff.day < tariff.hour;
  return (
    <>
      <div class="field-pair">
        <MoneyField
          label={t("host.hour")}
          currency={tariff.currency}
          amount={tariff.hour}
          onAmount={(hour) => change({ hour: hour ?? 0 })}
          error={errorOf("hour")}
        />
        <MoneyField
          label={t("host.day")}
          optional
          currency={tariff.currency}
          amount={tariff.day ?? null}
          onAmount={(day) => change({ day })}
          error={dayTooLow ? t("host.dayTooLow") : errorOf("day")}
        />
      </div>
      <details class="rules" open={!isSimple(tariff)}>
        <summary>{t("host.rules")}</summary>
        <div class="stack">
          <p class="field-hint">{t("host.rulesHint")}</p>
          <LongStays tariff={tariff} change={change} errorOf={errorOf} />
          <Weekend tariff={tariff} change={change} errorOf={errorOf} />
          <Holidays tariff={tariff} change={change} errorOf={errorOf} />
          <Windows tariff={tariff} change={change} errorOf={errorOf} />
          <Segments tariff={tariff} change={change} errorOf={errorOf} />
          <Events tariff={tariff} change={change} errorOf={errorOf} />
          <TaxAndSurcharges tariff={tariff} change={change} errorOf={errorOf} />
        </div>
      </details>
    </>
  );
}

interface PartProps {
  tariff: DraftTariff;
  change: (part: Partial<Tariff>) => void;
  errorOf: (field: string) => string | null;
}

function LongStays({ tariff, change, errorOf }: PartProps) {
  return (
    <fieldset class="stack">
      <legend class="legend">{t("host.longStays")}</legend>
      <div class="field-pair">
        <MoneyField
          label={t("host.week")}
          optional
          currency={tariff.currency}
          amount={tariff.week ?? null}
          onAmount={(week) => change({ week })}
          error={errorOf("week")}
        />
        <MoneyField
          label={t("host.month")}
          optional
          currency={tariff.currency}
          amount={tariff.month ?? null}
          onAmount={(month) => change(month === null ? { month, monthDays: null } : { month })}
          error={errorOf("month")}
        />
      </div>
      {tariff.month != null && (
        <Check checked={tariff.monthDays === 28} onChange={(short) => change({ monthDays: short ? 28 : null })}>
          {t("host.fourWeeks")}
        </Check>
      )}
      <TimeField
        label={t("host.dayStart")}
        hint={t("host.dayStartHint")}
        optional
        value={tariff.dayStart ?? ""}
        onTime={(time) => change({ dayStart: time === "" || time === "00:00" ? null : time })}
      />
    </fieldset>
  );
}

function Weekend({ tariff, change, errorOf }: PartProps) {
  const { weekend } = tariff;
  const days = weekend?.days ?? WEEKEND;
  return (
    <fieldset class="stack">
      <Check checked={weekend != null} onChange={(on) => change({ weekend: on ? { days: WEEKEND, hour: tariff.hour, day: tariff.day } : null })}>
        {t("host.weekend")}
      </Check>
      {weekend && (
        <>
          <div class="chips" role="group" aria-label={t("host.weekendDays")}>
            {WEEKDAYS.map((day) => (
              <Chip
                key={day}
                on={days.includes(day)}
                onToggle={() => {
                  const others = days.includes(day) ? days.filter((other) => other !== day) : [...days, day];
                  if (others.length > 0) change({ weekend: { ...weekend, days: others } });
                }}
              >
                {weekdayName(day)}
              </Chip>
            ))}
          </div>
          <DayRate currency={tariff.currency} rate={weekend} onRate={(rate) => change({ weekend: { ...weekend, ...rate } })} error={errorOf("weekend")} />
        </>
      )}
    </fieldset>
  );
}

function Holidays({ tariff, change, errorOf }: PartProps) {
  const { holidays } = tariff;
  return (
    <fieldset class="stack">
      <Check
        checked={holidays != null}
        onChange={(on) => change({ holidays: on ? { region: DEFAULT_REGION, hour: tariff.hour, day: tariff.day } : null })}
      >
        {t("host.holidays")}
      </Check>
      {holidays && (
        <>
          <Field label={t("host.holidayRegion")} error={errorOf("region")}>
            {(attributes) => (
              <select
                class="input"
                {...attributes}
                value={holidays.region}
                onChange={(event) => change({ holidays: { ...holidays, region: event.currentTarget.value } })}
              >
                {[...new Set([...REGIONS, holidays.region])].map((region) => (
                  <option key={region} value={region}>
                    {regionName(region)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <DayRate
            currency={tariff.currency}
            rate={holidays}
            onRate={(rate) => change({ holidays: { ...holidays, ...rate } })}
            error={errorOf("holidays")}
          />
        </>
      )}
    </fieldset>
  );
}

interface DayRateProps {
  currency: string;
  rate: { hour: number; day?: number | null };
  onRate: (rate: { hour: number; day?: number | null }) => void;
  error: string | null;
}

function DayRate({ currency, rate, onRate, error }: DayRateProps) {
  const tooLow = rate.day != null && rate.day < rate.hour;
  return (
    <div class="field-pair">
      <MoneyField
        label={t("host.hour")}
        currency={currency}
        amount={rate.hour}
        onAmount={(hour) => onRate({ hour: hour ?? 0, day: rate.day })}
        error={error}
      />
      <MoneyField
        label={t("host.day")}
        optional
        currency={currency}
        amount={rate.day ?? null}
        onAmount={(day) => onRate({ hour: rate.hour, day })}
        error={tooLow ? t("host.dayTooLow") : null}
      />
    </div>
  );
}

function Windows({ tariff, change, errorOf }: PartProps) {
  const windows = tariff.windows ?? [];
  // Fields keep what was typed: after one is taken out the others are drawn anew.
  const [round, setRound] = useState(0);
  const put = (index: number, part: Partial<TariffWindow>) =>
    change({ windows: windows.map((window, at) => (at === index ? { ...window, ...part } : window)) });
  const add = (window: TariffWindow) => change({ windows: [...windows, window] });
  return (
    <fieldset class="stack">
      <legend class="legend">{t("host.windows")}</legend>
      <p class="field-hint">{t("host.windowsHint")}</p>
      {windows.map((window, index) => (
        <div class="rule" key={`${round} ${index}`}>
          <TimeField label={t("host.windowFrom")} value={window.from} onTime={(from) => put(index, { from })} />
          <TimeField label={t("host.windowTo")} value={window.to} onTime={(to) => put(index, { to })} />
          {window.arriveBy != null && (
            <TimeField label={t("host.windowArrive")} value={window.arriveBy} onTime={(arriveBy) => put(index, { arriveBy })} />
          )}
          <MoneyField
            label={t("host.windowMost")}
            currency={tariff.currency}
            amount={window.maximum}
            onAmount={(maximum) => put(index, { maximum: maximum ?? 0 })}
            error={errorOf(String(index))}
          />
          <Button
            tone="plain"
            icon="trash"
            aria-label={t("host.removeWindow", { name: t("host.windowName", { from: window.from, to: window.to }) })}
            onClick={() => {
              setRound(round + 1);
              change({ windows: windows.filter((_, at) => at !== index) });
            }}
          />
        </div>
      ))}
      {windows.length < MOST_WINDOWS && (
        <div class="form-buttons">
          <Button icon="plus" onClick={() => add({ from: "18:00", to: "08:00", maximum: NIGHT_HOURS * tariff.hour })}>
            {t("host.addNight")}
          </Button>
          <Button
            icon="plus"
            onClick={() => add({ from: "06:00", to: "19:00", arriveBy: "09:00", maximum: EARLY_BIRD_HOURS * tariff.hour })}
          >
            {t("host.addEarlyBird")}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

function TaxAndSurcharges({ tariff, change, errorOf }: PartProps) {
  const { tax, surcharges } = tariff;
  const surcharge = (part: NonNullable<Tariff["surcharges"]>) => {
    const all = { ...surcharges, ...part };
    if (all.oversize == null) all.oversizeAboveCentimetres = null;
    change({ surcharges: all.ev == null && all.oversize == null ? null : all });
  };
  return (
    <fieldset class="stack">
      <legend class="legend">{t("host.taxAndMore")}</legend>
      <div class="field-pair">
        <TextField
          label={t("host.tax")}
          optional
          type="number"
          min={0}
          max={100}
          step={0.01}
          value={tax ? String(tax.basisPoints / BASIS_POINTS_PER_PERCENT) : ""}
          onText={(typed) =>
            change({
              tax: typed === "" ? null : { basisPoints: Math.round(Number(typed) * BASIS_POINTS_PER_PERCENT), inclusive: tax?.inclusive ?? true },
            })
          }
          error={errorOf("basisPoints")}
        />
        {tax && (
          <Check checked={tax.inclusive} onChange={(inclusive) => change({ tax: { ...tax, inclusive } })}>
            {t("host.taxIncluded")}
          </Check>
        )}
      </div>
      <MoneyField
        label={t("host.evSurcharge")}
        optional
        currency={tariff.currency}
        amount={surcharges?.ev ?? null}
        onAmount={(ev) => surcharge({ ev })}
      />
      <div class="field-pair">
        <MoneyField
          label={t("host.oversize")}
          optional
          currency={tariff.currency}
          amount={surcharges?.oversize ?? null}
          onAmount={(oversize) =>
            surcharge({ oversize, oversizeAboveCentimetres: surcharges?.oversizeAboveCentimetres ?? LARGE_CENTIMETRES })
          }
          error={errorOf("oversize")}
        />
        {surcharges?.oversize != null && (
          <TextField
            label={t("host.oversizeAbove")}
            type="number"
            required
            min={1}
            max={1000}
            value={String(surcharges.oversizeAboveCentimetres ?? LARGE_CENTIMETRES)}
            onText={(typed) => surcharge({ oversizeAboveCentimetres: Number(typed) })}
          />
        )}
      </div>
    </fieldset>
  );
}

interface TimeFieldProps {
  label: string;
  value: string;
  onTime: (time: string) => void;
  hint?: string;
  optional?: boolean;
}

function TimeField({ label, value, onTime, hint, optional }: TimeFieldProps) {
  return (
    <Field label={label} hint={hint} optional={optional}>
      {(attributes) => (
        <input
          class="input"
          type="time"
          {...attributes}
          required={!optional}
          value={value}
          onInput={(event) => onTime(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
