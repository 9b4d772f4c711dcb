// What the server tells the signed-in user alone: inbox and states of bookings.
import { effect, signal } from "@preact/signals";
import { accessToken, user } from "../api/session";
import type { Booking, Notification } from "../api/types";
import { subscribe } from "./connection";

const RETRY_MILLIS = 10_000;
const RENEW_MILLIS = 500;

export type OwnMessage = { kind: "notification"; notification: Notification } | { kind: "booking"; booking: Partial<Booking> & { id: string } };

type Listener = (message: OwnMessage) => void;
const listeners = new Set<Listener>();
/** Grows whenever messages may have been missed, so that pages fetch again. */
export const ownResync = signal(0);

export function onOwnMessage(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Follows whoever is signed in. */
export function startOwn(): void {
  let close: (() => void) | null = null;
  let current: string | null = null;
  const open = (id: string) => {
    close?.();
    close = subscribe({
      address: `user.${id}`,
      headers: async () => {
        const token = await accessToken();
        return token ? { Authorization: `Bearer ${token}` } : ({} as Record<string, string>);
      },
      onSubscribed: () => ownResync.value++,
      onMessage: (body) => {
        if ((body as { reload?: boolean }).reload) ownResync.value++;
        else for (const listener of listeners) listener(body as OwnMessage);
      },
      // A token ends while the socket lives: another one is at hand at once. Anything else can wait.
      onRefused: (error) => {
        const ended = error.failureType === "token_expired" || error.failureType === "not_logged_in";
        setTimeout(() => current === id && open(id), ended ? RENEW_MILLIS : RETRY_MILLIS);
      },
    });
  };
  effect(() => {
    const id = user.value?.id ?? null;
    if (id === current) return;
    current = id;
    close?.();
    close = null;
    if (id) open(id);
  });
}
