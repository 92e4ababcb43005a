// Sources: remotes that are mounted as folders, for the owner. Keys and passwords go out in bodies and never come back.
import { request } from "./client";
import type { Container, Flag } from "./types";

export interface Named {
  name: string;
  value: string;
}

export interface Source {
  name: string;
  /** `REMOTE:PATH`. */
  address: string;
  type: string;
  /** The folder it is mounted at, or under which its files are named. */
  mount: string;
  way: "mount" | "direct";
  state: "mounting" | "ready" | "away" | "waiting" | "stopped";
  reason?: string;
  /** Epoch seconds: since when it is so, and when it is tried again. */
  since: number;
  nextAt?: number;
  cacheBytes?: number;
  /** What the cache may hold; missing when nothing limits it. */
  cacheLimit?: number;
  cacheFull?: Flag;
  uploads?: number;
  storedBytes: number;
  fetchedBytes: number;
  /** In US dollars for a GB. */
  storagePrice: number;
  downloadPrice: number;
  /** In US dollars for this month. */
  storageCost: number;
  downloadCost: number;
  Option?: Named[];
  /** Which secrets are known; what they are is never said. */
  Secret?: { name: string }[];
  Flag?: Named[];
  Risk?: { text: string }[];
  /** Why its last change was taken back. */
  takenBack?: string;
  /** What plays from it and keeps new settings waiting. */
  Held?: { title: string }[];
}

export interface Lack {
  text: string;
  /** What can be done without it. */
  without?: string;
  remedy?: string;
}

export interface Sources {
  sources: Source[];
  lacking: Lack[];
  problem: string;
}

export interface RemoteType {
  name: string;
  title: string;
}

export interface RemoteOption {
  name: string;
  help: string;
  type: string;
  default: string;
  required: Flag;
  secret: Flag;
  advanced: Flag;
  exclusive: Flag;
  provider?: string;
  Example?: { value: string; help: string; provider?: string }[];
}

/** What rclone knows, and what a source has that says no more. */
export interface Known {
  types: RemoteType[];
  flags: Named[];
  storagePrice: number;
  downloadPrice: number;
}

interface SourcesContainer extends Container {
  Source?: Source[];
  Lack?: Lack[];
  problem?: string;
  RemoteType?: RemoteType[];
  RemoteOption?: RemoteOption[];
  Flag?: Named[];
  storagePrice?: number;
  downloadPrice?: number;
}

const place = (name: string) => `/vitascope/sources/${encodeURIComponent(name)}`;

export async function list(signal?: AbortSignal): Promise<Sources> {
  const answer = (await request("/vitascope/sources", { signal, what: "Loading the sources" })) as SourcesContainer;
  return { sources: answer.Source ?? [], lacking: answer.Lack ?? [], problem: answer.problem ?? "" };
}

export async function known(signal?: AbortSignal): Promise<Known> {
  const options = { signal, what: "Loading what kinds of storage there are", explain: true };
  const answer = (await request("/vitascope/remoteTypes", options)) as SourcesContainer;
  return {
    types: answer.RemoteType ?? [],
    flags: answer.Flag ?? [],
    storagePrice: answer.storagePrice ?? 0,
    downloadPrice: answer.downloadPrice ?? 0,
  };
}

export async function options(type: string, signal?: AbortSignal): Promise<RemoteOption[]> {
  const path = `/vitascope/remoteTypes/${encodeURIComponent(type)}`;
  const answer = (await request(path, { signal, what: "Loading what this kind of storage needs" })) as SourcesContainer;
  return answer.RemoteOption ?? [];
}

export async function add(values: Record<string, string>): Promise<void> {
  await request("/vitascope/sources", { method: "POST", body: values, what: "Adding the source" });
}

export async function change(name: string, values: Record<string, string>): Promise<void> {
  await request(place(name), { method: "PUT", body: values, what: "Changing the source" });
}

export async function mountNow(name: string): Promise<void> {
  await request(`${place(name)}/mount`, { method: "POST", what: "Mounting the source", explain: true });
}

export async function remove(name: string): Promise<void> {
  await request(place(name), { method: "DELETE", what: "Removing the source", explain: true });
}
