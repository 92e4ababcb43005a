// One film in one `<video>` element, over the border between its files: positions are those in the whole film.
import { mediaUrl } from "../api/client";
import type { Media } from "../api/types";
import { locate, spans, totalMs, type PartSpan } from "../lib/parts";
import { storedVolume, storeVolume } from "../state/music.svelte";

export class VideoEngine {
  readonly parts: PartSpan[];
  partIndex = $state(0);
  timeMs = $state(0);
  durationMs = $state(0);
  bufferedMs = $state(0);
  paused = $state(true);
  waiting = $state(true);
  ended = $state(false);
  failed = $state(false);
  volume = $state(storedVolume());
  muted = $state(false);
  rate = $state(1);
  #video: HTMLVideoElement | undefined;
  #pendingMs: number | undefined;
  #startMs: number;

  constructor(media: Media, startMs: number) {
    this.parts = spans(media);
    this.durationMs = totalMs(this.parts) || (media.duration ?? 0);
    this.#startMs = startMs;
    this.timeMs = startMs;
    this.partIndex = locate(this.parts, startMs).index;
  }

  get #base(): number {
    return this.parts[this.partIndex]?.startMs ?? 0;
  }

  attach(video: HTMLVideoElement): () => void {
    this.#video = video;
    video.volume = this.volume;
    const listeners: [string, () => void][] = [
      ["loadedmetadata", () => this.#loaded(video)],
      ["timeupdate", () => this.#moved(video)],
      ["progress", () => this.#buffered(video)],
      ["play", () => ((this.paused = false), (this.ended = false))],
      ["playing", () => (this.waiting = false)],
      ["pause", () => (this.paused = true)],
      ["waiting", () => (this.waiting = true)],
      ["seeked", () => ((this.waiting = false), this.#moved(video))],
      ["canplay", () => (this.waiting = false)],
      ["ended", () => this.#partEnded()],
      ["error", () => (this.failed = video.getAttribute("src") !== null)],
    ];
    for (const [name, handler] of listeners) video.addEventListener(name, handler);
    this.#open(this.#startMs, true);
    return () => {
      for (const [name, handler] of listeners) video.removeEventListener(name, handler);
      video.removeAttribute("src");
      video.load();
      this.#video = undefined;
    };
  }

  toggle = (): void => {
    if (this.#video?.paused) this.play();
    else this.#video?.pause();
  };

  play(): void {
    if (this.ended) this.seek(0);
    // Browsers may refuse to start sound without a gesture; the play button is then on the screen.
    void this.#video?.play().catch(() => (this.paused = true));
  }

  pause(): void {
    this.#video?.pause();
  }

  seek = (ms: number): void => {
    const target = Math.min(Math.max(0, ms), Math.max(0, this.durationMs - 500));
    const { index, localMs } = locate(this.parts, target);
    this.timeMs = target;
    this.ended = false;
    if (index !== this.partIndex) this.#open(target, !this.paused);
    else if (this.#pendingMs !== undefined) this.#pendingMs = localMs;
    else if (this.#video) this.#video.currentTime = localMs / 1000;
  };

  setVolume(value: number): void {
    this.volume = Math.min(1, Math.max(0, value));
    this.muted = false;
    if (this.#video) {
      this.#video.volume = this.volume;
      this.#video.muted = false;
    }
    storeVolume(this.volume);
  }

  toggleMuted = (): void => {
    this.muted = !this.muted;
    if (this.#video) this.#video.muted = this.muted;
  };

  setRate(value: number): void {
    this.rate = value;
    if (this.#video) this.#video.playbackRate = value;
  }

  #open(ms: number, play: boolean): void {
    const { index, localMs } = locate(this.parts, ms);
    const span = this.parts[index];
    if (!span || !this.#video) return;
    this.partIndex = index;
    this.#pendingMs = localMs;
    this.waiting = true;
    this.failed = false;
    this.#video.src = mediaUrl(span.part.key);
    if (play) this.play();
  }

  #loaded(video: HTMLVideoElement): void {
    video.playbackRate = this.rate;
    video.muted = this.muted;
    // The server may not know how long a file is; the browser does by now.
    if (this.parts.length === 1 && Number.isFinite(video.duration)) this.durationMs = video.duration * 1000;
    if (this.#pendingMs !== undefined && this.#pendingMs > 0) video.currentTime = this.#pendingMs / 1000;
    this.#pendingMs = undefined;
  }

  #moved(video: HTMLVideoElement): void {
    if (this.#pendingMs !== undefined || video.seeking) return;
    this.timeMs = this.#base + video.currentTime * 1000;
    this.#buffered(video);
  }

  #buffered(video: HTMLVideoElement): void {
    for (let i = 0; i < video.buffered.length; i += 1) {
      if (video.buffered.start(i) <= video.currentTime + 0.5 && video.buffered.end(i) >= video.currentTime) {
        this.bufferedMs = this.#base + video.buffered.end(i) * 1000;
      }
    }
  }

  #partEnded(): void {
    const next = this.parts[this.partIndex + 1];
    if (next) this.#open(next.startMs, true);
    else {
      this.ended = true;
      this.timeMs = this.durationMs;
    }
  }
}
