// The inbox: fetched, and followed live.
import { effect, signal } from "@preact/signals";
import { api } from "../api/client";
import { user } from "../api/session";
import type { Notification, Page } from "../api/types";
import { onOwnMessage, ownResync } from "../live/own";
import { toast } from "../ui/toast";

export const notifications = signal<Notification[]>([]);
export const unread = signal(0);
export const inboxState = signal<"idle" | "loading" | "ready" | "failed">("idle");
export const inboxNext = signal<string | null>(null);
export const inboxError = signal<unknown>(null);

type InboxPage = Page<Notification> & { unread: number };

export async function loadInbox(): Promise<void> {
  if (inboxState.peek() !== "ready") inboxState.value = "loading";
  const before = new Set(notifications.peek().map((item) => item.id));
  try {
    const page = await api.get<InboxPage>("/notifications", { limit: 50 });
    // What was heard while the answer was on its way may be newer than the answer.
    const told = new Set(page.items.map((item) => item.id));
    const newer = notifications.peek().filter((item) => !before.has(item.id) && !told.has(item.id));
    notifications.value = [...newer, ...page.items];
    inboxNext.value = page.next ?? null;
    unread.value = page.unread + newer.filter((item) => !item.readAt).length;
    inboxState.value = "ready";
  } catch (error) {
    inboxError.value = error;
    if (inboxState.peek() !== "ready") inboxState.value = "failed";
  }
}

export async function loadMoreInbox(): Promise<void> {
  const page = await api.get<InboxPage>("/notifications", { limit: 50, cursor: inboxNext.peek() });
  notifications.value = [...notifications.peek(), ...page.items];
  inboxNext.value = page.next ?? null;
}

/** Marked at once, told to the server after. */
export async function markRead(item: Notification): Promise<void> {
  if (item.readAt) return;
  const readAt = new Date().toISOString();
  notifications.value = notifications.peek().map((other) => (other.id === item.id ? { ...other, readAt } : other));
  unread.value = Math.max(0, unread.peek() - 1);
  await api.put(`/notifications/${item.id}/read`).catch(() => loadInbox());
}

export async function markAllRead(): Promise<void> {
  const readAt = new Date().toISOString();
  notifications.value = notifications.peek().map((item) => (item.readAt ? item : { ...item, readAt }));
  unread.value = 0;
  await api.post("/notifications/read-all").catch(() => loadInbox());
}

export function startInbox(): void {
  effect(() => {
    const id = user.value?.id;
    ownResync.value;
    if (id) void loadInbox();
    else {
      notifications.value = [];
      unread.value = 0;
      inboxState.value = "idle";
    }
  });
  onOwnMessage((message) => {
    if (message.kind !== "notification") return;
    const item = message.notification;
    if (notifications.peek().some((other) => other.id === item.id)) return;
    notifications.value = [item, ...notifications.peek()];
    if (!item.readAt) unread.value++;
    toast(item.title);
  });
}
