import { effect, signal } from "@preact/signals";
import { recall, remember } from "./storage";

export type Theme = "system" | "light" | "dark";
export const THEMES: readonly Theme[] = ["system", "light", "dark"];
const KEY = "berth.theme";

const stored = recall(KEY) as Theme | null;
export const theme = signal<Theme>(stored && THEMES.includes(stored) ? stored : "system");

const systemDark = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(systemDark.matches);
systemDark.addEventListener("change", (event) => (systemIsDark.value = event.matches));

/** What is shown, whoever decided it. */
export const isDark = signal(false);

effect(() => {
  isDark.value = theme.value === "dark" || (theme.value === "system" && systemIsDark.value);
  document.documentElement.dataset.theme = isDark.value ? "dark" : "light";
});

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  remember(KEY, chosen === "system" ? null : chosen);
}

export function prefersReducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
