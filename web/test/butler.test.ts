import { describe, expect, it } from "vitest";
import type { Doomed } from "../src/api/butler";
import { because, named, often } from "../src/lib/butler";

const doomed = (policy: string, policyValue: number, more: Partial<Doomed> = {}): Doomed => ({ ratingKey: 1, title: "Pilot", policy, policyValue, ...more });
const [UNWATCHED, WATCHED] = ["autoDeletionItemPolicyUnwatchedLibrary", "autoDeletionItemPolicyWatchedLibrary"];

describe("what is done at night", () => {
  it.each([
    [UNWATCHED, 1, "the show keeps the latest one"],
    [UNWATCHED, 3, "the show keeps the latest 3"],
    [UNWATCHED, -7, "the show keeps what was added in the last 7 days"],
    [WATCHED, 1, "watched, and a day has passed"],
    [WATCHED, 7, "watched, and a week has passed"],
    [WATCHED, 100, "watched"],
  ])("says why an episode goes: %s %i", (policy, value, words) => expect(because(doomed(policy, value))).toBe(words));

  it("names episodes and turns", () => {
    expect(named(doomed(WATCHED, 1, { parentIndex: 2, index: 3 }))).toBe("S2 E3 · Pilot");
    expect(named(doomed(WATCHED, 1))).toBe("Pilot");
    expect([often(1), often(7)]).toEqual(["each night", "every 7 nights"]);
  });
});
