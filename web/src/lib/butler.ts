// Words for what is done at night. Pure.
import type { Doomed } from "../api/butler";
import { plural } from "./values";

/** How often a task has its turn. */
export const often = (days: number): string => (days === 1 ? "each night" : `every ${days} nights`);

/** Which wish of its show says that an episode is to go. */
export function because(episode: Doomed): string {
  const value = Number(episode.policyValue);
  if (episode.policy.includes("Unwatched")) {
    if (value < 0) return `the show keeps what was added in the last ${plural(-value, "day", "days")}`;
    return value === 1 ? "the show keeps the latest one" : `the show keeps the latest ${value}`;
  }
  if (value === 1) return "watched, and a day has passed";
  return value === 7 ? "watched, and a week has passed" : "watched";
}

/** `S1 E2 · Title`. */
export function named(episode: Doomed): string {
  const code = episode.index === undefined ? "" : `S${episode.parentIndex ?? "?"} E${episode.index}`;
  return [code, episode.title].filter(Boolean).join(" · ");
}
