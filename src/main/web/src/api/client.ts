// The REST client: problems as errors in plain words, an access token when there is one, repeatable writes.
import { config } from "../config";
import { minuteOf, readerZone } from "../domain/zone";
import { type MessageKey, dayAndTime, duration, language, t, text } from "../i18n";
import { accessToken, dropSession } from "./session";

const TIMEOUT_MILLIS = 20_000;
const TABLE_PAGES_MAX = 50;

export interface FieldProblem {
  pointer: string;
  detail: string;
}

/** An answer that is not a success, or none at all (`NETWORK`, `TIMEOUT`). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly fields: FieldProblem[] = [],
    readonly retryAfterSeconds: number | null = null,
    readonly problem: Record<string, unknown> = {},
  ) {
    super(detail || code);
  }

  /** Whether the request may have been carried out although no answer came. */
  get isUnknown(): boolean {
    return this.status === 0 || this.status === 503 || this.status === 504;
  }

  fieldDetail(name: string): string | null {
    return this.fields.find((field) => field.pointer.endsWith(`/${name}`))?.detail ?? null;
  }
}

export interface RequestOptions {
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  idempotencyKey?: string;
  ifMatch?: string;
  signal?: AbortSignal;
  /** Sends no token even when there is one. */
  anonymous?: boolean;
}

export interface Answer<T> {
  data: T;
  etag: string | null;
}

export async function call<T>(method: string, path: string, options: RequestOptions = {}): Promise<Answer<T>> {
  const token = options.anonymous ? null : await accessToken();
  let answer = await send(method, path, options, token);
  if (answer.status === 401 && token) {
    const fresh = await accessToken(token);
    if (fresh) answer = await send(method, path, options, fresh);
    if (!fresh || answer.status === 401) dropSession();
  }
  if (!answer.ok) throw await problemOf(answer);
  const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
  return { data: (isJson ? await answer.json() : null) as T, etag: answer.headers.get("etag") };
}

/** A file that only the signed-in reader gets, such as a PDF. */
export async function download(path: string): Promise<Blob> {
  const token = await accessToken();
  const answer = await send("GET", path, {}, token);
  if (!answer.ok) throw await problemOf(answer);
  return answer.blob();
}

/** A table that comes in pages, as one file with one head. */
export async function downloadTable(path: string, query: RequestOptions["query"]): Promise<Blob> {
  const parts: string[] = [];
  let cursor: string | null = null;
  do {
    const answer: Response = await send("GET", path, { query: { ...query, cursor } }, await accessToken());
    if (!answer.ok) throw await problemOf(answer);
    const rows = await answer.text();
    parts.push(parts.length === 0 ? rows : rows.slice(rows.indexOf("\r\n") + 2));
    cursor = /[?&]cursor=([^&>]+)/.exec(answer.headers.get("link") ?? "")?.[1] ?? null;
  } while (cursor !== null && parts.length < TABLE_PAGES_MAX);
  return new Blob(parts, { type: "text/csv;charset=utf-8" });
}

export const api = {
  get: <T>(path: string, query?: RequestOptions["query"], signal?: AbortSignal) =>
    call<T>("GET", path, { query, signal }).then((answer) => answer.data),
  post: <T>(path: string, body?: unknown, idempotencyKey: string = newKey()) =>
    call<T>("POST", path, { body, idempotencyKey }).then((answer) => answer.data),
  put: <T>(path: string, body?: unknown, ifMatch?: string) => call<T>("PUT", path, { body, ifMatch }).then((answer) => answer.data),
  patch: <T>(path: string, body: unknown) => call<T>("PATCH", path, { body }).then((answer) => answer.data),
  remove: (path: string, ifMatch?: string) => call<void>("DELETE", path, { ifMatch }).then(() => undefined),
};

export function newKey(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function send(method: string, path: string, options: RequestOptions, token: string | null): Promise<Response> {
  const headers: Record<string, string> = {
    Accept: "application/json, application/problem+json, */*;q=0.1",
    // A new account's mails come in the page's language, whatever the browser's is.
    "Accept-Language": language.peek(),
  };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (options.idempotencyKey) headers["Idempotency-Key"] = options.idempotencyKey;
  if (options.ifMatch) headers["If-Match"] = options.ifMatch;
  const timeout = AbortSignal.timeout(TIMEOUT_MILLIS);
  try {
    return await fetch(config.peek().apiBase + path + queryText(options.query), {
      method,
      headers,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(0, timeout.aborted ? "TIMEOUT" : "NETWORK", "");
  }
}

function queryText(query: RequestOptions["query"]): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== "" && value !== false) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `?${text}` : "";
}

async function problemOf(answer: Response): Promise<ApiError> {
  let problem: Record<string, unknown> = {};
  try {
    problem = (await answer.json()) as Record<string, unknown>;
  } catch {
    // No body, or something between the page and the server spoke.
  }
  const retryAfter = Number(answer.headers.get("retry-after"));
  return new ApiError(
    answer.status,
    String(problem.code ?? `HTTP_${answer.status}`),
    String(problem.detail ?? ""),
    Array.isArray(problem.errors) ? (problem.errors as FieldProblem[]) : [],
    Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
    problem,
  );
}

/** What happened, in the reader's words. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return t("error.unexpected");
  if (error.code === "RATE_LIMITED" || error.status === 429) {
    return error.retryAfterSeconds ? t("error.tooManyIn", { count: error.retryAfterSeconds }) : t("error.tooMany");
  }
  if (error.code === "PAYMENT_DECLINED") {
    // The provider's own words come in English only.
    const reason = text(`decline.${String(error.problem.declineCode)}`) ?? t("decline.other");
    return t("error.PAYMENT_DECLINED", { detail: reason });
  }
  const stay = explainStay(error);
  if (stay) return stay;
  const known = text(`error.${error.code}`, { detail: error.detail });
  if (known) return known;
  const byStatus: Record<number, MessageKey> = {
    0: "error.NETWORK",
    401: "error.UNAUTHORIZED",
    403: "error.FORBIDDEN",
    404: "error.NOT_FOUND",
    412: "error.changedMeanwhile",
    503: "error.busy",
  };
  const fallback = byStatus[error.status];
  if (fallback) return t(fallback);
  return error.detail || t(error.status >= 500 ? "error.server" : "error.unexpected");
}

/** Why a place does not take a stay, and when it would. */
function explainStay({ code, problem }: ApiError): string | null {
  const zone = typeof problem.timeZone === "string" ? problem.timeZone : readerZone();
  const at = (member: string) => (typeof problem[member] === "string" ? dayAndTime(minuteOf(problem[member] as string), zone) : null);
  const length = (member: string) => duration(Number(problem[member]));
  switch (code) {
    case "PLACE_CLOSED": {
      const [last, opens] = [at("latestTo"), at("opensAt")];
      if (last) return t("error.closedAtEnd", { time: last });
      return opens ? t("error.closedUntil", { time: opens }) : t("error.closedLong");
    }
    case "STAY_TOO_SOON":
      return t("error.STAY_TOO_SOON", { time: at("earliestFrom") ?? "" });
    case "STAY_TOO_FAR_AHEAD":
      return t("error.STAY_TOO_FAR_AHEAD", { time: at("latestFrom") ?? "" });
    case "STAY_TOO_SHORT":
      return t("error.STAY_TOO_SHORT", { duration: length("minStayMinutes") });
    case "STAY_TOO_LONG":
      return t("error.STAY_TOO_LONG", { duration: length("maxStayMinutes") });
    default:
      return null;
  }
}

export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
