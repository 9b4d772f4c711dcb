import { signal } from "@preact/signals";
import { recall, remember } from "../storage";

const KEY = "berth.permit";

/** Whether the driver says that they have a disabled person's permit; kept on this device only. */
export const permit = signal(recall(KEY) === "1");

export function declarePermit(on: boolean): void {
  permit.value = on;
  remember(KEY, on ? "1" : null);
}
