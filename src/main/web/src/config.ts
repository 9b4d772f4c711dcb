import { signal } from "@preact/signals";
import type { ServerConfig } from "./api/types";

const WITHOUT_SERVER: ServerConfig = {
  tileUrl: null,
  tileAttribution: null,
  apiBase: "/api/v1",
  demo: null,
  node: "",
  dataAttribution: null,
};

/** What the server tells the page; the page works with the defaults until it has come. */
export const config = signal<ServerConfig>(WITHOUT_SERVER);

/** Whether the server has spoken, so that the map need not draw a ground that it drops at once. */
export const configLoaded = signal(false);

export async function loadConfig(): Promise<void> {
  try {
    const answer = await fetch("/config.json", { cache: "no-cache" });
    if (answer.ok) config.value = { ...WITHOUT_SERVER, ...((await answer.json()) as Partial<ServerConfig>) };
  } catch {
    // Offline: the defaults do.
  } finally {
    configLoaded.value = true;
  }
}
