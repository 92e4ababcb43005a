import { describe, expect, it } from "vitest";
import { Adaptation, type Came } from "../src/lib/adaptation";
import type { Level } from "../src/lib/quality";

const LEVELS: Level[] = [
  { height: 240, kbps: 320, copied: false },
  { height: 720, kbps: 4000, copied: false },
  { height: 1080, kbps: 9000, copied: true },
];

/** A segment of six seconds over a line of so many kbit/s. */
function came(level: number, line: number, other: Partial<Came> = {}): Came {
  const bytes = ((LEVELS[level]?.kbps ?? 0) * 6 * 1000) / 8;
  return { level, durationS: 6, bytes, waitS: 0.05, loadS: (bytes * 8) / 1000 / line, aheadS: 20, ...other };
}

function settled(adaptation: Adaptation, level: number, line: number): number {
  for (let i = 0; i < 30; i += 1) level = adaptation.after(came(level, line));
  return level;
}

describe("Adaptation", () => {
  it("begins with the best, and stays there while the line carries it", () => {
    const adaptation = new Adaptation(LEVELS);
    expect(adaptation.first).toBe(2);
    expect(settled(adaptation, 2, 12_000)).toBe(2);
  });

  it.each([
    [6000, 1],
    [1000, 0],
    [100, 0],
  ])("goes down on a line of %i kbit/s to level %i", (line, level) => expect(settled(new Adaptation(LEVELS), 2, line)).toBe(level));

  it("climbs again once the line is clearly better, not when it is barely so", () => {
    const adaptation = new Adaptation(LEVELS);
    expect(settled(adaptation, 2, 6000)).toBe(1);
    expect(settled(adaptation, 1, 12_000)).toBe(1);
    expect(settled(adaptation, 1, 20_000)).toBe(2);
  });

  it("does not take waiting for a segment to be made for a slow line", () => {
    const adaptation = new Adaptation(LEVELS);
    expect(adaptation.after(came(2, 50_000, { waitS: 9, aheadS: 2 }))).toBe(2);
    expect(adaptation.after(came(1, 50_000, { waitS: 5, aheadS: 2 }))).toBe(2);
  });

  it("goes below a quality that the server makes too slowly, for a while", () => {
    const adaptation = new Adaptation(LEVELS);
    expect(adaptation.after(came(1, 50_000, { waitS: 9, aheadS: 2 }))).toBe(0);
    expect(adaptation.after(came(0, 50_000))).toBe(0);
    expect(settled(adaptation, 0, 50_000)).toBe(2);
  });

  it("leaves a segment that comes too slowly", () => {
    const adaptation = new Adaptation(LEVELS);
    expect(adaptation.instead(2, 6000)).toBe(1);
    expect(adaptation.instead(2, 50_000)).toBe(1);
    expect(adaptation.instead(0, 10)).toBe(0);
  });
});
