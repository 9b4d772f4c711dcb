import type { SeriesOccurrence, SeriesQuote } from "../api/types";
import { type Repeat, WEEKDAYS, dayAfter, weekdayAt } from "../domain/recurrence";
import { minuteOf } from "../domain/zone";
import { money, shortWeekdayName, stayText, t, text, weekdayAndDay } from "../i18n";
import { Button, Check, Chip, Field, Notice } from "../ui/basics";

const FIRST_WEEKS_DAYS = 27;
const MOST_DAYS = 366;

interface RepeatFieldsProps {
  begin: number;
  zone: string;
  repeat: Repeat | null;
  onChange: (repeat: Repeat | null) => void;
}

/** Whether the stay is wanted once, or on some days of each week until a last one. */
export function RepeatFields({ begin, zone, repeat, onChange }: RepeatFieldsProps) {
  return (
    <fieldset class="repeat">
      <legend class="only-spoken">{t("repeat.title")}</legend>
      <Check
        checked={repeat !== null}
        onChange={(on) => onChange(on ? { days: [weekdayAt(begin, zone)], until: dayAfter(begin, zone, FIRST_WEEKS_DAYS) } : null)}
      >
        {t("repeat.title")}
      </Check>
      {repeat && (
        <>
          <div class="chips" role="group" aria-label={t("repeat.days")}>
            {WEEKDAYS.map((day) => (
              <Chip
                key={day}
                on={repeat.days.includes(day)}
                onToggle={() => {
                  const days = repeat.days.includes(day) ? repeat.days.filter((each) => each !== day) : [...repeat.days, day];
                  if (days.length > 0) onChange({ ...repeat, days });
                }}
              >
                {shortWeekdayName(day)}
              </Chip>
            ))}
          </div>
          <Field label={t("repeat.until")} hint={t("repeat.hint")}>
            {(attributes) => (
              <input
                class="input"
                type="date"
                required
                {...attributes}
                value={repeat.until}
                min={dayAfter(begin, zone, 0)}
                max={dayAfter(begin, zone, MOST_DAYS)}
                onChange={(event) => event.currentTarget.value && onChange({ ...repeat, until: event.currentTarget.value })}
              />
            )}
          </Field>
        </>
      )}
    </fieldset>
  );
}

interface SeriesListProps {
  quote: SeriesQuote;
  except: string[];
  onExcept: (days: string[]) => void;
}

/** Each date with its price or why it cannot be had, the sum, and the way to go on without those. */
export function SeriesList({ quote, except, onExcept }: SeriesListProps) {
  const zone = quote.timeZone;
  const conflicts = quote.occurrences.filter((each) => each.problem);
  const bookable = quote.occurrences.length - conflicts.length;
  const { amount, currency } = quote.finalPrice;
  return (
    <>
      {conflicts.length > 0 && (
        <Notice tone="warning">
          <p>{t("repeat.conflicts", { count: conflicts.length })}</p>
          {bookable > 0 && (
            <Button onClick={() => onExcept([...except, ...conflicts.map((each) => each.date)])}>{t("repeat.leaveOut", { count: conflicts.length })}</Button>
          )}
        </Notice>
      )}
      <div class="series-scroll" tabIndex={0} role="region" aria-label={t("repeat.dates")}>
        <table class="lines">
          <caption class="only-spoken">{t("repeat.dates")}</caption>
          <tbody>
            {quote.occurrences.map((each) => (
              <tr key={each.date} class={each.problem ? "is-conflict" : undefined}>
                <th scope="row">
                  {each.from && each.to ? stayText(minuteOf(each.from), minuteOf(each.to), zone) : weekdayAndDay(each.date)}
                  {each.problem && <span class="lines-why">{problemText(each)}</span>}
                </th>
                <td>{each.price ? money(each.price.amount, each.price.currency) : "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <table class="lines">
        <tbody>
          {quote.serviceFee && (
            <tr>
              <th scope="row">{t("offer.feeInIt")}</th>
              <td>{money(quote.serviceFee.amount.amount, currency)}</td>
            </tr>
          )}
          <tr class="lines-total">
            <th scope="row">{t("repeat.total", { count: bookable })}</th>
            <td>{money(amount, currency)}</td>
          </tr>
        </tbody>
      </table>
      {except.length > 0 && (
        <Button tone="plain" onClick={() => onExcept([])}>
          {t("repeat.leftOut", { count: except.length })}
        </Button>
      )}
    </>
  );
}

function problemText(occurrence: SeriesOccurrence): string {
  return text(`repeat.problem.${occurrence.problem}`) ?? occurrence.detail ?? String(occurrence.problem);
}
