import type { Availability, HoursRule } from "../api/types";
import { runs } from "../domain/calendar";
import { WEEKDAYS } from "../domain/price";
import { minuteOf } from "../domain/zone";
import { calendarDay, dayAndTime, duration, list, regionName, shortWeekdayName, t } from "../i18n";

const DAY_END = "24:00";

/** What opening hours say, one sentence for each of their rules. */
export function hoursTexts(said: Pick<Availability, "rules" | "holidayRegion" | "alwaysOpen" | "exitAfterHours" | "asksOutsideHours">): string[] {
  const texts = said.alwaysOpen ? [t("hours.always")] : said.rules.map((rule) => sentence(ruleText(rule, said.holidayRegion ?? null)));
  if (said.exitAfterHours && !said.alwaysOpen) texts.push(t("hours.exitAnytime"));
  if (said.asksOutsideHours && !said.alwaysOpen) texts.push(t("hours.askOutside"));
  return texts;
}

function sentence(words: string): string {
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

function ruleText(rule: HoursRule, region: string | null): string {
  const when = whenText(rule, region);
  if (!rule.open) {
    return rule.spans.length === 0 ? t("hours.ruleClosed", { when }) : t("hours.ruleClosedTimes", { when, times: timesText(rule.spans) });
  }
  const times = rule.spans.length === 0 ? t("hours.wholeDay") : timesText(rule.spans);
  return t(rule.added ? "hours.ruleAdded" : "hours.rule", { when, times });
}

function whenText(rule: HoursRule, region: string | null): string {
  const parts: string[] = [];
  if (rule.dates.length > 0) parts.push(list(rule.dates.map(datesText)));
  const days = rule.weekdays.length === 7 ? [t("hours.everyDay")] : runs(rule.weekdays).map(runText);
  const holidays = region ? t("hours.holidaysOf", { region: regionName(region) }) : t("hours.holidays");
  if (rule.holidays === "ONLY") parts.push(days.length > 0 ? t("hours.holidaysOn", { holidays, days: list(days) }) : holidays);
  else if (rule.holidays === "TOO") parts.push(list([...days, holidays]));
  else if (days.length > 0) parts.push(list(days));
  else if (parts.length === 0) parts.push(t("hours.everyDay"));
  return parts.join(", ");
}

function runText([first, last]: [number, number]): string {
  const name = (day: number) => shortWeekdayName(WEEKDAYS[day - 1] as string);
  return first === last ? name(first) : `${name(first)}–${name(last)}`;
}

function datesText(dates: string): string {
  const [first = "", last = ""] = dates.split("/");
  const from = calendarDay(first);
  return first === last ? from : `${from} – ${calendarDay(last)}`;
}

function timesText(spans: readonly string[]): string {
  return list(
    spans.map((span) => {
      const [from = "", to = ""] = span.split("-");
      return `${from}–${ofDay(to)}`;
    }),
  );
}

/** "30:00" is 06:00 of the next day. */
function ofDay(time: string): string {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return time <= DAY_END ? time : `${String(hour - 24).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

/** "Open now, until Mon 18:00". */
export function nowText(said: Availability): string {
  const { timeZone, open, opensAt, closesAt, alwaysOpen } = said;
  if (alwaysOpen) return t("hours.always");
  if (open) return closesAt ? t("hours.openUntil", { time: dayAndTime(minuteOf(closesAt), timeZone) }) : t("hours.open");
  return opensAt ? t("hours.opensAt", { time: dayAndTime(minuteOf(opensAt), timeZone) }) : t("hours.closedLong");
}

/** What counts beside the hours, where it is not what counts everywhere. */
export function limitTexts(said: Availability): string[] {
  const texts: string[] = [];
  if (said.leadMinutes > 0) texts.push(t("hours.lead", { duration: duration(said.leadMinutes) }));
  texts.push(t("hours.stay", { least: duration(said.minStayMinutes), most: duration(said.maxStayMinutes) }));
  return texts;
}
