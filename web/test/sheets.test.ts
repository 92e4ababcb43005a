import { describe, expect, it } from "vitest";
import type { Sheets } from "../src/api/types";
import { percent, placeAt } from "../src/lib/sheets";

const sheets = (count: number): Sheets => ({ interval: 2000, count, columns: 8, rows: 8, width: 320, height: 180, Sheet: [] });

describe("where the picture of a moment lies", () => {
  it.each([
    [0, { sheet: 0, column: 0, row: 0, columns: 8, rows: 8 }],
    [1999, { sheet: 0, column: 0, row: 0, columns: 8, rows: 8 }],
    [19_000, { sheet: 0, column: 1, row: 1, columns: 8, rows: 8 }],
    [127_999, { sheet: 0, column: 7, row: 7, columns: 8, rows: 8 }],
    [128_000, { sheet: 1, column: 0, row: 0, columns: 8, rows: 2 }],
    [9_999_999, { sheet: 1, column: 1, row: 1, columns: 8, rows: 2 }],
    [-5, { sheet: 0, column: 0, row: 0, columns: 8, rows: 8 }],
  ])("at %d ms", (ms, place) => expect(placeAt(sheets(74), ms)).toEqual(place));

  it("a sheet of less than a row is as wide as it has pictures", () =>
    expect(placeAt(sheets(3), 5000)).toEqual({ sheet: 0, column: 2, row: 0, columns: 3, rows: 1 }));

  it("where there are none there is no place", () => expect(placeAt(sheets(0), 0)).toBeUndefined());
});

it("counts as CSS does", () => expect([percent(0, 1), percent(0, 8), percent(7, 8)]).toEqual([0, 0, 100]));
