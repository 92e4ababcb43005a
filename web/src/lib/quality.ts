// The qualities of a stream: their order, their names, and the sentence that says what is being played. Pure.
import type { Media } from "../api/types";

/** A number is the most kbit/s that the picture may take. */
export type Quality = "automatic" | "original" | number;

/** A quality of a stream, as its playlist has it. */
export interface Level {
  height: number;
  kbps: number;
  /** The video of the file, copied. */
  copied: boolean;
}

/** What the server decided about one file. */
export interface Delivery {
  mode: "direct" | "stream";
  video: "copy" | "transcode" | "none";
  audio: "copy" | "transcode" | "none";
  burned: boolean;
}

/** The steps that the server has below an original (docs/playback.md). */
const LADDER: Level[] = [
  [1080, 8000],
  [720, 4000],
  [480, 2000],
  [320, 720],
  [240, 320],
].map(([height, kbps]) => ({ height, kbps, copied: false }) as Level);

/** The steps below a file of which no stream was begun yet, the best first. */
export function stepsBelow(media: Media): Level[] {
  const video = media.Part?.[0]?.Stream?.find((stream) => stream.streamType === 1);
  let above = video?.bitrate ?? media.bitrate ?? Infinity;
  return LADDER.filter((step) => {
    const worth = step.height <= (media.height ?? Infinity) && step.kbps * 4 <= above * 3;
    if (worth) above = step.kbps;
    return worth;
  });
}

/** What the address of a playlist says of its quality: `…/original/index.m3u8`, `…/v720-4000/index.m3u8`. */
export function levelOf(address: string, height: number, kbps: number): Level {
  const made = /\/v(\d+)-(\d+)\//.exec(address);
  if (made) return { height: Number(made[1]), kbps: Number(made[2]), copied: false };
  return { height, kbps: Math.round(kbps), copied: true };
}

/** Which of the levels, the worst first, is meant; -1 leaves it to the player. */
export function levelFor(quality: Quality, levels: Level[]): number {
  if (quality === "automatic") return -1;
  if (quality === "original") return levels.length - 1;
  return Math.max(0, levels.findLastIndex((level) => level.kbps <= quality));
}

export function mbits(kbps: number): string {
  return `${(kbps / 1000).toLocaleString("en", { maximumFractionDigits: kbps < 1000 ? 2 : 1 })} Mbit/s`;
}

export function levelName(level: Level): string {
  return `${level.height}p · ${mbits(level.kbps)}`;
}

/** "Direct play", "Original video, sound converted", "Converted 720p 4 Mbit/s". */
export function sentence(delivery: Delivery, level: Level | undefined): string {
  if (delivery.mode === "direct") return "Direct play";
  const sound = delivery.audio === "transcode" ? "sound converted" : "";
  if (delivery.video === "none") return sound ? "Sound converted" : "Original sound";
  const copied = level ? level.copied : delivery.video === "copy";
  if (copied) return sound ? `Original video, ${sound}` : "Original video and sound";
  const picture = level ? `Converted ${level.height}p ${mbits(level.kbps)}` : "Converted";
  return delivery.burned ? `${picture}, with subtitles in the picture` : picture;
}
