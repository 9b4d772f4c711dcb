import type { PassHours } from "../api/types";
import { list, shortWeekdayName, t } from "../i18n";

/** When a pass lets in, a line for each window. */
export function passHours(hours: PassHours): string[] {
  if (hours.windows.length === 0) return [t("passes.always")];
  return hours.windows.map((window) => t("passes.window", { days: list(window.days.map(shortWeekdayName)), from: window.from, to: window.to }));
}
