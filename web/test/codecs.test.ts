import { describe, expect, it } from "vitest";
import type { Media, Stream } from "../src/api/types";
import { bestVersion, isDrawnSubtitle, isTextSubtitle, judge, refusal, videoString } from "../src/lib/codecs";

/** What Chromium on Linux answers, as measured: Matroska yes; HEVC, AC-3, AVI, MPEG-TS no. */
function chromium(type: string): string {
  const [mime = "", rest = ""] = type.split(";");
  const containers = ["video/mp4", "video/webm", "video/x-matroska", "audio/mpeg", "audio/mp4", "audio/flac", "audio/ogg", "audio/wav", "audio/aac"];
  if (!containers.includes(mime)) return "";
  if (!rest) return "maybe";
  const codec = /codecs="([^"]*)"/.exec(rest)?.[1] ?? "";
  return /^(avc1|av01|vp09|vp8|mp4a|mp3|opus|vorbis|flac|1$)/.test(codec) ? "probably" : "";
}

/** A browser that also has HEVC, but no Matroska. */
function safari(type: string): string {
  if (!/^(video\/mp4|audio\/mp4|audio\/mpeg)/.test(type)) return "";
  if (!type.includes("codecs")) return "maybe";
  return /"(avc1|hvc1|mp4a|ac-3|ec-3|alac)/.test(type) ? "probably" : "";
}

function film(container: string, video: string, audio: string, extra: Partial<Media> = {}, stream: Partial<Stream> = {}): Media {
  const streams: Stream[] = [
    { id: 1, streamType: 1, codec: video, ...stream },
    { id: 2, streamType: 2, codec: audio },
  ];
  return { id: 1, container, videoCodec: video, audioCodec: audio, Part: [{ id: 1, key: "/p", container, Stream: streams }], ...extra };
}

function song(container: string, codec: string): Media {
  return { id: 1, container, audioCodec: codec, Part: [{ id: 1, key: "/p", container }] };
}

describe("judge", () => {
  it.each([
    film("mp4", "h264", "aac"),
    film("mkv", "h264", "aac"),
    film("mkv", "av1", "opus"),
    film("webm", "vp9", "opus"),
    film("mov", "h264", "aac"),
    song("mp3", "mp3"),
    song("flac", "flac"),
    song("mp4", "aac"),
    song("ogg", "opus"),
    song("wav", "pcm_s16le"),
  ])("$container with $videoCodec/$audioCodec plays in Chromium", (media) => expect(judge(media, chromium)).toEqual({ playable: true }));

  it.each([
    [film("mkv", "hevc", "aac"), "HEVC video"],
    [film("mkv", "h264", "ac3"), "Dolby Digital (AC-3) sound"],
    [film("mp4", "h264", "dca"), "DTS sound"],
    [film("avi", "mpeg4", "mp3"), "MPEG-4 video"],
    [film("mpegts", "h264", "aac"), "MPEGTS container"],
    [film("mkv", "mpeg2video", "ac3"), "MPEG-2 video"],
    [song("mp4", "alac"), "Apple Lossless sound"],
    [song("wma", "wmav2"), "WMA container"],
  ])("%o does not, and says why", (media, reason) => expect(judge(media, chromium)).toEqual({ playable: false, reason }));

  it("asks for ten bits where the file has ten", () => {
    const asked: string[] = [];
    judge(film("mp4", "hevc", "aac", {}, { bitDepth: 10, level: 150 }), (type) => (asked.push(type), "maybe"));
    expect(asked).toContain('video/mp4; codecs="hvc1.2.4.L150.B0"');
  });

  it("leaves it to the browser", () => {
    expect(judge(film("mp4", "hevc", "eac3"), safari)).toEqual({ playable: true });
    expect(judge(film("mkv", "h264", "aac"), safari)).toEqual({ playable: false, reason: "MKV container" });
  });

  it("works on listings, which have no streams", () => {
    const media: Media = { id: 1, container: "mkv", videoCodec: "hevc", audioCodec: "aac", Part: [{ id: 1, key: "/p" }] };
    expect(judge(media, chromium)).toEqual({ playable: false, reason: "HEVC video" });
  });

  it("a silent film has no sound to refuse", () => {
    const media: Media = { id: 1, container: "mp4", videoCodec: "h264", Part: [{ id: 1, key: "/p" }] };
    expect(judge(media, chromium)).toEqual({ playable: true });
  });

  it("knows when there is no file", () => {
    const verdict = judge({ id: 1, container: "mp4" }, chromium);
    expect(verdict).toEqual({ playable: false, reason: "no file" });
    expect(refusal("no file")).not.toContain("conversion");
  });
});

describe("videoString", () => {
  it.each([
    ["High", 40, "avc1.640028"],
    ["main", 31, "avc1.4d001f"],
    ["constrained baseline", 30, "avc1.42e01e"],
    ["high 10", 51, "avc1.6e0033"],
  ])("H.264 %s at level %d is %s", (profile, level, text) => {
    expect(videoString("h264", { id: 1, streamType: 1, profile, level })).toBe(text);
  });
});

describe("bestVersion", () => {
  it("takes the largest one that plays as it is, else the largest one", () => {
    const uhd = film("mkv", "hevc", "aac", { id: 1, height: 2160 });
    const full = film("mkv", "h264", "aac", { id: 2, height: 1080 });
    const small = film("mp4", "h264", "aac", { id: 3, height: 480 });
    expect(bestVersion([uhd, small, full], chromium)?.id).toBe(2);
    const deep = film("mkv", "hevc", "dca", { id: 4, height: 1080 });
    expect(bestVersion([deep, uhd], chromium)?.id).toBe(1);
    expect(bestVersion([{ id: 5, height: 2160 }], chromium)).toBeUndefined();
  });
});

it("subtitles made of pictures are not text", () => {
  const subtitle = (codec: string): Stream => ({ id: 1, streamType: 3, codec });
  expect(["srt", "ass", "mov_text"].every((codec) => isTextSubtitle(subtitle(codec)))).toBe(true);
  expect(["pgs", "vobsub", "dvb_subtitle"].some((codec) => isTextSubtitle(subtitle(codec)))).toBe(false);
  expect(["srt", "mov_text", "ass", "pgs"].map((codec) => isDrawnSubtitle(subtitle(codec)))).toEqual([false, false, true, true]);
});
