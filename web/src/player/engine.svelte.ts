// One film in one `<video>` element, over the border between its files: positions are those in the whole film. The server
// decides for each file whether it is played as it is or as a stream, and this follows; what then fails is tried in the
// next best way, from the same position.
import { ApiError, mediaUrl, randomId } from "../api/client";
import { decide, type Decision, type Wanted } from "../api/streams";
import type { Item, Media, Stream } from "../api/types";
import { locate, spans, totalMs, type PartSpan } from "../lib/parts";
import { sentence, stepsBelow, type Delivery, type Level, type Quality } from "../lib/quality";
import { storedVolume, storeVolume } from "../state/music.svelte";
import { profile, readsHlsItself } from "./browser";
import { storedQuality, storeQuality, type TrackChoice } from "./choices.svelte";
import { whenReachable } from "./reach";
import { MediaStream } from "./stream";

/** Why nothing is played. */
export interface Trouble {
  text: string;
  /** It may work at another time. */
  again: boolean;
}

/** A file that stands still for so long comes too slowly for its bit rate. */
const TOO_SLOW_MS = 10_000;
/** A stream that ended is begun anew, but not in a circle. */
const RENEWED_MS = 10_000;

/** What is tried when the one before fails in the browser. */
enum Way {
  asDecided,
  asStream,
  converted,
  none,
}

export class VideoEngine {
  readonly parts: PartSpan[];
  partIndex = $state(0);
  timeMs = $state(0);
  durationMs = $state(0);
  bufferedMs = $state(0);
  paused = $state(true);
  waiting = $state(true);
  ended = $state(false);
  trouble = $state.raw<Trouble | undefined>(undefined);
  /** The browser plays it in no way. */
  refused = $state("");
  volume = $state(storedVolume());
  muted = $state(false);
  rate = $state(1);
  quality = $state<Quality>(storedQuality());
  levels = $state.raw<Level[]>([]);
  level = $state.raw<Level | undefined>(undefined);
  delivery = $state.raw<Delivery | undefined>(undefined);
  /** Subtitles are not read beside what is played: the stream itself brings them, or nothing is played yet. */
  bringsLines = $state(true);
  /** Grows when it brought some. */
  lines = $state(0);
  #video: HTMLVideoElement | undefined;
  #stream: MediaStream | undefined;
  #pendingMs: number | undefined;
  #playing = true;
  #turn = 0;
  #way = Way.asDecided;
  #slow: ReturnType<typeof setTimeout> | undefined;
  #renewedAt = 0;
  #begunWith: Stream | undefined;
  /** Gives up asking whether the server is back. */
  #stopAsking: () => void = () => undefined;
  readonly #item: Item;
  readonly #media: Media;
  readonly #tracks: TrackChoice;

  constructor(item: Item, media: Media, startMs: number, tracks: TrackChoice) {
    this.#item = item;
    this.#media = media;
    this.#tracks = tracks;
    this.parts = spans(media);
    this.durationMs = totalMs(this.parts) || (media.duration ?? 0);
    this.timeMs = startMs;
    this.partIndex = locate(this.parts, startMs).index;
  }

  get #base(): number {
    return this.parts[this.partIndex]?.startMs ?? 0;
  }

  /** "Direct play", "Converted 720p 4 Mbit/s". */
  get how(): string {
    return this.delivery ? sentence(this.delivery, this.level) : "";
  }

  /** The qualities that one can choose below the best, the best first. */
  get steps(): Level[] {
    return this.levels.length > 0 ? this.levels.slice(0, -1).reverse() : stepsBelow(this.#media);
  }

  attach(video: HTMLVideoElement): () => void {
    this.#video = video;
    video.volume = this.volume;
    const listeners: [string, () => void][] = [
      ["loadedmetadata", () => this.#loaded(video)],
      ["timeupdate", () => this.#moved(video)],
      ["progress", () => this.#buffered(video)],
      ["play", () => ((this.paused = false), (this.ended = false))],
      ["playing", () => this.#waits(false)],
      ["pause", () => (this.paused = true)],
      ["waiting", () => this.#waits(true)],
      ["seeked", () => (this.#waits(false), this.#moved(video))],
      ["canplay", () => this.#waits(false)],
      ["ended", () => this.#partEnded()],
      ["error", () => this.#failed(video)],
    ];
    for (const [name, handler] of listeners) video.addEventListener(name, handler);
    addEventListener("pageshow", this.#shownAgain);
    void this.#open(this.timeMs, true);
    return () => {
      for (const [name, handler] of listeners) video.removeEventListener(name, handler);
      this.#stopAsking();
      removeEventListener("pageshow", this.#shownAgain);
      this.#drop();
      this.#video = undefined;
    };
  }

  toggle = (): void => {
    if (!this.#video || this.#video.paused) this.play();
    else this.pause();
  };

  play(): void {
    if (this.ended) this.seek(0);
    this.#playing = true;
    if (this.trouble?.again) this.again();
    // Browsers may refuse to start sound without a gesture; the play button is then on the screen.
    else if (this.#pendingMs === undefined) void this.#video?.play().catch(() => (this.paused = this.#video?.paused ?? true));
  }

  pause(): void {
    this.#playing = false;
    this.#video?.pause();
  }

  seek = (ms: number): void => {
    const target = Math.min(Math.max(0, ms), Math.max(0, this.durationMs - 500));
    const { index, localMs } = locate(this.parts, target);
    this.timeMs = target;
    this.ended = false;
    if (index !== this.partIndex) void this.#open(target, !this.paused);
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

  setQuality(quality: Quality): void {
    this.quality = quality;
    storeQuality(quality);
    if (this.delivery?.mode === "direct" && this.#directWouldDo()) return;
    if (!this.#stream?.setQuality(quality)) this.reopen();
  }

  /** What was chosen of sound and subtitles holds from now on; `anew`: in another stream. */
  tracksChanged(anew: boolean): void {
    if (anew || !this.#applyTracks()) this.reopen();
  }

  /** Asks the server anew, and goes on at the same position. */
  reopen(): void {
    void this.#open(this.timeMs, this.#playing);
  }

  again = (): void => {
    this.trouble = undefined;
    this.reopen();
  };

  /** The owner of the server ended it. */
  terminate(text: string): void {
    this.#turn += 1;
    this.#stopAsking();
    this.#drop();
    this.paused = true;
    this.trouble = { text, again: false };
  }

  // --- opening ---------------------------------------------------------------------------------------------------

  async #open(ms: number, play: boolean): Promise<void> {
    const turn = ++this.#turn;
    const { index, localMs } = locate(this.parts, ms);
    const span = this.parts[index];
    const video = this.#video;
    if (!span || !video) return;
    this.#stopAsking();
    video.pause();
    this.#drop();
    this.partIndex = index;
    this.#pendingMs = localMs;
    this.#playing = play;
    this.paused = !play;
    this.waiting = true;
    this.trouble = undefined;
    const wanted = this.#wanted(index, localMs);
    let decided: Decision;
    try {
      decided = await decide(wanted);
    } catch (error) {
      if (turn === this.#turn) this.#unreachable(error instanceof ApiError ? error : undefined);
      return;
    }
    if (turn !== this.#turn) return;
    if (decided.mode === "none") {
      this.refused = decided.text || "The server cannot play this file.";
      return;
    }
    this.delivery = decided;
    this.bringsLines = decided.mode === "stream";
    if (decided.mode === "direct") video.src = mediaUrl(span.part.key);
    else await this.#openStream(video, wanted, turn);
  }

  async #openStream(video: HTMLVideoElement, wanted: Wanted, turn: number): Promise<void> {
    const mine = (act: () => void) => {
      if (turn === this.#turn) act();
    };
    const stream = new MediaStream(video, wanted, this.quality, {
      levels: (levels) => mine(() => (this.levels = levels)),
      level: (index) => mine(() => (this.level = this.levels[index])),
      tracks: () => mine(() => this.#applyTracks()),
      lines: () => mine(() => (this.lines += 1)),
      undecodable: () => mine(() => this.#nextWay()),
      unreachable: (status) => mine(() => this.#streamLost(status)),
    });
    this.#stream = stream;
    this.#begunWith = this.#tracks.sound(this.partIndex);
    try {
      await stream.open();
    } catch {
      mine(() => this.#unreachable()); // the player itself could not be fetched
    }
  }

  #wanted(partIndex: number, offsetMs: number): Wanted {
    const quality = this.quality;
    return {
      kind: "video",
      ratingKey: this.#item.ratingKey,
      mediaIndex: Math.max(0, this.#item.Media?.findIndex((one) => one.id === this.#media.id) ?? 0),
      partIndex,
      offsetMs,
      directPlay: this.#way === Way.asDecided && this.#directWouldDo(),
      copy: this.#way !== Way.converted,
      burn: this.#tracks.burns,
      profile: profile(quality === "original"),
      maxKbps: readsHlsItself && typeof quality === "number" ? quality : undefined,
      fileKbps: this.#media.bitrate,
      session: randomId(),
    };
  }

  #directWouldDo(): boolean {
    if (this.#tracks.burns) return false;
    return typeof this.quality !== "number" || (this.#media.bitrate ?? Infinity) <= this.quality;
  }

  /** Sound and subtitles in the stream that is played. False when it takes another one. */
  #applyTracks(): boolean {
    const stream = this.#stream;
    const sound = this.#tracks.sound(this.partIndex);
    if (!stream) return !sound || sound === this.#tracks.sounds[0];
    this.bringsLines = stream.setSubtitle(this.delivery?.burned ? undefined : this.#tracks.subtitle(this.partIndex));
    // What the browser reads by itself has the sound that was chosen when it began.
    return readsHlsItself ? sound === this.#begunWith : stream.setSound(sound?.index);
  }

  /** Lets go of what is played, on the server too. */
  #drop(): void {
    clearTimeout(this.#slow);
    this.#stream?.close();
    this.#stream = undefined;
    this.bringsLines = true;
    this.delivery = undefined;
    this.levels = [];
    this.level = undefined;
    this.#video?.removeAttribute("src");
    this.#video?.load();
  }

  // --- what the media element says -------------------------------------------------------------------------------

  #loaded(video: HTMLVideoElement): void {
    video.playbackRate = this.rate;
    video.muted = this.muted;
    // The server may not know how long a file is; the browser does by now.
    if (this.parts.length === 1 && Number.isFinite(video.duration)) this.durationMs = video.duration * 1000;
    if (this.#pendingMs !== undefined && this.#pendingMs > 0) video.currentTime = this.#pendingMs / 1000;
    this.#pendingMs = undefined;
    if (this.#playing) this.play();
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

  #waits(waiting: boolean): void {
    this.waiting = waiting;
    clearTimeout(this.#slow);
    // The file comes too slowly: a stream can be smaller, and changes with the line.
    if (waiting && this.delivery?.mode === "direct" && this.quality === "automatic" && this.levels.length === 0) {
      this.#slow = setTimeout(() => this.#nextWay(), TOO_SLOW_MS);
    }
  }

  #partEnded(): void {
    const next = this.parts[this.partIndex + 1];
    if (next) void this.#open(next.startMs, true);
    else {
      this.ended = true;
      this.timeMs = this.durationMs;
    }
  }

  // --- what goes wrong -------------------------------------------------------------------------------------------

  #failed(video: HTMLVideoElement): void {
    if (!this.delivery || !video.getAttribute("src")) return;
    if (this.#stream && !readsHlsItself) return; // told by the stream
    if (video.error?.code === MediaError.MEDIA_ERR_NETWORK) this.#streamLost(404);
    else this.#nextWay();
  }

  #nextWay(): void {
    this.#way = this.delivery?.mode === "direct" ? Way.asStream : this.#way + 1 < Way.converted ? Way.converted : this.#way + 1;
    if (this.#way < Way.none) this.reopen();
    else {
      this.#drop();
      this.refused = "The browser could not play this file, also not after it was converted.";
    }
  }

  #streamLost(status: number): void {
    if (status === 404 && Date.now() - this.#renewedAt > RENEWED_MS) {
      this.#renewedAt = Date.now();
      this.reopen();
    } else if (status === 404 || status >= 500) {
      this.trouble = { text: "The server cannot make this stream at the moment.", again: true };
    } else {
      this.#unreachable();
    }
  }

  #unreachable(error?: ApiError): void {
    if (error?.status === 400 || error?.status === 403) this.refused = error.message;
    else if (error?.status === 404) this.refused = "The file is not there at the moment.";
    else {
      this.trouble = { text: "The server cannot be reached. It goes on here as soon as it can be.", again: true };
      this.#stopAsking();
      this.#stopAsking = whenReachable(this.again);
    }
  }

  /** Back from the history of the browser: the stream was ended on leaving. */
  #shownAgain = (event: PageTransitionEvent): void => {
    if (event.persisted) this.reopen();
  };
}
