import { describe, expect, it } from "vitest";
import type { Item } from "../src/api/types";
import { bookChapters, readers, series } from "../src/lib/books";

const file = (duration: number, ...chapters: [string, number, number][]): Item =>
  ({
    ratingKey: "1",
    title: "Part",
    type: "track",
    duration,
    Chapter: chapters.map(([tag, startTimeOffset, endTimeOffset]) => ({ tag, startTimeOffset, endTimeOffset })),
  }) as unknown as Item;

const drawn = (files: Item[]) => bookChapters(files).map(({ index, chapter, at }) => [index, chapter.tag, at]);

describe("bookChapters", () => {
  it("counts from the beginning of the book", () => {
    expect(drawn([file(100, ["One", 0, 60], ["Two", 60, 100]), file(50, ["Three", 0, 50])])).toEqual([
      [0, "One", 0],
      [0, "Two", 60],
      [1, "Three", 100],
    ]);
  });
  it("names one that goes on in the next file once", () => {
    expect(drawn([file(100, ["One", 0, 100]), file(100, ["One", 0, 20], ["Two", 20, 100]), file(9, ["Two", 0, 9])])).toEqual([
      [0, "One", 0],
      [1, "Two", 120],
    ]);
  });
  it("keeps two chapters of one name in one file", () => {
    expect(drawn([file(100, ["*", 0, 50], ["*", 50, 100])])).toHaveLength(2);
  });
  it("finds none where there are none", () => expect(drawn([file(100), file(100)])).toEqual([]));
});

describe("who reads it, and its series", () => {
  const book = {
    Role: [{ tag: "Tobias Lark", role: "Narrator" }, { tag: "Somebody", role: "Himself" }],
    Mood: [{ tag: "Mira Holt" }, { tag: "Series: The Long Coast" }],
  } as unknown as Item;
  it("reads them from the agent's tags", () => {
    expect(readers(book)).toEqual(["Tobias Lark"]);
    expect(series(book)).toBe("The Long Coast");
  });
  it("takes styles for readers in what is surely a book", () => {
    const plain = { Style: [{ tag: "Ina Moor" }] } as unknown as Item;
    expect([readers(plain), readers(plain, true)]).toEqual([[], ["Ina Moor"]]);
  });
  it("finds none in an album of songs", () => {
    expect([readers({} as Item), series({} as Item)]).toEqual([[], undefined]);
  });
});
