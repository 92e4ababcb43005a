import { describe, expect, it } from "vitest";
import type { Media } from "../src/api/types";
import { locate, spans, totalMs } from "../src/lib/parts";

const part = (id: number, duration?: number) => ({ id, key: `/p/${id}`, ...(duration === undefined ? {} : { duration }) });
const split: Media = { id: 1, duration: 300, Part: [part(1, 100), part(2, 150), part(3, 50)] };

describe("a film in three files", () => {
  const list = spans(split);

  it("is as long as the files together", () => expect(totalMs(list)).toBe(300));

  it.each([
    [-10, 0, 0],
    [0, 0, 0],
    [99, 0, 99],
    [100, 1, 0],
    [249, 1, 149],
    [250, 2, 0],
    [999, 2, 749],
  ])("position %d lies in file %d at %d", (position, index, localMs) => expect(locate(list, position)).toEqual({ index, localMs }));
});

it("a single file is as long as its version where the file does not say", () => {
  expect(totalMs(spans({ id: 1, duration: 70, Part: [part(1)] }))).toBe(70);
});

it("no file is no length", () => {
  expect(totalMs(spans({ id: 1 }))).toBe(0);
  expect(locate([], 5)).toEqual({ index: 0, localMs: 5 });
});
