// Whom the server belongs to, and who one is to it.
import { request } from "./client";
import type { UnknownToken } from "./types";
import { asList } from "../lib/values";

/** Somebody whom the server knows. */
export interface Person {
  name: string;
  /** Whether the server answers to them: settings do to the owner alone. */
  owner: boolean;
}

/** Whether the server belongs to somebody. */
export async function isClaimed(signal?: AbortSignal): Promise<boolean> {
  const answer = await request("/vitascope/claim", { signal, stranger: true, what: "Asking whom the server belongs to" });
  return Boolean(answer.claimed);
}

/** Makes one the owner; answers one's token. */
export async function claim(token: string, name: string, password: string): Promise<string> {
  const body = { token: token.trim(), name, password };
  return (await request("/vitascope/claim", { method: "POST", body, stranger: true, what: "Claiming the server" })).token ?? "";
}

/** A token for who knows a name and its password. */
export async function signIn(name: string, password: string): Promise<string> {
  const body = { name, password };
  return (await request("/vitascope/sign-in", { method: "POST", body, stranger: true, what: "Signing in" })).token ?? "";
}

/** Who one is to the server. */
export async function me(): Promise<Person> {
  const answer = await request("/vitascope/sign-in", { what: "Asking who you are" });
  return { name: String(answer.title || answer.name || ""), owner: Boolean(answer.owner) };
}

/** Ends a token of one's own. */
export async function signOut(token: string): Promise<void> {
  await request("/vitascope/sign-in", { method: "DELETE", body: { token }, what: "Signing out" });
}

/** A new claim token of the server, for its owner. */
export async function claimToken(): Promise<string> {
  return (await request("/vitascope/claim/token", { method: "POST", what: "Making a claim token" })).token ?? "";
}

/** Tools that show a token nobody knows. */
export async function unknownTokens(signal?: AbortSignal): Promise<UnknownToken[]> {
  return asList((await request("/vitascope/unknown-tokens", { signal, what: "Loading unknown tokens" })).UnknownToken);
}

export async function acceptToken(id: number): Promise<void> {
  await request(`/vitascope/unknown-tokens/${id}`, { method: "POST", what: "Accepting the token" });
}

export async function dismissToken(id: number): Promise<void> {
  await request(`/vitascope/unknown-tokens/${id}`, { method: "DELETE", what: "Dismissing the token" });
}
