// How a version of an item is described in a few words.
import type { Media, Stream } from "../api/types";
import { codecName } from "./codecs";
import { truthy } from "./values";

const HDR_TRANSFERS = new Set(["smpte2084", "arib-std-b67"]);

export function resolution(media: Media): string {
  const name = media.videoResolution ?? "";
  if (!name) return media.height ? `${media.height}p` : "";
  if (/^\d+$/.test(name)) return `${name}p`;
  return name.toUpperCase();
}

export function dynamicRange(media: Media): string {
  const video = media.Part?.[0]?.Stream?.find((stream) => stream.streamType === 1);
  if (!video) return "";
  if (truthy(video.DOVIPresent)) return "Dolby Vision";
  return HDR_TRANSFERS.has(video.colorTrc ?? "") ? "HDR" : "";
}

export function channels(count: number | undefined): string {
  if (!count) return "";
  if (count === 1) return "mono";
  if (count === 2) return "stereo";
  return count > 2 ? `${count - 1}.1` : "";
}

/** `1080p · HDR · H.264 · AAC 5.1 · MKV` */
export function describe(media: Media): string {
  const sound = [codecName(media.audioCodec), channels(media.audioChannels)].filter(Boolean).join(" ");
  return [resolution(media), dynamicRange(media), codecName(media.videoCodec), sound, media.container?.toUpperCase()]
    .filter(Boolean)
    .join(" · ");
}

export function streamTitle(stream: Stream): string {
  const base = stream.extendedDisplayTitle ?? stream.displayTitle;
  if (base) return base;
  const parts = [stream.language ?? stream.languageCode ?? "Unknown", codecName(stream.codec), channels(stream.channels)];
  return [...parts.filter(Boolean), truthy(stream.forced) ? "forced" : ""].filter(Boolean).join(" · ");
}

export function streamsOf(media: Media, type: number): Stream[] {
  return media.Part?.[0]?.Stream?.filter((stream) => stream.streamType === type) ?? [];
}

export function extraName(type: string | number | undefined): string {
  const names: Record<string, string> = {
    1: "Trailer",
    2: "Deleted scene",
    3: "Interview",
    4: "Music video",
    5: "Behind the scenes",
    6: "Scene",
    7: "Live music video",
    8: "Lyric video",
    9: "Concert",
    10: "Featurette",
    11: "Short",
  };
  return names[String(type ?? "")] ?? "Extra";
}
