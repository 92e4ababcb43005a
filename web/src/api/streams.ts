// Streams that the server makes: what it decides about a file, where the stream is, and that it is (no longer) wanted.
import { clientIdentity, mediaUrl, request, type Params } from "./client";
import type { Stream } from "./types";
import type { Delivery } from "../lib/quality";
import { truthy } from "../lib/values";

export interface Wanted {
  kind: "video" | "music";
  ratingKey: string;
  mediaIndex: number;
  partIndex: number;
  offsetMs: number;
  /** The file as it is would do. */
  directPlay: boolean;
  /** Its video and sound may be copied. */
  copy: boolean;
  /** The selected subtitles become part of the picture. */
  burn: boolean;
  /** What the browser decodes, as `X-Plex-Client-Profile-Extra`. */
  profile: string;
  /** The most kbit/s, where one quality only is wanted. */
  maxKbps?: number | undefined;
  /** What the file takes, where that is known. */
  fileKbps?: number | undefined;
  /** Names the stream that is made. */
  session: string;
}

/** What the server decided: how, or why not at all. */
export type Decision = Delivery | { mode: "none"; text: string };

function query(wanted: Wanted): Params {
  return {
    path: `/library/metadata/${wanted.ratingKey}`,
    mediaIndex: wanted.mediaIndex,
    partIndex: wanted.partIndex,
    protocol: "hls",
    offset: wanted.offsetMs / 1000,
    directPlay: wanted.directPlay,
    directStream: wanted.copy,
    directStreamAudio: wanted.copy,
    autoAdjustQuality: wanted.kind === "video" && wanted.maxKbps === undefined,
    maxVideoBitrate: wanted.maxKbps,
    subtitles: wanted.burn ? "burn" : "auto",
    advancedSubtitles: wanted.burn ? "burn" : "text",
    session: wanted.session,
    ...clientIdentity(),
    "X-Plex-Client-Profile-Name": "Generic",
    "X-Plex-Client-Profile-Extra": wanted.profile,
  };
}

const address = (wanted: Wanted, name: string) => `/${wanted.kind}/:/transcode/universal/${name}`;

interface Decided {
  generalDecisionCode?: number;
  generalDecisionText?: string;
  transcodeDecisionText?: string;
}

interface DecidedStream extends Stream {
  decision?: string;
}

export async function decide(wanted: Wanted, signal?: AbortSignal): Promise<Decision> {
  const found = await request(address(wanted, "decision"), { params: query(wanted), signal, what: "Asking how to play it", explain: true });
  const { generalDecisionCode: code = 2000, generalDecisionText: general = "", transcodeDecisionText: more = "" } = found as Decided;
  if (code >= 2000) return { mode: "none", text: more && more !== general ? `${general} ${more}` : general };
  const media = found.Metadata?.[0]?.Media;
  const streams = (media?.[wanted.mediaIndex] ?? media?.[0])?.Part?.flatMap((part) => part.Stream ?? []) as DecidedStream[] | undefined;
  const of = (type: number) => {
    const made = streams?.filter((stream) => stream.streamType === type && ["copy", "transcode"].includes(stream.decision ?? ""));
    return (made?.find((stream) => truthy(stream.selected)) ?? made?.[0])?.decision as "copy" | "transcode" | undefined;
  };
  return {
    mode: code === 1000 ? "direct" : "stream",
    video: of(1) ?? "none",
    audio: of(2) ?? "none",
    burned: streams?.some((stream) => stream.decision === "burn") ?? false,
  };
}

/** The playlist of the stream; asking for it begins the stream. */
export function streamAddress(wanted: Wanted): string {
  return mediaUrl(address(wanted, "start.m3u8"), query(wanted));
}

/** Says that the stream is still wanted. False when it is not there any more. */
export async function ping(wanted: Wanted): Promise<boolean> {
  try {
    await request(address(wanted, "ping"), { params: { session: wanted.session } });
    return true;
  } catch (error) {
    return (error as { status?: number }).status !== 404;
  }
}

/** Says that it is wanted no more; holds also while the page is left. */
export function stop(wanted: Wanted): void {
  request(address(wanted, "stop"), { params: { session: wanted.session }, keepalive: true }).catch(() => undefined);
}
