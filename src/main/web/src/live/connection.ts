// The one socket of the page: subscriptions that survive reconnects, requests with a deadline, an honest state.
import { signal } from "@preact/signals";
import EventBus, { type BridgeError, type BridgeMessage, type Callback } from "@vertx/eventbus-bridge-client.js";

const PING_MILLIS = 4_000;
/** Every ping is answered: a socket that says nothing for longer is dead, whatever the browser thinks. */
const SILENCE_LIMIT_MILLIS = 14_000;
const SILENCE_CHECK_MILLIS = 2_000;
const REQUEST_TIMEOUT_MILLIS = 8_000;
const FIRST_DELAY_MILLIS = 400;
const LONGEST_DELAY_MILLIS = 15_000;
const STABLE_AFTER_MILLIS = 10_000;

export type LiveState = "connecting" | "open" | "reconnecting";
type Headers = Record<string, string>;

export interface Subscription {
  address: string;
  headers?: () => Promise<Headers>;
  /** Called on each (re)subscription, before any message of it. */
  onSubscribed?: () => void;
  onMessage: (body: unknown) => void;
  /** The server refused the address, or tells that it dropped messages. */
  onRefused?: (error: BridgeError) => void;
}

export const liveState = signal<LiveState>("connecting");
/** When the page last heard from the server. */
export const lastHeard = signal(0);

const subscriptions = new Map<string, Subscription>();
const callbacks = new Map<string, Callback>();
let bus: EventBus | null = null;
let attempts = 0;
let retryTimer: number | undefined;
let stableTimer: number | undefined;
let heardAt = 0;
let started = false;

export function startLive(): void {
  if (started) return;
  started = true;
  connect();
  addEventListener("online", reconnectNow);
  document.addEventListener("visibilitychange", () => {
    // A hidden page's timers sleep: it counts silence from when it is seen again.
    if (document.visibilityState !== "visible") return;
    heardAt = Date.now();
    reconnectNow();
  });
  setInterval(() => {
    const silent = Date.now() - heardAt > SILENCE_LIMIT_MILLIS;
    if (silent && document.visibilityState === "visible" && isOpen()) bus?.sockJSConn.close();
  }, SILENCE_CHECK_MILLIS);
}

export function isOpen(): boolean {
  return bus?.state === EventBus.OPEN;
}

export function subscribe(subscription: Subscription): () => void {
  subscriptions.set(subscription.address, subscription);
  if (isOpen()) void register(subscription);
  return () => {
    if (subscriptions.get(subscription.address) !== subscription) return;
    subscriptions.delete(subscription.address);
    unregister(subscription.address);
  };
}

export function request<T>(address: string, body: unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    if (!bus || bus.state !== EventBus.OPEN) return reject(new Error("not connected"));
    const timer = setTimeout(() => reject(new Error("no answer")), REQUEST_TIMEOUT_MILLIS);
    bus.send<T>(address, body, {}, (error, message) => {
      clearTimeout(timer);
      if (error || !message) reject(new Error(error?.message ?? error?.failureType ?? "refused"));
      else resolve(message.body);
    });
  });
}

function connect(): void {
  clearTimeout(retryTimer);
  const current = new EventBus(`${location.origin}/eventbus`, {
    vertxbus_ping_interval: PING_MILLIS,
    transports: ["websocket", "xhr-streaming", "xhr-polling"],
  });
  bus = current;
  callbacks.clear();
  current.onerror = () => undefined;
  current.onunhandled = (json) => {
    heard();
    // A refusal or a call to reload may name its address without being a reply.
    if (json.type === "err" && json.address) subscriptions.get(json.address)?.onRefused?.(json);
  };
  current.onopen = () => {
    if (bus !== current) return;
    current.sockJSConn.onheartbeat = heard;
    heard();
    liveState.value = "open";
    stableTimer = window.setTimeout(() => (attempts = 0), STABLE_AFTER_MILLIS);
    for (const subscription of subscriptions.values()) void register(subscription);
  };
  current.onclose = () => {
    if (bus !== current) return;
    clearTimeout(stableTimer);
    bus = null;
    liveState.value = "reconnecting";
    retryTimer = window.setTimeout(connect, nextDelayMillis());
  };
}

function nextDelayMillis(): number {
  const full = Math.min(LONGEST_DELAY_MILLIS, FIRST_DELAY_MILLIS * 2 ** attempts++);
  return full / 2 + (Math.random() * full) / 2;
}

function reconnectNow(): void {
  if (!bus && started) connect();
}

function heard(): void {
  heardAt = Date.now();
  lastHeard.value = heardAt;
}

async function register(subscription: Subscription): Promise<void> {
  const current = bus;
  if (!current) return;
  const headers = subscription.headers ? await subscription.headers() : {};
  const stillWanted = subscriptions.get(subscription.address) === subscription && bus === current;
  if (!stillWanted || current.state !== EventBus.OPEN || callbacks.has(subscription.address)) return;
  const callback: Callback = (error: BridgeError | null, message?: BridgeMessage) => {
    heard();
    if (error) subscription.onRefused?.(error);
    else if (message) subscription.onMessage(message.body);
  };
  callbacks.set(subscription.address, callback);
  current.registerHandler(subscription.address, headers, callback);
  subscription.onSubscribed?.();
}

function unregister(address: string): void {
  const callback = callbacks.get(address);
  callbacks.delete(address);
  if (callback && bus?.state === EventBus.OPEN) bus.unregisterHandler(address, {}, callback);
}
