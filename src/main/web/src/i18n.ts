// Texts from messages/*.json; plurals and every format by Intl. The English file types the keys.
import { signal } from "@preact/signals";
import type english from "../messages/en.json";
import { GERMAN_STATES } from "./domain/regions";
import { dateOf, localDay, nowMinute, readerZone } from "./domain/zone";
import { recall, remember } from "./storage";

export type MessageKey = keyof typeof english;
type Message = string | { [form: string]: string };
type Variables = Record<string, string | number>;

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];
const KEY = "berth.language";

function firstLanguage(): Language {
  const stored = recall(KEY);
  if (stored === "en" || stored === "de") return stored;
  return navigator.language.toLowerCase().startsWith("de") ? "de" : "en";
}

export const language = signal<Language>(firstLanguage());
const messages = signal<Record<string, Message>>({});
let locale = "en-GB";
const cache = new Map<string, unknown>();

/** The reader's own variant of the language (12 or 24 hours, say) when the browser has it. */
function localeOf(chosen: Language): string {
  return navigator.languages.find((tag) => tag.toLowerCase().startsWith(`${chosen}-`)) ?? (chosen === "de" ? "de-DE" : "en-GB");
}

async function load(chosen: Language): Promise<void> {
  const module = chosen === "de" ? await import("../messages/de.json") : await import("../messages/en.json");
  locale = localeOf(chosen);
  cache.clear();
  messages.value = module.default as unknown as Record<string, Message>;
  language.value = chosen;
  document.documentElement.lang = chosen;
}

export function loadLanguage(): Promise<void> {
  return load(language.peek());
}

export async function chooseLanguage(chosen: Language): Promise<void> {
  remember(KEY, chosen);
  await load(chosen);
}

function cached<T>(key: string, make: () => T): T {
  let value = cache.get(key) as T | undefined;
  if (value === undefined) {
    value = make();
    cache.set(key, value);
  }
  return value;
}

/** The text of a key. `count` chooses the plural form; other variables fill `{name}`. */
export function t(key: MessageKey, variables: Variables = {}): string {
  return text(key, variables) ?? key;
}

/** For keys made of data (`error.SLOT_TAKEN`): null when there is no such text. */
export function text(key: string, variables: Variables = {}): string | null {
  const message = messages.value[key];
  if (message === undefined) return null;
  let chosen: string;
  if (typeof message === "string") chosen = message;
  else {
    const rules = cached("plural", () => new Intl.PluralRules(locale));
    chosen = message[rules.select(Number(variables.count ?? 0))] ?? message.other ?? "";
  }
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = variables[name];
    return value === undefined ? whole : typeof value === "number" ? number(value) : value;
  });
}

export function number(value: number, digits = 0): string {
  return cached(`number${digits}`, () => new Intl.NumberFormat(locale, { maximumFractionDigits: digits })).format(value);
}

/** An amount in minor units, exact, with its currency. */
export function money(amount: number, currency: string): string {
  messages.value;
  return cached(`money${currency}${amount}`, () => {
    const format = cached(`currency${currency}`, () => new Intl.NumberFormat(locale, { style: "currency", currency }));
    return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
  });
}

export function minorDigits(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

function dateFormat(zone: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  messages.value;
  return cached(`date${name}${zone}`, () => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }));
}

export function time(minute: number, zone: string): string {
  return dateFormat(zone, "time", { hour: "2-digit", minute: "2-digit" }).format(dateOf(minute));
}

export function day(minute: number, zone: string): string {
  return dateFormat(zone, "day", { weekday: "short", day: "numeric", month: "short" }).format(dateOf(minute));
}

export function longDay(minute: number, zone: string): string {
  return dateFormat(zone, "longDay", { weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(dateOf(minute));
}

export function dayAndTime(minute: number, zone: string): string {
  return dateFormat(zone, "both", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(
    dateOf(minute),
  );
}

/** "Fri 21 Nov, 10:15 – 12:15", with both days when the stay crosses midnight. */
export function stayText(from: number, to: number, zone: string): string {
  const format = dateFormat(zone, "range", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  return format.formatRange(dateOf(from), dateOf(to));
}

/** "Today 10:15–12:15", "Sat 22 Nov 10:15–12:15", or with both days when it ends on another one. */
export function shortStay(from: number, to: number, zone: string): string {
  const end = localDay(to - 1, zone);
  const begin = localDay(from, zone);
  const start = `${dayName(from, zone)} ${time(from, zone)}`;
  return end === begin ? `${start}–${time(to, zone)}` : `${start} – ${dayName(to, zone)} ${time(to, zone)}`;
}

function dayName(minute: number, zone: string): string {
  const ahead = localDay(minute, zone) - localDay(nowMinute(), zone);
  if (ahead === 0) return t("time.today");
  if (ahead === 1) return t("time.tomorrow");
  return dateFormat(zone, "dayName", { weekday: "short", day: "numeric", month: "numeric" }).format(dateOf(minute));
}

/** The zone's short name at that time, when it is not the reader's own. */
export function zoneNote(minute: number, zone: string): string | null {
  if (zone === readerZone()) return null;
  const parts = dateFormat(zone, "zone", { timeZoneName: "short" }).formatToParts(dateOf(minute));
  const name = parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
  return t("time.zoneNote", { city: zone.split("/").at(-1)?.replace(/_/g, " ") ?? zone, name });
}

export function duration(minutes: number): string {
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const unit = (value: number, name: "day" | "hour" | "minute") =>
    cached(`unit${name}`, () => new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: name === "day" ? "long" : "short" })).format(value);
  messages.value;
  const parts = [days && unit(days, "day"), hours && unit(hours, "hour"), rest && unit(rest, "minute")].filter(Boolean);
  return parts.length === 0 ? unit(0, "minute") : parts.join(" ");
}

export function distance(meters: number): string {
  messages.value;
  if (meters < 950) {
    const format = cached("meter", () => new Intl.NumberFormat(locale, { style: "unit", unit: "meter", maximumFractionDigits: 0 }));
    return format.format(Math.max(10, Math.round(meters / 10) * 10));
  }
  const format = cached("kilometer", () => new Intl.NumberFormat(locale, { style: "unit", unit: "kilometer", maximumFractionDigits: 1 }));
  return format.format(meters / 1000);
}

/** "5 minutes ago", "in 2 hours". */
export function relative(instant: string): string {
  messages.value;
  const format = cached("relative", () => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }));
  const seconds = Math.round((Date.parse(instant) - Date.now()) / 1000);
  const size = Math.abs(seconds);
  if (size < 60) return format.format(0, "minute");
  if (size < 3_600) return format.format(Math.round(seconds / 60), "minute");
  if (size < 86_400) return format.format(Math.round(seconds / 3_600), "hour");
  return format.format(Math.round(seconds / 86_400), "day");
}

/** A day of the week by its name, MONDAY first. */
export function weekdayName(day: string): string {
  const names = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
  // The fifth of January 1970 was a Monday.
  const date = new Date(Date.UTC(1970, 0, 5 + names.indexOf(day)));
  messages.value;
  return cached("weekday", () => new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" })).format(date);
}

export function shortWeekdayName(day: string): string {
  const names = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
  messages.value;
  const format = cached("shortWeekday", () => new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" }));
  return format.format(new Date(Date.UTC(1970, 0, 5 + names.indexOf(day))));
}

/** A day of the calendar: "2026-12-24", or "--12-24" of every year. */
export function calendarDay(text: string): string {
  messages.value;
  const yearly = text.startsWith("--");
  const date = new Date(`${yearly ? text.replace("--", "2000-") : text}T00:00:00Z`);
  const format = cached(`calendarDay${yearly}`, () =>
    new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: yearly ? undefined : "numeric", timeZone: "UTC" }),
  );
  return format.format(date);
}

/** "Mon 23 Nov" of a day of the calendar. */
export function weekdayAndDay(text: string): string {
  messages.value;
  const format = cached("weekdayAndDay", () => new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }));
  return format.format(new Date(`${text}T00:00:00Z`));
}

/** "November 2026" of a day of the calendar. */
export function monthName(text: string): string {
  messages.value;
  const format = cached("monthName", () => new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" }));
  return format.format(new Date(`${text}T00:00:00Z`));
}

/** "Saturday and Sunday". */
export function list(parts: string[]): string {
  messages.value;
  return cached("list", () => new Intl.ListFormat(locale, { type: "conjunction" })).format(parts);
}

/** A country by its name, with the code of a part of it. */
export function regionName(region: string): string {
  const [country = region, ...parts] = region.split("-");
  messages.value;
  const name = cached("region", () => new Intl.DisplayNames(locale, { type: "region" })).of(country) ?? country;
  const part = country === "DE" ? (GERMAN_STATES[parts.join("-")] ?? parts.join("-")) : parts.join("-");
  return part ? `${part} (${name})` : name;
}
