// Updates of the server, which the updater of its machine makes: what it told, and what can be asked of it.
import { request } from "./client";
import type { Container, Flag } from "./types";

export interface Release {
  key: string;
  version: string;
  state: "available" | "downloading" | "downloaded" | "installing" | "tonight" | "skipped" | "error";
  message?: string;
}

export interface Member {
  name: string;
  version: string;
  newer?: string;
  step?: string;
  outcome?: string;
  message?: string;
  at?: number;
}

/** All but `version` and `managed` is missing where no updater looks after this server. */
export interface Updates {
  version: string;
  managed: Flag;
  group?: string;
  member?: string;
  /** Local times of the machine, `HH:MM`. */
  schedule?: string;
  latest?: string;
  automatic?: Flag;
  /** Whether something starts the updater as soon as it is asked. */
  atOnce?: Flag;
  /** Epoch seconds. */
  checkedAt?: number;
  seenAt?: number;
  at?: number;
  step?: string;
  outcome?: string;
  message?: string;
  Release?: Release[];
  Member?: Member[];
}

export async function state(signal?: AbortSignal): Promise<Updates> {
  return (await request("/vitascope/updates", { signal, what: "Loading the state of updates" })) as Container & Updates;
}

export async function check(): Promise<void> {
  await request("/updater/check", { method: "PUT", what: "Asking for a look", explain: true });
}

export async function apply(how: "now" | "tonight" | "skip"): Promise<void> {
  const params = how === "now" ? {} : { [how]: 1 };
  await request("/updater/apply", { method: "PUT", params, what: how === "skip" ? "Passing it over" : "Asking for the update", explain: true });
}
