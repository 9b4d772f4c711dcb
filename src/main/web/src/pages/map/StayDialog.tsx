import { useState } from "preact/hooks";
import { duration, t, time, zoneNote } from "../../i18n";
import type { Stay } from "../../domain/price";
import { DEFAULT_LENGTH_MINUTES, QUARTER_MINUTES, defaultStay, isValid, snapUp, withFrom, withTo } from "../../domain/stay";
import { type Wall, instantsOf, nowMinute, offsetAt, wallAt } from "../../domain/zone";
import { Button, Field, Notice } from "../../ui/basics";
import { Dialog } from "../../ui/dialog";

const LENGTHS_MINUTES = [60, DEFAULT_LENGTH_MINUTES, 240, 480, 1_440];
const DAY_QUARTERS = 96;

/** Chooses from and to, in quarters, in the place's zone. */
export function StayDialog({ initial, zone, onChoose, onClose }: { initial: Stay; zone: string; onChoose: (stay: Stay) => void; onClose: () => void }) {
  const [chosen, setChosen] = useState(initial);
  const note = zoneNote(chosen.from, zone);
  const earliest = snapUp(nowMinute());
  return (
    <Dialog
      title={t("stay.title")}
      onClose={onClose}
      foot={
        <>
          <Button onClick={() => setChosen(defaultStay())}>{t("stay.now")}</Button>
          <Button tone="primary" disabled={!isValid(chosen) || chosen.from < earliest - QUARTER_MINUTES} onClick={() => onChoose(chosen)}>
            {t("stay.show", { duration: duration(chosen.to - chosen.from) })}
          </Button>
        </>
      }
    >
      <div class="chips" role="group" aria-label={t("stay.length")}>
        {LENGTHS_MINUTES.map((length) => (
          <button
            key={length}
            type="button"
            class="chip"
            aria-pressed={chosen.to - chosen.from === length}
            onClick={() => setChosen({ from: chosen.from, to: chosen.from + length })}
          >
            {duration(length)}
          </button>
        ))}
      </div>
      <Moment label={t("stay.from")} minute={chosen.from} earliest={earliest} zone={zone} onChange={(from) => setChosen(withFrom(chosen, from))} />
      <Moment
        label={t("stay.to")}
        minute={chosen.to}
        earliest={chosen.from + QUARTER_MINUTES * 2}
        zone={zone}
        onChange={(to) => setChosen(withTo(chosen, to))}
      />
      {note && <Notice tone="info">{note}</Notice>}
    </Dialog>
  );
}

interface MomentProps {
  label: string;
  minute: number;
  earliest: number;
  zone: string;
  onChange: (minute: number) => void;
}

/** A day and a quarter of it. Quarters that a clock change leaves out are not offered, those that it repeats are offered twice. */
export function Moment({ label, minute, earliest, zone, onChange }: MomentProps) {
  const wall = wallAt(minute, zone);
  const quarters = quartersOf(wall, zone).filter((each) => each >= earliest || each === minute);
  const repeated = new Set(quarters.map((each) => time(each, zone)).filter((text, index, all) => all.indexOf(text) !== index));
  return (
    <div class="moment">
      <Field label={`${label}, ${t("stay.day")}`}>
        {(attributes) => (
          <input
            class="input"
            type="date"
            required
            {...attributes}
            value={dateText(wall)}
            min={dateText(wallAt(earliest, zone))}
            onChange={(event) => {
              const [year, month, day] = event.currentTarget.value.split("-").map(Number);
              if (!year || !month || !day) return;
              const same = instantsOf({ ...wall, year, month, day }, zone)[0];
              const next = same ?? quartersOf({ ...wall, year, month, day }, zone).find((each) => each >= minute) ?? minute;
              onChange(Math.max(next, earliest));
            }}
          />
        )}
      </Field>
      <Field label={`${label}, ${t("stay.time")}`}>
        {(attributes) => (
          <select class="input" {...attributes} value={String(minute)} onChange={(event) => onChange(Number(event.currentTarget.value))}>
            {quarters.map((each) => (
              <option key={each} value={String(each)}>
                {time(each, zone)}
                {repeated.has(time(each, zone)) ? ` (UTC+${offsetAt(each, zone) / 60})` : ""}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}

function quartersOf(wall: Wall, zone: string): number[] {
  const all: number[] = [];
  for (let quarter = 0; quarter < DAY_QUARTERS; quarter++) {
    const minutes = quarter * QUARTER_MINUTES;
    all.push(...instantsOf({ ...wall, hour: Math.floor(minutes / 60), minute: minutes % 60 }, zone));
  }
  return all.sort((a, b) => a - b);
}

function dateText(wall: Wall): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${wall.year}-${two(wall.month)}-${two(wall.day)}`;
}
