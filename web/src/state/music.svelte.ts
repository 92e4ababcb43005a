// Music that keeps playing while one looks around: a queue, one audio element, reports to the server.
import { ApiError, mediaUrl, randomId } from "../api/client";
import { picture } from "../api/images";
import * as library from "../api/library";
import { decide, type Wanted } from "../api/streams";
import { Reporter } from "../api/timeline";
import type { Chapter, Item } from "../api/types";
import { bestVersion, judge } from "../lib/codecs";
import { thumbOf } from "../lib/labels";
import { canPlay, profile, readsHlsItself } from "../player/browser";
import { whenReachable } from "../player/reach";
import { MediaStream } from "../player/stream";
import { live } from "./live.svelte";
import { toasts } from "./toasts.svelte";

/** So long before its end the next track is loaded. */
const PREPARED_MS = 20_000;
/** A stream that ended is begun anew, but not in a circle. */
const RENEWED_MS = 10_000;
/** Tracks from this length on are books, podcasts, sets: they resume, and may have chapters. */
const LONG_TRACK_MS = 10 * 60_000;

export function isLong(track: Item): boolean {
  return (track.duration ?? 0) >= LONG_TRACK_MS || (track.Chapter?.length ?? 0) > 1;
}

const VOLUME_KEY = "vitascope.volume";

export function storedVolume(): number {
  try {
    const value = Number(localStorage.getItem(VOLUME_KEY) ?? "1");
    return value >= 0 && value <= 1 ? value : 1;
  } catch {
    return 1;
  }
}

export function storeVolume(value: number): void {
  try {
    localStorage.setItem(VOLUME_KEY, String(value));
  } catch {
    // lasts as long as the page, then
  }
}

export interface PlayOptions {
  shuffled?: boolean;
  /** undefined: long tracks resume, songs start over. */
  resume?: boolean;
  fromMs?: number;
}

function shuffle<T>(list: T[]): T[] {
  const mixed = [...list];
  for (let i = mixed.length - 1; i > 0; i -= 1) {
    const j = Math.floor(Math.random() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j] as T, mixed[i] as T];
  }
  return mixed;
}

class Music {
  queue = $state.raw<Item[]>([]);
  index = $state(-1);
  playing = $state(false);
  waiting = $state(false);
  /** Why nothing is heard; it goes on by itself. */
  trouble = $state("");
  timeMs = $state(0);
  durationMs = $state(0);
  volume = $state(storedVolume());
  rate = $state(1);
  chapters = $state.raw<Chapter[]>([]);
  #audio: HTMLAudioElement | undefined;
  #reporter: Reporter | undefined;
  /** Of a track that the browser does not play as it is. */
  #stream: MediaStream | undefined;
  /** The next one, loaded. */
  #prepared: { track: Item; audio: HTMLAudioElement } | undefined;
  #startAtMs = 0;
  #goesOn = true;
  #failures = 0;
  #renewedAt = 0;
  /** Gives up asking whether the server is back. */
  #stopAsking: () => void = () => undefined;

  get current(): Item | undefined {
    return this.queue[this.index];
  }

  get chapter(): Chapter | undefined {
    return this.chapters.findLast((one) => one.startTimeOffset <= this.timeMs);
  }

  play(list: Item[], index: number, options: PlayOptions = {}): void {
    if (list.length === 0) return;
    this.queue = options.shuffled ? shuffle(list) : list;
    this.#failures = 0;
    this.#open(index, options);
  }

  toggleOrPlay(list: Item[], index: number): void {
    if (this.current && this.current.ratingKey === list[index]?.ratingKey) this.toggle();
    else this.play(list, index);
  }

  toggle = (): void => {
    const audio = this.#audio;
    if (!audio || !this.current) return;
    if (this.trouble) this.#again();
    else if (audio.paused) void audio.play().catch(() => undefined);
    else audio.pause();
  };

  pause(): void {
    this.#audio?.pause();
  }

  next = (): void => {
    if (this.index + 1 < this.queue.length) this.#open(this.index + 1, { resume: false });
    else this.close();
  };

  previous = (): void => {
    if (this.timeMs > 4000 || this.index === 0) this.seek(0);
    else this.#open(this.index - 1, { resume: false });
  };

  jump(index: number): void {
    this.#open(index, {});
  }

  seek = (ms: number): void => {
    if (!this.#audio) return;
    if (this.#audio.readyState > 0) this.#audio.currentTime = Math.max(0, ms) / 1000;
    else this.#startAtMs = Math.max(0, ms);
    this.timeMs = Math.max(0, ms);
  };

  setVolume(value: number): void {
    this.volume = Math.min(1, Math.max(0, value));
    if (this.#audio) this.#audio.volume = this.volume;
    storeVolume(this.volume);
  }

  setRate(value: number): void {
    this.rate = value;
    if (this.#audio) this.#audio.playbackRate = value;
  }

  close = (): void => {
    void this.#finish();
    this.#letGo();
    this.#prepared?.audio.removeAttribute("src");
    this.#prepared = undefined;
    this.queue = [];
    this.index = -1;
    this.playing = false;
    this.chapters = [];
  };

  #element(): HTMLAudioElement {
    if (this.#audio) return this.#audio;
    this.#handleKeysOfTheSystem();
    return (this.#audio = this.#newElement());
  }

  /** Does nothing while it is not the one that plays. */
  #newElement(): HTMLAudioElement {
    const audio = new Audio();
    audio.preload = "auto";
    const listen = (name: string, act: () => void) => audio.addEventListener(name, () => audio === this.#audio && act());
    listen("loadedmetadata", () => this.#loaded(audio));
    listen("timeupdate", () => {
      if (this.#startAtMs === 0) this.timeMs = audio.currentTime * 1000;
      this.#report();
      if (this.durationMs - this.timeMs < PREPARED_MS) this.#prepare();
    });
    for (const name of ["play", "playing", "pause", "waiting", "seeked"]) {
      listen(name, () => {
        this.playing = !audio.paused;
        this.waiting = name === "waiting";
        if (name === "playing") this.#failures = 0;
        this.#report();
      });
    }
    listen("ended", () => this.next());
    listen("error", () => this.#failed(audio));
    return audio;
  }

  #loaded(audio: HTMLAudioElement): void {
    if (this.#startAtMs > 0) audio.currentTime = this.#startAtMs / 1000;
    this.#startAtMs = 0;
    audio.playbackRate = this.rate;
    if (Number.isFinite(audio.duration)) this.durationMs = audio.duration * 1000;
    if (this.#stream && this.#goesOn) void audio.play().catch(() => undefined);
  }

  #failed(audio: HTMLAudioElement): void {
    if (!audio.getAttribute("src") || (this.#stream && !readsHlsItself) || !this.current) return;
    this.#startAtMs = this.timeMs;
    if (this.#stream) this.#skipBroken(`“${this.current.title}” could not be played.`);
    else void this.#openStream(this.current); // without the network it asks in vain, and waits
  }

  /** Loads the next track, so that it begins when this one ends. */
  #prepare(): void {
    const next = this.queue[this.index + 1];
    if (!next || this.#prepared?.track === next || isLong(next)) return;
    const media = bestVersion(next.Media ?? [], canPlay);
    const part = media?.Part?.[0];
    if (!media || !part || !judge(media, canPlay).playable) return;
    const audio = this.#newElement();
    audio.src = mediaUrl(part.key);
    this.#prepared = { track: next, audio };
  }

  #open(index: number, options: PlayOptions): void {
    void this.#finish();
    const track = this.queue[index];
    if (!track) return;
    this.index = index;
    const media = bestVersion(track.Media ?? [], canPlay);
    const part = media?.Part?.[0];
    this.durationMs = track.duration ?? 0;
    this.chapters = [];
    if (!part) {
      this.#skipBroken(`“${track.title}”: there is no file.`);
      return;
    }
    const long = isLong(track);
    const resume = options.resume ?? long;
    this.#startAtMs = options.fromMs ?? (resume ? (track.viewOffset ?? 0) : 0);
    this.timeMs = this.#startAtMs;
    this.#letGo();
    const prepared = this.#prepared?.track === track && this.#startAtMs === 0 ? this.#prepared.audio : undefined;
    if (!prepared) this.#prepared?.audio.removeAttribute("src");
    this.#prepared = undefined;
    const before = this.#audio;
    if (prepared) this.#audio = prepared;
    const audio = this.#element();
    audio.volume = this.volume;
    audio.playbackRate = this.rate;
    this.#goesOn = true;
    this.#reporter = new Reporter(track, this.durationMs, (text) => this.#terminated(text));
    if (judge(media, canPlay).playable) {
      if (prepared?.error !== null) audio.src = mediaUrl(part.key);
      if (audio.readyState > 0) this.#loaded(audio);
      void audio.play().catch(() => {
        // iPhones let only the element play that was touched first.
        if (!prepared || !before || this.#audio !== prepared) return;
        this.#audio = before;
        before.src = mediaUrl(part.key);
        void before.play().catch(() => undefined);
      });
    } else {
      void this.#openStream(track);
    }
    this.#announce(track);
    if (track.Chapter) this.chapters = track.Chapter;
    else if (long) void this.#loadChapters(track);
  }

  /** Has the server make what the browser plays. */
  async #openStream(track: Item): Promise<void> {
    const audio = this.#element();
    const mine = () => this.current === track;
    const broken = () => mine() && this.#skipBroken(`“${track.title}” could not be played.`);
    const lost = (status: number) => {
      if (!mine()) return;
      this.#startAtMs = this.timeMs;
      this.#goesOn = !audio.paused;
      if (status === 0) this.#wait();
      else if (status === 404 && Date.now() - this.#renewedAt > RENEWED_MS) {
        this.#renewedAt = Date.now();
        void this.#openStream(track);
      } else broken();
    };
    const version = bestVersion(track.Media ?? [], canPlay);
    const wanted: Wanted = {
      kind: "music",
      ratingKey: track.ratingKey,
      mediaIndex: Math.max(0, track.Media?.findIndex((media) => media === version) ?? 0),
      partIndex: 0,
      offsetMs: this.#startAtMs,
      directPlay: false,
      copy: true,
      burn: false,
      profile: profile(),
      session: randomId(),
    };
    this.#letGo();
    this.waiting = true;
    try {
      const decided = await decide(wanted);
      if (!mine()) return;
      if (decided.mode === "none") return this.#skipBroken(`“${track.title}”: ${decided.text}`);
      this.#stream = new MediaStream(audio, wanted, "original", { undecodable: broken, unreachable: lost });
      await this.#stream.open();
    } catch (error) {
      if (error instanceof ApiError && error.status > 0) broken();
      else lost(0);
    }
  }

  /** The server does not answer: goes on at the same position when it does. */
  #wait(): void {
    this.trouble = "The server cannot be reached.";
    this.waiting = false;
    this.#stopAsking();
    this.#stopAsking = whenReachable(() => this.#again());
  }

  #again(): void {
    const at = this.timeMs;
    if (this.current) this.#open(this.index, { fromMs: at });
  }

  #letGo(): void {
    this.#stopAsking();
    this.trouble = "";
    this.#audio?.pause();
    this.#stream?.close();
    this.#stream = undefined;
    this.#audio?.removeAttribute("src");
  }

  #terminated(text: string): void {
    toasts.fail(text);
    this.close();
  }

  #skipBroken(text: string): void {
    toasts.fail(text);
    this.#failures += 1;
    if (this.#failures < this.queue.length && this.index + 1 < this.queue.length) this.next();
    else this.close();
  }

  #report(): void {
    if (!this.#audio) return;
    this.#reporter?.update(this.#audio.paused ? "paused" : this.waiting ? "buffering" : "playing", this.timeMs);
  }

  async #finish(): Promise<void> {
    const reporter = this.#reporter;
    this.#reporter = undefined;
    if (!reporter) return;
    await reporter.stop(this.timeMs);
    live.changed();
  }

  async #loadChapters(track: Item): Promise<void> {
    try {
      const full = await library.item(track.ratingKey);
      if (this.current?.ratingKey === track.ratingKey) this.chapters = full.Chapter ?? [];
    } catch {
      // The track plays without them.
    }
  }

  #announce(track: Item): void {
    if (!("mediaSession" in navigator)) return;
    const cover = thumbOf(track);
    navigator.mediaSession.metadata = new MediaMetadata({
      title: track.title,
      artist: track.originalTitle ?? track.grandparentTitle ?? "",
      album: track.parentTitle ?? "",
      artwork: cover ? [{ src: new URL(picture(cover, 512, 512), location.href).href, sizes: "512x512" }] : [],
    });
  }

  #handleKeysOfTheSystem(): void {
    if (!("mediaSession" in navigator)) return;
    navigator.mediaSession.setActionHandler("nexttrack", this.next);
    navigator.mediaSession.setActionHandler("previoustrack", this.previous);
    navigator.mediaSession.setActionHandler("seekto", (details) => this.seek((details.seekTime ?? 0) * 1000));
  }
}

export const music = new Music();
