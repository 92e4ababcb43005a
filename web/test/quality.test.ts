import { describe, expect, it } from "vitest";
import { levelFor, levelName, levelOf, sentence, stepsBelow, type Delivery, type Level } from "../src/lib/quality";

const LEVELS: Level[] = [
  { height: 240, kbps: 320, copied: false },
  { height: 480, kbps: 2000, copied: false },
  { height: 1080, kbps: 9000, copied: true },
];

describe("levels", () => {
  it("are read from the addresses of their playlists", () => {
    expect(levelOf("session/k/v720-4000/index.m3u8", 714, 1)).toEqual({ height: 720, kbps: 4000, copied: false });
    expect(levelOf("session/k/original/index.m3u8", 800, 6200.4)).toEqual({ height: 800, kbps: 6200, copied: true });
  });

  it.each([
    ["automatic", -1],
    ["original", 2],
    [2000, 1],
    [4000, 1],
    [100, 0],
  ] as const)("%s is level %i", (quality, level) => expect(levelFor(quality, LEVELS)).toBe(level));

  it("have names", () => {
    expect(LEVELS.map(levelName)).toEqual(["240p · 0.32 Mbit/s", "480p · 2 Mbit/s", "1080p · 9 Mbit/s"]);
  });
});

describe("stepsBelow", () => {
  it.each([
    [{ id: 1, height: 1080, bitrate: 12_000 }, [8000, 4000, 2000, 720, 320]],
    [{ id: 1, height: 1080, bitrate: 9000 }, [4000, 2000, 720, 320]],
    [{ id: 1, height: 480, bitrate: 800 }, [320]],
    [{ id: 1, height: 360, bitrate: 470, Part: [{ id: 1, key: "", Stream: [{ id: 1, streamType: 1, bitrate: 400 }] }] }, []],
    [{ id: 1 }, [8000, 4000, 2000, 720, 320]],
  ])("%o", (media, kbps) => expect(stepsBelow(media).map((step) => step.kbps)).toEqual(kbps));
});

describe("sentence", () => {
  const stream: Delivery = { mode: "stream", video: "copy", audio: "copy", burned: false };
  it.each<[Delivery, Level | undefined, string]>([
    [{ ...stream, mode: "direct" }, undefined, "Direct play"],
    [stream, LEVELS[2], "Original video and sound"],
    [{ ...stream, audio: "transcode" }, LEVELS[2], "Original video, sound converted"],
    [{ ...stream, audio: "transcode" }, LEVELS[1], "Converted 480p 2 Mbit/s"],
    [{ ...stream, video: "transcode", burned: true }, LEVELS[1], "Converted 480p 2 Mbit/s, with subtitles in the picture"],
    [{ ...stream, video: "transcode" }, undefined, "Converted"],
    [{ ...stream, video: "none", audio: "transcode" }, undefined, "Sound converted"],
  ])("%o at %o: %s", (delivery, level, said) => expect(sentence(delivery, level)).toBe(said));
});
