// Can this browser play this file as it is? The file's container and codecs become the media type that
// `canPlayType` wants (RFC 6381 codec strings); the browser's own answer decides. Pure: the browser is a parameter.
import type { Media, Stream } from "../api/types";
import { truthy } from "./values";

/** `HTMLMediaElement.canPlayType`: "" means no. */
export type CanPlay = (type: string) => string;

export type Verdict = { playable: true } | { playable: false; reason: string };

const VIDEO_CONTAINERS: Record<string, string> = {
  mp4: "video/mp4",
  m4v: "video/mp4",
  mov: "video/mp4",
  mkv: "video/x-matroska",
  matroska: "video/x-matroska",
  webm: "video/webm",
  ogg: "video/ogg",
  ogv: "video/ogg",
  mpegts: "video/mp2t",
  ts: "video/mp2t",
  m2ts: "video/mp2t",
  avi: "video/x-msvideo",
  "3gp": "video/3gpp",
};

const AUDIO_CONTAINERS: Record<string, string> = {
  mp3: "audio/mpeg",
  mp4: "audio/mp4",
  m4a: "audio/mp4",
  m4b: "audio/mp4",
  aac: "audio/aac",
  adts: "audio/aac",
  flac: "audio/flac",
  ogg: "audio/ogg",
  oga: "audio/ogg",
  opus: "audio/ogg",
  wav: "audio/wav",
  webm: "audio/webm",
  mka: "audio/x-matroska",
  mkv: "audio/x-matroska",
  aiff: "audio/x-aiff",
};

/** Containers that hold one codec only and are asked for by their type alone. */
const BARE = new Set(["audio/mpeg", "audio/aac", "audio/flac", "audio/x-aiff"]);

const NAMES: Record<string, string> = {
  h264: "H.264",
  hevc: "HEVC",
  h265: "HEVC",
  av1: "AV1",
  vp8: "VP8",
  vp9: "VP9",
  mpeg4: "MPEG-4",
  msmpeg4v3: "MPEG-4 (DivX 3)",
  mpeg2video: "MPEG-2",
  mpeg1video: "MPEG-1",
  vc1: "VC-1",
  wmv3: "WMV",
  prores: "ProRes",
  theora: "Theora",
  mjpeg: "Motion JPEG",
  aac: "AAC",
  ac3: "Dolby Digital (AC-3)",
  eac3: "Dolby Digital Plus (E-AC-3)",
  dca: "DTS",
  dts: "DTS",
  truehd: "Dolby TrueHD",
  opus: "Opus",
  vorbis: "Vorbis",
  flac: "FLAC",
  alac: "Apple Lossless",
  mp3: "MP3",
  mp2: "MP2",
  pcm: "PCM",
  wmav2: "WMA",
  srt: "SubRip",
  subrip: "SubRip",
  ass: "ASS",
  ssa: "SSA",
  webvtt: "WebVTT",
  vtt: "WebVTT",
  mov_text: "MP4 text",
  tx3g: "MP4 text",
  pgs: "PGS",
  hdmv_pgs_subtitle: "PGS",
  vobsub: "VobSub",
  dvd_subtitle: "VobSub",
  dvb_subtitle: "DVB",
};

/** The name people know a codec by. */
export function codecName(codec: string | undefined): string {
  if (!codec) return "";
  const key = codec.toLowerCase();
  return NAMES[key] ?? (key.startsWith("pcm") ? "PCM" : codec.toUpperCase());
}

const hex = (value: number) => value.toString(16).padStart(2, "0");

function h264String(stream: Stream | undefined, profile: string | undefined): string {
  const name = (stream?.profile ?? profile ?? "high").toLowerCase();
  const bits =
    name.includes("4:4:4") ? "f400"
    : name.includes("4:2:2") ? "7a00"
    : name.includes("10") ? "6e00"
    : name.includes("constrained") ? "42e0"
    : name.includes("baseline") ? "4200"
    : name.includes("main") ? "4d00"
    : "6400";
  return `avc1.${bits}${hex(stream?.level && stream.level > 0 ? stream.level : 40)}`;
}

function hevcString(stream: Stream | undefined, profile: string | undefined): string {
  const ten = (stream?.bitDepth ?? 8) > 8 || (stream?.profile ?? profile ?? "").includes("10");
  const level = stream?.level && stream.level > 0 ? stream.level : 120;
  return ten ? `hvc1.2.4.L${level}.B0` : `hvc1.1.6.L${level}.B0`;
}

/** The RFC 6381 string of a video codec, or "" for one that no browser is known to play. */
export function videoString(codec: string, stream?: Stream, profile?: string): string {
  const depth = String(stream?.bitDepth ?? 8).padStart(2, "0");
  switch (codec.toLowerCase()) {
    case "h264":
      return h264String(stream, profile);
    case "hevc":
    case "h265":
      return hevcString(stream, profile);
    case "av1":
      return `av01.0.08M.${depth}`;
    case "vp9":
      return depth === "08" ? "vp09.00.40.08" : `vp09.02.40.${depth}`;
    case "vp8":
      return "vp8";
    case "theora":
      return "theora";
    case "mpeg4":
      return "mp4v.20.9";
    default:
      return "";
  }
}

/** The RFC 6381 string of an audio codec, or "" for one that no browser is known to play. */
export function audioString(codec: string): string {
  const name = codec.toLowerCase();
  const known: Record<string, string> = {
    aac: "mp4a.40.2",
    mp3: "mp3",
    ac3: "ac-3",
    eac3: "ec-3",
    opus: "opus",
    vorbis: "vorbis",
    flac: "flac",
    alac: "alac",
  };
  return known[name] ?? (/^pcm/.test(name) ? "1" : "");
}

function streamsOf(media: Media): Stream[] {
  return media.Part?.[0]?.Stream ?? [];
}

function no(reason: string): Verdict {
  return { playable: false, reason };
}

function checkVideo(media: Media, canPlay: CanPlay): Verdict {
  const streams = streamsOf(media);
  const video = streams.find((stream) => stream.streamType === 1);
  const audio = streams.find((stream) => stream.streamType === 2);
  const container = (media.Part?.[0]?.container ?? media.container ?? "").toLowerCase();
  const mime = VIDEO_CONTAINERS[container];
  const videoCodec = video?.codec ?? media.videoCodec ?? "";
  const audioCodec = audio?.codec ?? media.audioCodec ?? "";
  const plays = (codec: string) => codec !== "" && mime !== undefined && canPlay(`${mime}; codecs="${codec}"`) !== "";

  if (mime === undefined || canPlay(mime) === "") {
    // The codec is the better explanation where it would not play in any container either.
    const inMp4 = canPlay(`video/mp4; codecs="${videoString(videoCodec, video, media.videoProfile)}"`) !== "";
    return no(inMp4 || !videoCodec ? `${(container || "unknown").toUpperCase()} container` : `${codecName(videoCodec)} video`);
  }
  if (videoCodec && !plays(videoString(videoCodec, video, media.videoProfile))) {
    const deep = videoCodec === "h264" && (video?.bitDepth ?? 8) > 8 ? " 10-bit" : "";
    return no(`${codecName(videoCodec)}${deep} video`);
  }
  if (video && truthy(video.DOVIPresent) && videoCodec === "hevc" && !plays("dvh1.05.06")) return no("Dolby Vision video");
  if (audioCodec && !plays(audioString(audioCodec))) return no(`${codecName(audioCodec)} sound`);
  return { playable: true };
}

function checkAudio(media: Media, canPlay: CanPlay): Verdict {
  const container = (media.Part?.[0]?.container ?? media.container ?? "").toLowerCase();
  const codec = media.audioCodec ?? streamsOf(media).find((stream) => stream.streamType === 2)?.codec ?? "";
  const mime = AUDIO_CONTAINERS[container];
  if (mime === undefined) return no(`${(container || codec || "unknown").toUpperCase()} container`);
  if (canPlay(mime) === "") return no(codec ? `${codecName(codec)} sound` : `${container.toUpperCase()} container`);
  if (BARE.has(mime) || !codec) return { playable: true };
  const text = audioString(codec);
  if (text === "" || canPlay(`${mime}; codecs="${text}"`) === "") return no(`${codecName(codec)} sound`);
  return { playable: true };
}

/** Whether the browser plays this version of an item as it is, and if not, because of what. */
export function judge(media: Media, canPlay: CanPlay): Verdict {
  if (!media.Part?.length) return no("no file");
  return media.videoCodec || streamsOf(media).some((stream) => stream.streamType === 1)
    ? checkVideo(media, canPlay)
    : checkAudio(media, canPlay);
}

/** The sentence about a file that the browser does not play as it is. */
export function refusal(reason: string): string {
  if (reason === "no file") return "The file is not there at the moment.";
  return `Is converted while it plays (${reason}).`;
}

/** The best version: one that the browser plays as it is; of equals the largest picture, then the highest bit rate. */
export function bestVersion(versions: Media[], canPlay: CanPlay): Media | undefined {
  const asItIs = (media: Media) => Number(judge(media, canPlay).playable);
  return versions
    .filter((media) => media.Part?.length)
    .sort((a, b) => asItIs(b) - asItIs(a) || (b.height ?? 0) - (a.height ?? 0) || (b.bitrate ?? 0) - (a.bitrate ?? 0))[0];
}

const TEXT_SUBTITLES = new Set(["srt", "subrip", "ass", "ssa", "vtt", "webvtt", "mov_text", "tx3g", "smi", "text"]);

const STYLED_SUBTITLES = new Set(["ass", "ssa"]);

/** Subtitles that lose something as WebVTT: pictures everything, styled letters their styles. */
export function isDrawnSubtitle(stream: Stream): boolean {
  return stream.streamType === 3 && (!isTextSubtitle(stream) || STYLED_SUBTITLES.has((stream.codec ?? "").toLowerCase()));
}

/** Subtitles that the browser can show once they are WebVTT; the others are pictures. */
export function isTextSubtitle(stream: Stream): boolean {
  return stream.streamType === 3 && TEXT_SUBTITLES.has((stream.codec ?? "").toLowerCase());
}
