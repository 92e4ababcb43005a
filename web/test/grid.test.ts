import { describe, expect, it } from "vitest";
import { jumpMarks, MAX_HEIGHT, physicalHeight, scrollTo, shape, thin, toPhysical, toVirtual, virtualHeight, visible } from "../src/lib/grid";

const options = { minCell: 100, gap: 10, rowGap: 20, aspect: 2 / 3, caption: 40 };
const VIEWPORT = 900;

describe("shape", () => {
  it("fits as many columns as there is room for, gaps included", () => {
    expect(shape(320, options).columns).toBe(3);
    expect(shape(319, options).columns).toBe(2);
  });

  it("shares the width out evenly", () => {
    const grid = shape(545, options);
    expect(grid.columns * grid.cellWidth + (grid.columns - 1) * grid.gap).toBeCloseTo(545);
    expect(grid.rowHeight).toBeCloseTo(grid.cellWidth * 1.5 + 40 + 20);
  });

  it("never has no column, however narrow the screen", () => {
    expect(shape(20, options).columns).toBe(1);
    expect(shape(20, { ...options, minColumns: 3 }).columns).toBe(3);
  });
});

describe("visible", () => {
  const grid = shape(650, options); // 6 columns

  it("covers the viewport and the overscan at every scroll position", () => {
    const total = 10_000;
    for (let top = 0; top < virtualHeight(grid, total) - VIEWPORT; top += 777) {
      const range = visible(grid, total, top, VIEWPORT, 2);
      const firstRow = range.first / grid.columns;
      const endRow = Math.ceil(range.end / grid.columns);
      expect(firstRow * grid.rowHeight).toBeLessThanOrEqual(top);
      expect(endRow * grid.rowHeight).toBeGreaterThanOrEqual(Math.min(top + VIEWPORT, virtualHeight(grid, total)));
      expect(range.end - range.first).toBeLessThanOrEqual(grid.columns * (Math.ceil(VIEWPORT / grid.rowHeight) + 6));
      expect(range.offset).toBeCloseTo(firstRow * grid.rowHeight);
    }
  });

  it("is empty for an empty list and whole for a short one", () => {
    expect(visible(grid, 0, 0, VIEWPORT, 2)).toEqual({ first: 0, end: 0, offset: 0 });
    expect(visible(grid, 7, 0, VIEWPORT, 2)).toEqual({ first: 0, end: 7, offset: 0 });
  });

  it("stays inside the list below its end", () => {
    const range = visible(grid, 100, 1e9, VIEWPORT, 2);
    expect(range.end).toBe(100);
    expect(range.first).toBeLessThan(100);
  });
});

describe("a list higher than a browser can lay out", () => {
  const grid = shape(650, options);
  const total = 3_000_000;

  it("is shortened", () => {
    expect(virtualHeight(grid, total)).toBeGreaterThan(MAX_HEIGHT);
    expect(physicalHeight(grid, total)).toBe(MAX_HEIGHT);
  });

  it("shows the first item at the top and the last at the bottom", () => {
    expect(visible(grid, total, 0, VIEWPORT, 0).first).toBe(0);
    expect(visible(grid, total, MAX_HEIGHT - VIEWPORT, VIEWPORT, 0).end).toBe(total);
  });

  it("draws the rows where the screen is", () => {
    for (const top of [0, 1234, 400_000, 5_000_000, MAX_HEIGHT - VIEWPORT]) {
      const range = visible(grid, total, top, VIEWPORT, 0);
      const rows = Math.ceil((range.end - range.first) / grid.columns);
      expect(range.offset).toBeLessThanOrEqual(top + 0.001);
      expect(range.offset + rows * grid.rowHeight).toBeGreaterThanOrEqual(top + VIEWPORT - 0.001);
    }
  });

  it("maps positions there and back", () => {
    for (const top of [0, 1000, 2_500_000, MAX_HEIGHT - VIEWPORT]) {
      expect(toPhysical(grid, total, toVirtual(grid, total, top, VIEWPORT), VIEWPORT)).toBeCloseTo(top, 3);
    }
  });
});

describe("scrollTo", () => {
  it("puts the row of an item at the top", () => {
    for (const total of [5000, 3_000_000]) {
      const grid = shape(650, options);
      for (const index of [0, 5, 6, 4321]) {
        const range = visible(grid, total, scrollTo(grid, total, index, VIEWPORT) + 0.01, VIEWPORT, 0);
        expect(range.first).toBe(Math.floor(index / grid.columns) * grid.columns);
      }
    }
  });
});

describe("jumpMarks", () => {
  const counts = [
    { title: "#", size: 3 },
    { title: "A", size: 10 },
    { title: "B", size: 0 },
    { title: "C", size: 1 },
  ];

  it("adds the counts up", () => {
    expect(jumpMarks(counts)).toEqual([
      { label: "#", index: 0, size: 3 },
      { label: "A", index: 3, size: 10 },
      { label: "C", index: 13, size: 1 },
    ]);
  });

  it("counts from the other end when the list is turned round", () => {
    expect(jumpMarks(counts, true).map((mark) => [mark.label, mark.index])).toEqual([
      ["C", 0],
      ["A", 1],
      ["#", 11],
    ]);
  });

  it("thins out, keeping the ends", () => {
    const letters = [..."ABCDEFGHIJ"];
    expect(thin(letters, 4)).toEqual(["A", "D", "G", "J"]);
    expect(thin(letters, 20)).toBe(letters);
    expect(thin(letters, 1)).toEqual(["A"]);
    expect(thin(letters, 0)).toEqual([]);
  });
});
