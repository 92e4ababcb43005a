// What this browser decodes, in the language of profiles (docs/playback.md), so that the server decides with the
// browser's own answers. Pure: the browser is a parameter.
import type { CanPlay } from "./codecs";

export interface Abilities {
  /** Plays it from a file: `HTMLMediaElement.canPlayType`. */
  canPlay: CanPlay;
  /** Plays it from a stream that is made: `MediaSource.isTypeSupported`, or as above where the browser reads HLS itself. */
  canStream: (type: string) => boolean;
  /** The screen shows a high dynamic range, or the browser maps it by itself. */
  showsHdr: boolean;
}

interface Codec {
  name: string;
  /** RFC 6381, as files and as the server's playlists spell it. */
  type: string;
}

// The order counts: what must be converted becomes the first of its kind that the browser streams.
const VIDEO: Codec[] = [
  { name: "h264", type: "avc1.640028" },
  { name: "hevc", type: "hvc1.1.6.L120.B0" },
  { name: "av1", type: "av01.0.08M.08" },
  { name: "vp9", type: "vp09.00.40.08" },
  { name: "vp8", type: "vp8" },
  { name: "theora", type: "theora" },
  { name: "mpeg4", type: "mp4v.20.9" },
];
const AUDIO: Codec[] = [
  { name: "aac", type: "mp4a.40.2" },
  { name: "eac3", type: "ec-3" },
  { name: "ac3", type: "ac-3" },
  { name: "opus", type: "opus" },
  { name: "flac", type: "flac" },
  { name: "mp3", type: "mp3" },
  { name: "vorbis", type: "vorbis" },
  { name: "alac", type: "alac" },
  { name: "pcm", type: "1" },
];
/** What fMP4 segments hold, as the server makes them. */
const STREAMED_VIDEO = new Set(["h264", "hevc", "av1", "vp9"]);
const STREAMED_AUDIO: Record<string, string> = { aac: "mp4a.40.2", eac3: "ec-3", ac3: "ac-3", opus: "opus", flac: "fLaC", mp3: "mp4a.6B" };

const VIDEO_FILES: [string, string][] = [
  ["mp4,mov", "video/mp4"],
  ["mkv", "video/x-matroska"],
  ["webm", "video/webm"],
  ["ogg", "video/ogg"],
  ["mpegts", "video/mp2t"],
  ["avi", "video/x-msvideo"],
  ["3gp", "video/3gpp"],
];
const AUDIO_FILES: [string, string, string?][] = [
  ["mp4", "audio/mp4"],
  ["ogg", "audio/ogg"],
  ["wav", "audio/wav"],
  ["webm", "audio/webm"],
  ["mkv", "audio/x-matroska"],
  // These hold one codec only and are asked for by their type alone.
  ["mp3", "audio/mpeg", "mp3"],
  ["aac", "audio/aac", "aac"],
  ["flac", "audio/flac", "flac"],
];

/** Variants of a codec that many browsers lack though they have the codec, and what then is its limit. */
const DEEP: [string, string][] = [
  ["h264", "avc1.6e0028"],
  ["hevc", "hvc1.2.4.L120.B0"],
  ["av1", "av01.0.08M.10"],
  ["vp9", "vp09.02.40.10"],
];

/** Subtitles that the page shows as text, wherever they are. */
const TEXT = "srt,vtt,mov_text,smi";

const names = (codecs: Codec[]) => codecs.map((codec) => codec.name).join(",");

function played(codecs: Codec[], mime: string, canPlay: CanPlay): Codec[] {
  return codecs.filter((codec) => canPlay(`${mime}; codecs="${codec.type}"`) !== "");
}

function files(browser: Abilities): string[] {
  const found: string[] = [];
  for (const [containers, mime] of VIDEO_FILES) {
    if (browser.canPlay(mime) === "") continue;
    const video = played(VIDEO, mime, browser.canPlay);
    if (video.length === 0) continue;
    const audio = names(played(AUDIO, mime, browser.canPlay));
    found.push(`add-direct-play-profile(type=videoProfile&container=${containers}&videoCodec=${names(video)}&audioCodec=${audio}&subtitleCodec=${TEXT})`);
  }
  for (const [containers, mime, only] of AUDIO_FILES) {
    if (browser.canPlay(mime) === "") continue;
    const audio = only ?? names(played(AUDIO, mime, browser.canPlay));
    if (audio) found.push(`add-direct-play-profile(type=musicProfile&container=${containers}&audioCodec=${audio})`);
  }
  found.push(`add-direct-play-profile(type=subtitleProfile&container=vtt&subtitleCodec=vtt)`);
  return found;
}

function streams(browser: Abilities): string[] {
  const video = VIDEO.filter(({ name, type }) => STREAMED_VIDEO.has(name) && browser.canStream(`video/mp4; codecs="${type}"`));
  const audio = AUDIO.filter(({ name }) => browser.canStream(`audio/mp4; codecs="${STREAMED_AUDIO[name] ?? name}"`) && name in STREAMED_AUDIO);
  const made = "context=streaming&protocol=hls&container=mp4";
  const found: string[] = [];
  if (audio.length > 0) found.push(`add-transcode-target(type=musicProfile&${made}&audioCodec=${names(audio)})`);
  if (video.length > 0) {
    found.push(`add-transcode-target(type=videoProfile&${made}&videoCodec=${names(video)}&audioCodec=${names(audio)}&subtitleCodec=vtt)`);
  }
  return found;
}

function limits(browser: Abilities): string[] {
  const known = DEEP.filter(([, type]) => browser.canPlay(`video/mp4; codecs="${type}"`) === "");
  const found = known.map(([codec]) => `add-limitation(scope=videoCodec&scopeName=${codec}&type=upperBound&name=video.bitDepth&value=8)`);
  if (browser.canPlay('video/mp4; codecs="avc1.7a0028"') === "") {
    found.push("add-limitation(scope=videoCodec&scopeName=h264&type=notMatch&name=video.profile&regex=4:[24])");
  }
  return found;
}

/** `X-Plex-Client-Profile-Extra` of a browser, for the empty profile `Generic`. */
export function profileExtra(browser: Abilities): string {
  const dolby = [5, 8].filter((profile) => browser.canPlay(`video/mp4; codecs="dvh1.0${profile}.06"`) !== "");
  const settings = `DirectPlayStreamSelection=false&HDR=${browser.showsHdr ? "any" : "none"}&DolbyVision=${dolby.join(",") || "none"}`;
  return [`add-settings(${settings})`, ...files(browser), ...streams(browser), ...limits(browser)].join("+");
}
