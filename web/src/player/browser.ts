// The browser's own answer to "can you play this?", remembered.
import { profileExtra, type Abilities } from "../lib/abilities";

const probe = document.createElement("video");
const answers = new Map<string, string>();

export function canPlay(type: string): string {
  let answer = answers.get(type);
  if (answer === undefined) {
    answer = probe.canPlayType(type);
    answers.set(type, answer);
  }
  return answer;
}

type Source = typeof MediaSource | undefined;
const source: Source = (globalThis as { ManagedMediaSource?: Source }).ManagedMediaSource ?? globalThis.MediaSource;

/** Streams go through Media Source Extensions; a browser without them (iPhones before iOS 17.1) reads HLS by itself. */
export const readsHlsItself = source === undefined && canPlay("application/vnd.apple.mpegurl") !== "";

const mapsHdr = /Chrome\/|Safari\//.test(navigator.userAgent); // Chromium and WebKit bring HDR down to any screen

const abilities: Abilities = {
  canPlay,
  canStream: (type) => (source ? source.isTypeSupported(type) : readsHlsItself && canPlay(type) !== ""),
  showsHdr: mapsHdr || matchMedia("(dynamic-range: high), (video-dynamic-range: high)").matches,
};

let usual: string | undefined;

/** What this browser decodes. `original`: what it decodes is wanted as it is, whatever the screen shows of it. */
export function profile(original = false): string {
  return original ? profileExtra({ ...abilities, showsHdr: true }) : (usual ??= profileExtra(abilities));
}
