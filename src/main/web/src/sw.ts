// Keeps the app's shell, so that it opens without a network. Never keeps answers of the API, the bridge or tiles: what must
// be there offline (bookings with their passes) the page keeps itself.
interface ShellWorker {
  addEventListener(type: string, listener: (event: ShellEvent) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  location: Location;
}
interface ShellEvent extends Event {
  request: Request;
  waitUntil(work: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
}

const worker = self as unknown as ShellWorker;
const CACHE = `berth-${BUILD}`;
const NETWORK_PATIENCE_MILLIS = 4_000;
const LIVE_ONLY = ["/api/", "/eventbus", "/dev/", "/docs", "/health", "/openapi.yaml", "/media/"];

worker.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(SHELL))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("berth-") && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => worker.clients.claim()),
  );
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== worker.location.origin) return;
  if (LIVE_ONLY.some((path) => address.pathname.startsWith(path))) return;
  if (request.mode === "navigate") event.respondWith(fresh(request, "/"));
  else if (address.pathname === "/config.json") event.respondWith(fresh(request, "/config.json"));
  else if (SHELL.includes(address.pathname)) event.respondWith(kept(request));
});

/** The network's answer; what was kept when it fails or takes too long. */
async function fresh(request: Request, key: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(NETWORK_PATIENCE_MILLIS) });
    // Other pages of the app are the same shell; other documents of the server must not become it.
    if (answer.ok && new URL(request.url).pathname === key) await cache.put(key, answer.clone());
    return answer;
  } catch (error) {
    const known = await cache.match(key);
    if (known) return known;
    throw error;
  }
}

async function kept(request: Request): Promise<Response> {
  return (await caches.match(new URL(request.url).pathname)) ?? fetch(request);
}
