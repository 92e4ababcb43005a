// What is done at night, and what that would delete.
import { request } from "./client";
import type { Container, Flag, Id } from "./types";

export interface Task {
  name: string;
  title: string;
  description: string;
  /** In days. */
  interval: number;
  enabled: Flag;
}

export interface Doomed {
  ratingKey: Id;
  title: string;
  parentIndex?: number;
  index?: number;
  policy: string;
  policyValue: number;
}

export interface DoomedShow {
  ratingKey: Id;
  title: string;
  Metadata?: Doomed[];
}

export interface Preview {
  /** When the night is, epoch seconds. */
  at: number;
  /** Whether files may be deleted at all. */
  enabled: boolean;
  shows: DoomedShow[];
}

/** The task whose preview it is. */
export const EXPIRING = "DeleteExpiredEpisodes";

export async function tasks(signal?: AbortSignal): Promise<Task[]> {
  const answer = await request("/butler", { signal, what: "Loading what is done at night", root: "ButlerTasks" });
  return (answer as { ButlerTask?: Task[] }).ButlerTask ?? [];
}

export async function preview(signal?: AbortSignal): Promise<Preview> {
  const path = `/butler/${EXPIRING}/preview`;
  const answer = (await request(path, { signal, what: "Loading what would be deleted" })) as Container & Record<string, unknown>;
  return {
    at: Number(answer.at ?? 0),
    enabled: Boolean(answer.enabled),
    shows: (answer.Directory as unknown as DoomedShow[] | undefined) ?? [],
  };
}

export async function begin(name: string): Promise<void> {
  await request(`/butler/${encodeURIComponent(name)}`, { method: "POST", what: "Beginning it", explain: true });
}
