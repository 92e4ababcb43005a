// A stream that the server makes, in a media element. hls.js is loaded when the first one is played.
import type Hls from "hls.js";
import type { ErrorData, HlsConfig, LoaderResponse, RetryConfig } from "hls.js";
import { ping, stop, streamAddress, type Wanted } from "../api/streams";
import { levelFor, levelOf, type Level, type Quality } from "../lib/quality";
import { readsHlsItself } from "./browser";

export interface StreamListener {
  /** Its qualities are known, the worst first. */
  levels?: (levels: Level[]) => void;
  /** The picture now has this one. */
  level?: (index: number) => void;
  /** Its sound tracks and subtitles are known. */
  tracks?: () => void;
  /** Lines of subtitles came. */
  lines?: () => void;
  /** The browser cannot decode it. */
  undecodable: () => void;
  /** It cannot be had: 404 is one that has ended, 0 a server that does not answer. */
  unreachable: (status: number) => void;
}

const PING_MS = 10_000;
/** Decoding that fails again so soon after it was mended is given up. */
const MENDED_MS = 10_000;

/** A segment that is not made yet is waited for; a server that does not answer is asked again for half a minute. */
const retries = {
  maxNumRetry: 6,
  retryDelayMs: 500,
  maxRetryDelayMs: 8000,
  backoff: "exponential",
  shouldRetry: (config: RetryConfig | null | undefined, count: number, _late: boolean, answer: LoaderResponse | undefined, retry: boolean) =>
    retry || (count < (config?.maxNumRetry ?? 0) && (answer?.code ?? 0) === 0),
} satisfies RetryConfig;
const policy = { default: { maxTimeToFirstByteMs: 60_000, maxLoadTimeMs: 120_000, timeoutRetry: { maxNumRetry: 2, retryDelayMs: 0, maxRetryDelayMs: 0 }, errorRetry: retries } };

const CONFIG: Partial<HlsConfig> = {
  autoStartLoad: false,
  enableWorker: false, // fMP4 needs no conversion in the browser, and the page allows no scripts from blobs
  testBandwidth: false, // a lower quality costs the server a conversion: it is not asked for to measure a line
  abrEwmaDefaultEstimate: 50_000_000,
  maxBufferLength: 30,
  backBufferLength: 60,
  fragLoadPolicy: policy,
  playlistLoadPolicy: policy,
  manifestLoadPolicy: policy,
};

export class MediaStream {
  readonly wanted: Wanted;
  readonly #element: HTMLMediaElement;
  readonly #listener: StreamListener;
  #hls: Hls | undefined;
  #levels: Level[] = [];
  #quality: Quality;
  #closed = false;
  #mendedAt = 0;
  #pinger: ReturnType<typeof setInterval>;

  constructor(element: HTMLMediaElement, wanted: Wanted, quality: Quality, listener: StreamListener) {
    this.#element = element;
    this.wanted = wanted;
    this.#quality = quality;
    this.#listener = listener;
    // While it is paused nothing is asked for, and the server would take it for left.
    this.#pinger = setInterval(() => void this.#ping(), PING_MS);
    addEventListener("pagehide", this.close);
  }

  /** Fetches the player and begins. */
  async open(): Promise<void> {
    const address = streamAddress(this.wanted);
    if (readsHlsItself) {
      this.#element.src = address;
      return;
    }
    const { default: Player } = await import("hls.js");
    if (this.#closed) return;
    const hls = new Player({ ...CONFIG, startPosition: this.wanted.offsetMs / 1000 });
    this.#hls = hls;
    const { Events } = Player;
    hls.on(Events.MANIFEST_PARSED, () => this.#begin(hls));
    hls.on(Events.AUDIO_TRACKS_UPDATED, () => this.#listener.tracks?.());
    hls.on(Events.SUBTITLE_TRACKS_UPDATED, () => this.#listener.tracks?.());
    hls.on(Events.LEVEL_SWITCHED, (_, { level }) => this.#listener.level?.(level));
    hls.on(Events.SUBTITLE_FRAG_PROCESSED, () => this.#listener.lines?.());
    hls.on(Events.ERROR, (_, problem) => this.#failed(Player, hls, problem));
    hls.loadSource(address);
    hls.attachMedia(this.#element);
  }

  /** Tells the server, and lets go of the media element. */
  close = (): void => {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#pinger);
    removeEventListener("pagehide", this.close);
    this.#hls?.destroy();
    stop(this.wanted);
  };

  /** Goes on after the server could not be reached. */
  resume(): void {
    this.#hls?.startLoad(this.#element.currentTime);
  }

  /** From the next segment on. False when only another stream has it. */
  setQuality(quality: Quality): boolean {
    this.#quality = quality;
    if (!this.#hls || this.#levels.length === 0) return false;
    this.#hls.nextLevel = levelFor(quality, this.#levels);
    return true;
  }

  /** The sound track of the file's stream with this index. False when only another stream has it. */
  setSound(index: number | undefined): boolean {
    const hls = this.#hls;
    if (!hls || index === undefined) return true;
    const found = hls.audioTracks.findIndex((track) => track.url.includes(`/a${index}/`));
    if (found >= 0 && hls.audioTrack !== found) hls.audioTrack = found;
    return found >= 0;
  }

  /** The subtitles of the file's stream of this id; `undefined` for none. False when it has none of these. */
  setSubtitle(id: string | undefined): boolean {
    const hls = this.#hls;
    if (!hls) return false;
    const found = id === undefined ? -1 : hls.subtitleTracks.findIndex((track) => track.url.includes(`/s${id}/`));
    hls.subtitleDisplay = found >= 0;
    if (hls.subtitleTrack !== found) hls.subtitleTrack = found;
    return found >= 0;
  }

  #begin(hls: Hls): void {
    this.#levels = hls.levels.map((level) => levelOf(level.uri, level.height, level.averageBitrate || level.bitrate));
    this.#listener.levels?.(this.#levels);
    const chosen = levelFor(this.#quality, this.#levels);
    if (chosen >= 0) hls.loadLevel = chosen;
    else hls.startLevel = this.#levels.length - 1;
    hls.startLoad(this.wanted.offsetMs / 1000);
  }

  #failed(Player: typeof Hls, hls: Hls, problem: ErrorData): void {
    if (!problem.fatal) return;
    if (problem.type === Player.ErrorTypes.NETWORK_ERROR) {
      this.#listener.unreachable(problem.response?.code ?? 0);
    } else if (problem.type === Player.ErrorTypes.MEDIA_ERROR && Date.now() - this.#mendedAt > MENDED_MS) {
      this.#mendedAt = Date.now();
      hls.recoverMediaError();
    } else {
      this.#listener.undecodable();
    }
  }

  async #ping(): Promise<void> {
    if (!this.#element.paused) return;
    if (!(await ping(this.wanted)) && !this.#closed) this.#listener.unreachable(404);
  }
}
