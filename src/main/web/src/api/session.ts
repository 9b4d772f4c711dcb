// Who is signed in. The access token lives in memory; the refresh token in localStorage, and each is used once: one tab at a
// time rotates it (a lock across tabs), because using an old one twice ends the session everywhere.
import { computed, signal } from "@preact/signals";
import { config } from "../config";
import { recall, remember } from "../storage";
import type { Session, User } from "./types";

const REFRESH_KEY = "berth.refresh";
const USER_KEY = "berth.user";
const LOCK = "berth.refresh";
const RENEW_BEFORE_MILLIS = 30_000;

function storedUser(): User | null {
  if (!recall(REFRESH_KEY)) return null;
  try {
    return JSON.parse(recall(USER_KEY) ?? "null") as User | null;
  } catch {
    return null;
  }
}

export const user = signal<User | null>(storedUser());
export const signedIn = computed(() => user.value !== null);
/** Whether that is somebody without an account, who is here for what they have booked. */
export const isGuest = computed(() => user.value?.roles.includes("GUEST") ?? false);

let access: { token: string; endsAtMillis: number } | null = null;
let renewal: Promise<string | null> | null = null;

addEventListener("storage", (event) => {
  if (event.key !== REFRESH_KEY) return;
  if (event.newValue === null) {
    access = null;
    user.value = null;
  } else if (!user.peek()) user.value = storedUser();
});

export function keepSession(session: Session): void {
  access = { token: session.accessToken, endsAtMillis: Date.now() + session.expiresIn * 1000 };
  remember(REFRESH_KEY, session.refreshToken);
  const known = session.user ?? user.peek();
  if (known) {
    remember(USER_KEY, JSON.stringify(known));
    user.value = known;
  }
}

/** The account after a change of it. */
export function keepUser(changed: User): void {
  if (user.peek()?.id !== changed.id) return;
  remember(USER_KEY, JSON.stringify(changed));
  user.value = changed;
}

export function dropSession(): void {
  access = null;
  remember(REFRESH_KEY, null);
  remember(USER_KEY, null);
  user.value = null;
}

export function refreshTokenOf(): string | null {
  return recall(REFRESH_KEY);
}

/** A token that is good for a while, renewed when needed; null when nobody is signed in. `refused` names one that is not. */
export async function accessToken(refused?: string): Promise<string | null> {
  if (access && access.token !== refused && access.endsAtMillis - Date.now() > RENEW_BEFORE_MILLIS) return access.token;
  if (!recall(REFRESH_KEY)) return null;
  renewal ??= exclusively(renew).finally(() => (renewal = null));
  return renewal;
}

/** For what uses the refresh token up: no other tab does so meanwhile. */
export async function exclusively<T>(task: () => Promise<T>): Promise<T> {
  return navigator.locks ? await navigator.locks.request(LOCK, task) : task();
}

async function renew(): Promise<string | null> {
  const refreshToken = recall(REFRESH_KEY);
  if (!refreshToken) return null;
  let answer: Response;
  try {
    answer = await fetch(`${config.peek().apiBase}/auth/refresh`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ refreshToken }),
    });
  } catch {
    return null;
  }
  if (answer.ok) {
    keepSession((await answer.json()) as Session);
    return access?.token ?? null;
  }
  if (answer.status === 400 || answer.status === 401 || answer.status === 403) dropSession();
  return null;
}
