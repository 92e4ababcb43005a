// The service around the server, for its owner: actions, tasks, health, and what the doctor finds.
import { request } from "./client";
import type { Container, Flag } from "./types";

export interface Choice {
  value: string;
  title: string;
}

export interface Field {
  id: string;
  name: string;
  description: string;
  kind: "text" | "secret" | "choices";
  required: Flag;
  least: number;
  pattern?: string;
  patternMeans?: string;
  placeholder?: string;
  mostCharacters: number;
  Choice?: Choice[];
}

export interface Action {
  id: string;
  name: string;
  description: string;
  warning?: string;
  available: Flag;
  /** Why it cannot be run now, and what to do about it. */
  obstacle?: string;
  Field?: Field[];
}

export interface Task {
  id: string;
  severity: "critical" | "important" | "optional";
  reason: string;
  action: string;
  actionName: string;
}

export interface Dependency {
  id: string;
  title: string;
  version: string;
  purpose: string;
}

export interface Check {
  id: string;
  name: string;
  state: "success" | "starting" | "failure" | "disabled";
  message: string;
  detail?: string;
}

export interface Finding {
  subject: string;
  verdict: "good" | "remark" | "bad";
  message: string;
  remedy?: string;
}

interface ServiceContainer extends Container {
  Action?: Action[];
  Task?: Task[];
  Dependency?: Dependency[];
  Check?: Check[];
  Finding?: Finding[];
  message?: string;
}

async function ask(path: string, what: string, signal?: AbortSignal, params = {}): Promise<ServiceContainer> {
  return (await request(path, { signal, what, params })) as ServiceContainer;
}

export async function actions(signal?: AbortSignal): Promise<Action[]> {
  return (await ask("/vitascope/actions", "Loading the actions", signal)).Action ?? [];
}

export async function tasks(signal?: AbortSignal): Promise<{ tasks: Task[]; dependencies: Dependency[] }> {
  const answer = await ask("/vitascope/tasks", "Loading the tasks", signal);
  return { tasks: answer.Task ?? [], dependencies: answer.Dependency ?? [] };
}

export async function checks(fresh: boolean, signal?: AbortSignal): Promise<Check[]> {
  return (await ask("/vitascope/health", "Looking at the health", signal, fresh ? { fresh: 1 } : {})).Check ?? [];
}

export async function findings(signal?: AbortSignal): Promise<Finding[]> {
  return (await ask("/vitascope/doctor", "Examining the server", signal)).Finding ?? [];
}

/** Runs an action; what came of it, for the person. */
export async function run(action: Action, values: Record<string, string>): Promise<string> {
  const answer = (await request(`/vitascope/actions/${encodeURIComponent(action.id)}`, {
    method: "POST",
    body: values,
    what: action.name,
  })) as ServiceContainer;
  return answer.message ?? "Done.";
}

/** How HTTPS is: the own authority, and what is wrong. */
export interface Https {
  authorityFingerprint?: string;
  Trouble?: { text: string }[];
}

export async function https(signal: AbortSignal): Promise<Https> {
  return (await request("/vitascope/https", { signal, what: "Loading how HTTPS is" })) as Https;
}
