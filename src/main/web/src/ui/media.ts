import { signal } from "@preact/signals";

function matches(query: string) {
  const list = matchMedia(query);
  const matching = signal(list.matches);
  list.addEventListener("change", (event) => (matching.value = event.matches));
  return matching;
}

/** List beside the map; below, the list is a sheet over it. */
export const isWide = matches("(min-width: 1024px)");

export const isOnline = signal(navigator.onLine);
addEventListener("online", () => (isOnline.value = true));
addEventListener("offline", () => (isOnline.value = false));
