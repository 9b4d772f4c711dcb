import type { JSX } from "preact";

const PATHS = {
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM16.2 16.2 21 21",
  clock: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7.5V12l3 2",
  filters: "M4 7h10M18 7h2M4 17h4M12 17h8M16 4.8v4.4M10 14.8v4.4",
  close: "M6 6l12 12M18 6 6 18",
  back: "M19 12H5M11 6l-6 6 6 6",
  next: "M9 5l7 7-7 7",
  down: "M5 9l7 7 7-7",
  up: "M5 15l7-7 7 7",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  map: "M9 4 3 6.5v13.5l6-2.5 6 2.5 6-2.5V4l-6 2.5L9 4zM9 4v13.5M15 6.5V20",
  ticket: "M4 6h16v4a2 2 0 0 0 0 4v4H4v-4a2 2 0 0 0 0-4V6zM14 6.5v2M14 11v2M14 15.5v2",
  bell: "M6 16v-5a6 6 0 1 1 12 0v5l1.5 2h-15L6 16zM10 21h4",
  heat: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7zM15 15h3v3h-3z",
  home: "M4 11.5 12 4l8 7.5M6 10v10h12V10",
  user: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 20.5a7.5 7.5 0 0 1 15 0",
  car: "M4 16v-3.5l2-5.5a2 2 0 0 1 1.9-1.3h8.2A2 2 0 0 1 18 7l2 5.5V16M3.5 12.5h17M4 16h16v3h-3v-3M4 16v3h3v-3M7 14.3h1M16 14.3h1",
  target: "M12 7a5 5 0 1 1 0 10 5 5 0 0 1 0-10zM12 2v3M12 19v3M2 12h3M19 12h3",
  pin: "M12 21s7-6.5 7-11.5a7 7 0 1 0-14 0C5 14.5 12 21 12 21zM12 7a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z",
  star: "M12 4l2.5 5.1 5.6.8-4 4 .9 5.6-5-2.7-5 2.7.9-5.6-4-4 5.6-.8z",
  bolt: "M13 3 5 14h6l-1 7 8-11h-6z",
  check: "M5 12.5 10 17.5 19.5 7",
  warn: "M12 4 2.5 20h19zM12 10v4.5M12 17.2v.3",
  info: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 11v5.5M12 7.5v.4",
  card: "M3 6h18v12H3zM3 10h18M6.5 14.5h4",
  shield: "M12 3 5 5.5V11c0 4.5 3 8 7 10 4-2 7-5.5 7-10V5.5zM9 11.8l2.2 2.2 4-4.3",
  walk: "M13 3.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3zM8 12l2-4 3-.5 2.5 3.5 2.5 1M12.5 8 11.5 13.5l3 3 1 4.5M11.5 13.5 10.5 17 8 21",
  height: "M5 4h14M5 20h14M12 7v10M9 9.5 12 6.5l3 3M9 14.5l3 3 3-3",
  offline: "M3 3l18 18M5 12.5a10 10 0 0 1 4-2.3M12.5 10a10 10 0 0 1 6.5 2.5M8.5 16a5 5 0 0 1 7 0M12 19.5v.3",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5",
  refresh: "M19 12a7 7 0 1 1-2.1-5M17.5 3.5V7.5H13.5",
  calendar: "M4 6h16v14H4zM4 10h16M8 3.5V7M16 3.5V7",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M5 5l1.7 1.7M17.3 17.3 19 19M19 5l-1.7 1.7M6.7 17.3 5 19",
  globe: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM3 12h18M12 3c3 3 3.5 6 3.5 9s-.5 6-3.5 9c-3-3-3.5-6-3.5-9s.5-6 3.5-9z",
  exit: "M10 4H5v16h5M10 12h10M16 8l4 4-4 4",
  road: "M6 21 9.5 3M18 21 14.5 3M12 20v-3.5M12 13v-2.5M12 7V4.5",
  parking: "M6 4h12v16H6zM10 17V7.5h3a2.6 2.6 0 0 1 0 5.2h-3",
} as const;

export type IconName = keyof typeof PATHS;

/** A line drawing that takes the text's colour. Says nothing to screen readers: what is beside it does. */
export function Icon({ name, size = 20, ...rest }: { name: IconName; size?: number } & Omit<JSX.IntrinsicElements["svg"], "name" | "size">) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false" {...rest}>
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The sign of Berth: a bay with a car in it. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 64 64" width="32" height="32" aria-hidden="true" focusable="false">
      <rect class="logo-ground" width="64" height="64" rx="16" />
      <path class="logo-bay" d="M18 14v36M46 14v36M25 14h14" />
      <rect class="logo-car" x="25" y="26" width="14" height="22" rx="5" />
    </svg>
  );
}
