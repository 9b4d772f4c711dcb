// Wall-clock time in a place's zone. Instants are whole minutes since the epoch everywhere in the app.

/** Where a place does not say its zone. */
export const DEFAULT_ZONE = "Europe/Berlin";

export interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

const MINUTE_MILLIS = 60_000;
const DAY_MINUTES = 1_440;
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  let known = formatters.get(zone);
  if (!known) {
    known = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    });
    formatters.set(zone, known);
  }
  return known;
}

export function wallAt(minute: number, zone: string): Wall {
  const wall: Wall = { year: 0, month: 0, day: 0, hour: 0, minute: 0 };
  for (const part of formatter(zone).formatToParts(minute * MINUTE_MILLIS)) {
    if (part.type in wall) wall[part.type as keyof Wall] = Number(part.value);
  }
  return wall;
}

function asUtcMinute(wall: Wall): number {
  return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute) / MINUTE_MILLIS;
}

/** Minutes that the zone's clock is ahead of UTC at an instant. */
export function offsetAt(minute: number, zone: string): number {
  return asUtcMinute(wallAt(minute, zone)) - minute;
}

/** The number of the local calendar day in which an instant lies. */
export function localDay(minute: number, zone: string): number {
  return Math.floor((minute + offsetAt(minute, zone)) / DAY_MINUTES);
}

/** The instants at which the zone's clock shows this time: none in a DST gap, two when it is set back. */
export function instantsOf(wall: Wall, zone: string): number[] {
  const naive = asUtcMinute(wall);
  const offsets = new Set([offsetAt(naive - DAY_MINUTES, zone), offsetAt(naive + DAY_MINUTES, zone)]);
  return [...offsets]
    .map((offset) => naive - offset)
    .filter((minute) => asUtcMinute(wallAt(minute, zone)) === naive)
    .sort((a, b) => a - b);
}

export function readerZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || DEFAULT_ZONE;
}

export function nowMinute(): number {
  return Math.floor(Date.now() / MINUTE_MILLIS);
}

export function minuteOf(instant: string): number {
  return Math.floor(Date.parse(instant) / MINUTE_MILLIS);
}

export function instantOf(minute: number): string {
  return new Date(minute * MINUTE_MILLIS).toISOString().replace(".000Z", "Z");
}

export function dateOf(minute: number): Date {
  return new Date(minute * MINUTE_MILLIS);
}
