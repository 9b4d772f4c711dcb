import type { TariffWindow, Weekday } from "../domain/price";
import { WEEKDAYS } from "../domain/price";
import type { ListingDraft } from "../api/types";
import { list, money, number, regionName, t, weekdayName } from "../i18n";

/** What a tariff says, one sentence for each of its rules. */
export function tariffTexts(tariff: ListingDraft["tariff"]): string[] {
  const price = (amount: number) => money(amount, tariff.currency);
  const most = (amount: number | null | undefined) => (amount == null ? "" : `, ${t("detail.perDay", { price: price(amount) })}`);
  const texts = [t("detail.perHour", { price: price(tariff.hour) }) + most(tariff.day)];
  if (tariff.week != null) texts.push(t("detail.perWeek", { price: price(tariff.week) }));
  if (tariff.month != null) texts.push(t(tariff.monthDays ? "detail.perFourWeeks" : "detail.perMonth", { price: price(tariff.month) }));
  if (tariff.dayStart) texts.push(t("detail.dayStart", { time: tariff.dayStart }));
  if (tariff.weekend) {
    const days = daysText(tariff.weekend.days ?? ["SATURDAY", "SUNDAY"]);
    texts.push(t("detail.onDays", { days, price: price(tariff.weekend.hour) }) + most(tariff.weekend.day));
  }
  if (tariff.holidays) {
    const region = regionName(tariff.holidays.region);
    texts.push(t("detail.onHolidays", { region, price: price(tariff.holidays.hour) }) + most(tariff.holidays.day));
  }
  for (const window of tariff.windows ?? []) texts.push(windowText(window, price(window.maximum)));
  if (tariff.segments?.length || tariff.events?.length) texts.push(t("detail.furtherRules"));
  const { surcharges, tax } = tariff;
  if (surcharges?.ev) texts.push(t("detail.evSurcharge", { price: price(surcharges.ev) }));
  if (surcharges?.oversize) {
    const meters = number((surcharges.oversizeAboveCentimetres ?? 0) / 100, 2);
    texts.push(t("detail.oversizeSurcharge", { price: price(surcharges.oversize), meters }));
  }
  if (tax) texts.push(t(tax.inclusive ? "detail.taxIncluded" : "detail.taxAdded", { percent: number(tax.basisPoints / 100, 2) }));
  return texts;
}

function windowText(window: TariffWindow, price: string): string {
  const { from, to } = window;
  const days = window.days?.length ? `${daysText(window.days)}: ` : "";
  const name = window.name ? `${window.name}: ` : "";
  const text = window.arriveBy
    ? t("detail.earlyBird", { from, to, price, time: window.arriveBy })
    : t("detail.window", { from, to, price });
  return days + name + text;
}

export function daysText(days: readonly Weekday[]): string {
  return list(WEEKDAYS.filter((day) => days.includes(day)).map(weekdayName));
}
