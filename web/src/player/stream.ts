// A stream that the server makes, in a media element. hls.js is loaded when the first one is played.
import type Hls from "hls.js";
import type { ErrorData, Fragment, HlsConfig, LoaderResponse, RetryConfig } from "hls.js";
import { ping, stop, streamAddress, type Wanted } from "../api/streams";
import { Adaptation } from "../lib/adaptation";
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
const LOOK_MS = 1000;
/** The label of the track that lines of subtitles are added to. It cannot be taken away again, so it is used again. */
const OURS = "Subtitles of the stream";
/** A server that does not answer is asked again so often while there is still so much to be watched. */
const AGAIN_MS = 2000;
const LEAST_AHEAD_S = 1;
/** Decoding that fails again so soon after it was mended is given up. */
const MENDED_MS = 10_000;

/** A segment that is not made yet is waited for; a server that does not answer is asked again for half a minute. */
const retries = {
  maxNumRetry: 4,
  retryDelayMs: 500,
  maxRetryDelayMs: 8000,
  backoff: "exponential",
  shouldRetry: (config: RetryConfig | null | undefined, count: number, _late: boolean, answer: LoaderResponse | undefined, retry: boolean) =>
    retry || (count < (config?.maxNumRetry ?? 0) && (answer?.code ?? 0) === 0),
} satisfies RetryConfig;
const policy = { default: { maxTimeToFirstByteMs: 60_000, maxLoadTimeMs: 120_000, timeoutRetry: { maxNumRetry: 2, retryDelayMs: 0, maxRetryDelayMs: 0 }, errorRetry: retries } };

const CONFIG: Partial<HlsConfig> = {
  autoStartLoad: false,
  renderTextTracksNatively: false, // lines go to a track of ours, which no other track of the element can be taken for
  enableWorker: false, // fMP4 needs no conversion in the browser, and the page allows no scripts from blobs
  maxBufferLength: 30,
  maxMaxBufferLength: 60, // what is far ahead would be made for nothing when one seeks or leaves
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
  #adaptation = new Adaptation([]);
  /** The segment of the picture that is on its way. */
  #coming: Fragment | undefined;
  #quality: Quality;
  #closed = false;
  #mendedAt = 0;
  #begun = false;
  #lost = false;
  /** Its subtitles cannot be had: they are read beside it. */
  #noLines = false;
  #lines: TextTrack | undefined;
  readonly #known = new Set<string>();
  #later: ReturnType<typeof setTimeout> | undefined;
  readonly #timers: ReturnType<typeof setInterval>[];

  constructor(element: HTMLMediaElement, wanted: Wanted, quality: Quality, listener: StreamListener) {
    this.#element = element;
    this.wanted = wanted;
    this.#quality = quality;
    this.#listener = listener;
    // While it is paused nothing is asked for, and the server would take it for left.
    this.#timers = [setInterval(() => void this.#ping(), PING_MS), setInterval(() => this.#look(), LOOK_MS)];
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
    hls.on(Events.FRAG_LOADING, (_, { frag }) => frag.type === "main" && (this.#coming = frag));
    hls.on(Events.FRAG_LOADED, (_, { frag }) => frag.type === "main" && this.#came(hls, frag));
    hls.on(Events.LEVEL_SWITCHED, (_, { level }) => this.#listener.level?.(level));
    hls.on(Events.CUES_PARSED, (_, { cues }) => this.#take(cues as VTTCue[]));
    hls.on(Events.ERROR, (_, problem) => this.#failed(Player, hls, problem));
    hls.loadSource(address);
    hls.attachMedia(this.#element);
  }

  /** Tells the server, and lets go of the media element. */
  close = (): void => {
    if (this.#closed) return;
    this.#closed = true;
    this.#timers.forEach(clearInterval);
    clearTimeout(this.#later);
    removeEventListener("pagehide", this.close);
    this.#forgetLines();
    this.#hls?.destroy();
    stop(this.wanted);
  };

  /** Goes on loading after it was ended by what can be done without. */
  #resume(): void {
    if (!this.#closed) this.#hls?.startLoad(this.#element.currentTime);
  }

  /** From the next segment on. False when only another stream has it. */
  setQuality(quality: Quality): boolean {
    this.#quality = quality;
    if (!this.#hls || this.#levels.length === 0) return false;
    const level = levelFor(quality, this.#levels);
    if (level >= 0) this.#hls.nextLevel = level;
    return true;
  }

  /** The sound track of the file's stream with this index. False when only another stream has it. */
  setSound(index: number | undefined): boolean {
    const hls = this.#hls;
    if (!hls || !this.#begun || index === undefined) return true;
    const isIt = ({ url }: { url: string }) => url.includes(`/a${index}/`);
    const found = hls.audioTracks.findIndex(isIt);
    if (found >= 0 && hls.audioTrack !== found) hls.audioTrack = found;
    return hls.allAudioTracks.some(isIt);
  }

  /** The subtitles of the file's stream of this id; `undefined` for none. False when it has none of these. */
  setSubtitle(id: string | undefined): boolean {
    const hls = this.#hls;
    if (!hls) return !readsHlsItself;
    const isIt = ({ url }: { url: string }) => id !== undefined && !this.#noLines && url.includes(`/s${id}/`);
    const found = hls.subtitleTracks.findIndex(isIt);
    if (hls.subtitleTrack !== found) {
      this.#forgetLines();
      hls.subtitleTrack = found;
    }
    return !this.#begun || hls.allSubtitleTracks.some(isIt);
  }

  #take(cues: VTTCue[]): void {
    if (this.#closed) return;
    this.#lines ??= [...this.#element.textTracks].find((track) => track.id === "" && track.label === OURS) ?? this.#element.addTextTrack("subtitles", OURS);
    this.#lines.mode = "showing";
    for (const cue of cues) {
      const key = `${cue.startTime} ${cue.endTime} ${cue.text}`;
      if (this.#known.has(key)) continue; // a line over the border of two segments is in both
      this.#known.add(key);
      this.#lines.addCue(cue);
    }
    this.#listener.lines?.();
  }

  #forgetLines(): void {
    this.#known.clear();
    if (!this.#lines) return;
    for (const cue of [...(this.#lines.cues ?? [])]) this.#lines.removeCue(cue);
    this.#lines.mode = "disabled";
  }

  #begin(hls: Hls): void {
    this.#levels = hls.levels.map((level) => levelOf(level.uri, level.height, this.wanted.fileKbps ?? (level.averageBitrate || level.bitrate) / 1000));
    this.#begun = true;
    this.#listener.levels?.(this.#levels);
    this.#listener.tracks?.();
    this.#adaptation = new Adaptation(this.#levels);
    const chosen = levelFor(this.#quality, this.#levels);
    hls.loadLevel = chosen >= 0 ? chosen : this.#adaptation.first;
    hls.startLoad(this.wanted.offsetMs / 1000);
  }

  get #aheadS(): number {
    const { buffered, currentTime } = this.#element;
    for (let i = 0; i < buffered.length; i += 1) {
      if (buffered.start(i) <= currentTime + 0.5 && buffered.end(i) > currentTime) return buffered.end(i) - currentTime;
    }
    return 0;
  }

  #came(hls: Hls, frag: Fragment): void {
    this.#coming = undefined;
    const { loading, loaded } = frag.stats;
    if (typeof frag.sn !== "number") return; // a header says nothing of the line
    const next = this.#adaptation.after({
      level: frag.level,
      durationS: frag.duration,
      bytes: loaded,
      waitS: (loading.first - loading.start) / 1000,
      loadS: (loading.end - loading.first) / 1000,
      aheadS: this.#aheadS,
    });
    if (this.#quality === "automatic" && next !== hls.loadLevel) hls.loadLevel = next;
  }

  /** A segment that will not be here in time is given up for a smaller one. */
  #look(): void {
    if (!navigator.onLine && this.#begun && !this.#lost && this.#aheadS <= LEAST_AHEAD_S) {
      this.#lost = true; // hls.js waits for the network without a word
      this.#listener.unreachable(0);
    }
    const frag = this.#coming;
    const hls = this.#hls;
    if (!frag || !hls || frag.level === 0 || this.#quality !== "automatic") return;
    const { loading, loaded, total } = frag.stats;
    const seconds = loading.first > 0 ? (performance.now() - loading.first) / 1000 : 0;
    if (seconds < 1 || total <= loaded) return;
    const kbps = (loaded * 8) / 1000 / seconds;
    if (((total - loaded) * 8) / 1000 / Math.max(kbps, 1) <= this.#aheadS) return;
    this.#coming = undefined;
    hls.nextLevel = this.#adaptation.instead(frag.level, kbps);
  }

  #failed(Player: typeof Hls, hls: Hls, problem: ErrorData): void {
    const ofLines = problem.frag?.type === "subtitle" || problem.details.startsWith("subtitle");
    // A seek gives up what is on its way, and says so as an error; only what the server refuses cannot be had.
    if (ofLines && (problem.response?.code ?? 0) >= 400) {
      this.#noLines = true;
      this.#listener.tracks?.();
      if (problem.fatal) setTimeout(() => this.#resume());
      return;
    }
    if (!problem.fatal) return;
    if (problem.type === Player.ErrorTypes.NETWORK_ERROR) {
      const status = problem.response?.code ?? 0;
      // Who has something to watch is not told before it is over.
      if (status === 0 && this.#begun && this.#aheadS > LEAST_AHEAD_S) this.#later = setTimeout(() => this.#resume(), AGAIN_MS);
      else this.#tell(() => this.#listener.unreachable(status));
    } else if (problem.type === Player.ErrorTypes.MEDIA_ERROR && Date.now() - this.#mendedAt > MENDED_MS) {
      this.#mendedAt = Date.now();
      hls.recoverMediaError();
    } else {
      this.#tell(() => this.#listener.undecodable());
    }
  }

  /** Who is told may close this, which hls.js does not bear while it reports. */
  #tell(act: () => void): void {
    setTimeout(() => !this.#closed && act());
  }

  async #ping(): Promise<void> {
    if (!this.#element.paused) return;
    if (!(await ping(this.wanted)) && !this.#closed) this.#listener.unreachable(404);
  }
}
