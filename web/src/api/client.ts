// One place from which every request leaves: headers of the API, the token, errors that say what failed.
import type { Container } from "./types";

export const PRODUCT = "Vitascope Web";
export const VERSION = "0.1.0";

/** A request that failed. `status` is 0 when the server could not be reached at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly what: string;

  constructor(what: string, status: number, detail: string) {
    super(detail);
    this.name = "ApiError";
    this.what = what;
    this.status = status;
  }
}

const TOKEN_KEY = "vitascope.token";
const CLIENT_KEY = "vitascope.client";

function stored(key: string): string {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return ""; // storage may be forbidden; then everything lasts as long as the page
  }
}

function store(key: string, value: string): void {
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    // see above
  }
}

/** `crypto.randomUUID` is missing where a page is not served over HTTPS, which is the usual case at home. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

let token = stored(TOKEN_KEY);
let clientId = stored(CLIENT_KEY);
if (!clientId) {
  clientId = randomId();
  store(CLIENT_KEY, clientId);
}

/** One id per opened page: two tabs are two sessions. */
export const sessionId = randomId();

export function getToken(): string {
  return token;
}

export function setToken(value: string): void {
  token = value.trim();
  store(TOKEN_KEY, token);
}

let whenUnauthorized: () => void = () => undefined;

export function onUnauthorized(handler: () => void): void {
  whenUnauthorized = handler;
}

let whenUnreachable: () => void = () => undefined;

/** Called whenever nobody answered. */
export function onUnreachable(handler: () => void): void {
  whenUnreachable = handler;
}

function platform(): string {
  const agent = navigator.userAgent;
  if (/Firefox\//.test(agent)) return "Firefox";
  if (/Edg\//.test(agent)) return "Microsoft Edge";
  if (/Chrome\//.test(agent)) return "Chrome";
  return /Safari\//.test(agent) ? "Safari" : "Browser";
}

/** Who asks, without the secret: as headers, or in the address of what is not asked for with `fetch`. */
export function clientIdentity(): Record<string, string> {
  return {
    "X-Plex-Client-Identifier": clientId,
    "X-Plex-Product": PRODUCT,
    "X-Plex-Version": VERSION,
    "X-Plex-Platform": platform(),
    "X-Plex-Device": "Browser",
    "X-Plex-Device-Name": `${PRODUCT} (${platform()})`,
    "X-Plex-Session-Identifier": sessionId,
  };
}

function identity(): Record<string, string> {
  const headers = clientIdentity();
  if (token) headers["X-Plex-Token"] = token;
  return headers;
}

export type Params = Record<string, string | number | boolean | undefined | (string | number)[]>;

export function withParams(path: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    if (value === undefined) continue;
    if (Array.isArray(value)) value.forEach((one) => query.append(key, String(one)));
    else query.set(key, value === true ? "1" : value === false ? "0" : String(value));
  }
  const text = query.toString();
  return text ? `${path}${path.includes("?") ? "&" : "?"}${text}` : path;
}

/** What stands before every address of the server: the path below which a proxy serves it, or nothing. */
export function baseOf(pathname: string): string {
  return /^(.*?)\/web(?:\/|$)/.exec(pathname)?.[1] ?? "";
}

const BASE = typeof location === "undefined" ? "" : baseOf(location.pathname);

/** An address for `<img>`, `<video>` and sockets, which cannot send headers. */
export function mediaUrl(path: string, params: Params = {}): string {
  return withParams(BASE + path, token ? { ...params, "X-Plex-Token": token } : params);
}

export interface RequestOptions {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  params?: Params;
  signal?: AbortSignal | undefined;
  /** What was being done, for the person: "Loading the library". */
  what?: string;
  page?: { start: number; size: number };
  keepalive?: boolean;
  /** What is secret goes into the body, never into the address. */
  body?: Record<string, string>;
  /** Asked as a stranger: without the token, and a refusal is for whoever asked. */
  stranger?: boolean;
  /** A refusal of what was only read is explained in the server's words too. */
  explain?: boolean;
  /** What the answer is called, where it is no container of media. */
  root?: string;
}

function explanation(status: number): string {
  if (status === 401) return "The server wants to know who you are.";
  if (status === 403) return "You may not do this.";
  if (status === 404) return "The server does not have it (any more).";
  if (status === 503) return "The server is busy starting up. Try again in a moment.";
  if (status >= 500) return `The server reported an error (${status}).`;
  return `The server refused the request (${status}).`;
}

/** What the server's page of an error says, where it says more than its title. */
async function reason(response: Response): Promise<string> {
  if (![400, 401, 403, 409, 421, 429].includes(response.status)) return "";
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const text = page.querySelector("p")?.textContent?.trim() ?? "";
  return text && `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

export async function request(path: string, options: RequestOptions = {}): Promise<Container> {
  const what = options.what ?? "Asking the server";
  const headers: Record<string, string> = { Accept: "application/json", ...identity() };
  if (options.stranger) delete headers["X-Plex-Token"];
  if (options.body) headers["Content-Type"] = "application/json";
  if (options.page) {
    headers["X-Plex-Container-Start"] = String(options.page.start);
    headers["X-Plex-Container-Size"] = String(options.page.size);
  }
  let response: Response;
  try {
    response = await fetch(withParams(BASE + path, options.params), {
      method: options.method ?? "GET",
      headers,
      signal: options.signal ?? null,
      keepalive: options.keepalive ?? false,
      body: options.body ? JSON.stringify(options.body) : null,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    whenUnreachable();
    throw new ApiError(what, 0, "The server cannot be reached.");
  }
  if (response.status === 401 && !options.stranger) whenUnauthorized();
  if (!response.ok) {
    const asked = (options.method ?? "GET") !== "GET" || options.stranger || options.explain;
    const said = asked ? await reason(response) : "";
    throw new ApiError(what, response.status, said || explanation(response.status));
  }
  const text = await response.text();
  if (!text || !(response.headers.get("content-type") ?? "").includes("json")) return {};
  try {
    return (JSON.parse(text) as Record<string, Container>)[options.root ?? "MediaContainer"] ?? {};
  } catch {
    throw new ApiError(what, response.status, "The server's answer could not be read.");
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

export function asApiError(error: unknown, what: string): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(what, -1, error instanceof Error ? error.message : String(error));
}
