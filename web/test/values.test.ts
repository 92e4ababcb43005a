import { describe, expect, it } from "vitest";
import type { Item } from "../src/api/types";
import { caption, link } from "../src/lib/labels";
import { following } from "../src/player/next";
import { asList, isPhotoAlbum, isWatched, progressOf, truthy, unwatchedLeaves } from "../src/lib/values";

const item = (fields: Partial<Item>): Item => ({ ratingKey: "1", key: "/library/metadata/1", type: "movie", title: "T", ...fields });

it("flags come as numbers, strings and booleans", () => {
  expect([1, "1", true, "true"].every(truthy)).toBe(true);
  expect([0, "0", false, "", undefined, null, "false"].some(truthy)).toBe(false);
});

it("one or many", () => {
  expect(asList(undefined)).toEqual([]);
  expect(asList(5)).toEqual([5]);
  expect(asList([5, 6])).toEqual([5, 6]);
});

describe("what is seen", () => {
  it("a film that was played", () => {
    expect(isWatched(item({ viewCount: 2 }))).toBe(true);
    expect(isWatched(item({}))).toBe(false);
  });
  it("a show whose episodes were all played", () => {
    expect(isWatched(item({ type: "show", leafCount: 3, viewedLeafCount: 3 }))).toBe(true);
    expect(isWatched(item({ type: "show", leafCount: 3, viewedLeafCount: 2, viewCount: 9 }))).toBe(false);
    expect(isWatched(item({ type: "show", leafCount: 0, viewedLeafCount: 0 }))).toBe(false);
    expect(unwatchedLeaves(item({ type: "show", leafCount: 3, viewedLeafCount: 1 }))).toBe(2);
  });
  it("how far", () => {
    expect(progressOf(item({ viewOffset: 25, duration: 100 }))).toBe(0.25);
    expect(progressOf(item({ viewOffset: 200, duration: 100 }))).toBe(1);
    expect(progressOf(item({ viewOffset: 25 }))).toBe(0);
  });
});

describe("photographs and their folders", () => {
  it("are told apart by their key where both are called photo", () => {
    expect(isPhotoAlbum(item({ type: "photo", key: "/library/metadata/1/children" }))).toBe(true);
    expect(isPhotoAlbum(item({ type: "photoalbum" }))).toBe(true);
    expect(isPhotoAlbum(item({ type: "photo" }))).toBe(false);
  });
  it("lead to the viewer and to the album", () => {
    expect(link(item({ type: "photo", parentRatingKey: "9" }))).toBe("#/photo/1?in=9");
    expect(link(item({ type: "photoalbum" }))).toBe("#/item/1");
    expect(link(item({ type: "track", parentRatingKey: "9" }))).toBe("#/item/9");
  });
});

it("an episode goes by its show's name among other things", () => {
  const episode = item({ type: "episode", title: "Pilot", grandparentTitle: "Show", parentIndex: 1, index: 2 });
  expect(caption(episode, true)).toEqual({ title: "Show", under: "S1 E2 · Pilot" });
  expect(caption(episode)).toEqual({ title: "Pilot", under: "Show · S1 E2" });
});

describe("the next episode", () => {
  const episode = (ratingKey: string, parentIndex: number): Item => item({ ratingKey, parentIndex, type: "episode" });
  const all = [episode("s1", 0), episode("a", 1), episode("b", 1), episode("c", 2), episode("s2", 0)];

  it("may be in the next season", () => expect(following(all, episode("b", 1))?.ratingKey).toBe("c"));
  it("is no special", () => expect(following(all, episode("c", 2))).toBeUndefined());
  it("of a special is a special", () => expect(following(all, episode("s1", 0))?.ratingKey).toBe("s2"));
  it("of a stranger is none", () => expect(following(all, episode("x", 1))).toBeUndefined());
});
