import { describe, expect, it } from "vitest";
import { bytes, clock, day, endsAt, length, spoken } from "../src/lib/time";

describe("clock", () => {
  it.each([
    [0, "0:00"],
    [999, "0:00"],
    [59_999, "0:59"],
    [60_000, "1:00"],
    [3_599_000, "59:59"],
    [3_723_000, "1:02:03"],
    [-5, "0:00"],
    [Number.NaN, "0:00"],
    [Number.POSITIVE_INFINITY, "0:00"],
  ])("%d ms is %s", (ms, text) => expect(clock(ms)).toBe(text));
});

describe("length", () => {
  it.each([
    [undefined, ""],
    [0, ""],
    [400, "1 s"],
    [42_000, "42 s"],
    [60_000, "1 min"],
    [5_400_000, "1 h 30 min"],
    [7_200_000, "2 h"],
    [3_599_999, "1 h"],
  ])("%s ms is %s", (ms, text) => expect(length(ms)).toBe(text));
});

describe("spoken", () => {
  it("names only what is there", () => {
    expect(spoken(3_661_000)).toBe("1 hour 1 minute 1 second");
    expect(spoken(120_000)).toBe("2 minutes");
    expect(spoken(0)).toBe("0 seconds");
  });
});

describe("day", () => {
  it("does not move a date into another day, whatever the zone", () => {
    expect(day("2019-05-01", "en-GB")).toBe("1 May 2019");
    expect(day("2019-05-01T23:59:59", "en-GB")).toBe("1 May 2019");
  });
  it("leaves alone what is no date", () => {
    expect(day("2019")).toBe("2019");
    expect(day(undefined)).toBe("");
  });
});

it("endsAt adds what is left", () => {
  expect(endsAt(new Date(2026, 0, 1, 21, 30), 91 * 60_000, "de-DE")).toBe("23:01");
});

it("bytes", () => {
  expect([0, 999, 1000, 1_500_000, 123_456_789, 8_000_000_000].map(bytes)).toEqual(["", "999 B", "1.0 kB", "1.5 MB", "123 MB", "8.0 GB"]);
});
