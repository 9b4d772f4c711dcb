// What the signed-in user waits for.
import { effect, signal } from "@preact/signals";
import { api } from "../api/client";
import { signedIn, user } from "../api/session";
import type { Page, Wait } from "../api/types";
import { onOwnMessage } from "../live/own";

export const waits = signal<Wait[]>([]);
export const waitsState = signal<"idle" | "ready" | "failed">("idle");

export async function loadWaits(): Promise<void> {
  if (!signedIn.peek()) {
    waits.value = [];
    waitsState.value = "idle";
    return;
  }
  try {
    waits.value = (await api.get<Page<Wait>>("/waitlist", { limit: 50 })).items;
    waitsState.value = "ready";
  } catch {
    if (waitsState.peek() !== "ready") waitsState.value = "failed";
  }
}

export async function beginToWait(listingId: string, from: string, to: string): Promise<void> {
  const wait = await api.post<Wait>("/waitlist", { listingId, from, to });
  waits.value = [wait, ...waits.peek().filter((other) => other.id !== wait.id)];
}

export async function stopWaiting(id: string): Promise<void> {
  await api.remove(`/waitlist/${id}`);
  waits.value = waits.peek().filter((other) => other.id !== id);
}

// Another user waits for other things.
effect(() => {
  void user.value?.id;
  waits.value = [];
  waitsState.value = "idle";
});

// Who is told of something may have been told of a slot.
onOwnMessage((message) => {
  if (message.kind === "notification" && waitsState.peek() === "ready") void loadWaits();
});
