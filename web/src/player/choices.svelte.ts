// Which sound and which subtitles are played. A choice is kept by the server with the file, so that it holds on every
// device; the quality is kept by this browser, since it depends on the line.
import { mediaUrl } from "../api/client";
import { selectStream } from "../api/library";
import type { Media, Stream } from "../api/types";
import { isDrawnSubtitle, isTextSubtitle } from "../lib/codecs";
import { streamTitle } from "../lib/media";
import type { Quality } from "../lib/quality";
import { truthy } from "../lib/values";
import { attempt } from "../state/toasts.svelte";

export interface SubtitleTrack {
  src: string;
  label: string;
  language: string;
}

const QUALITY_KEY = "vitascope.quality";

export function storedQuality(): Quality {
  try {
    const kept = localStorage.getItem(QUALITY_KEY) ?? "automatic";
    return kept === "automatic" || kept === "original" ? kept : Number(kept) || "automatic";
  } catch {
    return "automatic";
  }
}

export function storeQuality(quality: Quality): void {
  try {
    localStorage.setItem(QUALITY_KEY, String(quality));
  } catch {
    // lasts as long as the film, then
  }
}

export class TrackChoice {
  /** Those of the first file; the other files of a split film have the same ones in the same order. */
  readonly sounds: Stream[];
  readonly subtitles: Stream[];
  chosenSound = $state.raw<Stream | undefined>(undefined);
  chosenSubtitle = $state.raw<Stream | undefined>(undefined);
  /** Told when something else is chosen; `anew`: the picture is another one then. */
  changed: (anew: boolean) => void = () => undefined;
  readonly #media: Media;
  #last: Stream | undefined;

  constructor(media: Media) {
    this.#media = media;
    this.sounds = this.#of(0, 2);
    this.subtitles = this.#of(0, 3);
    this.chosenSound = this.sounds.find((stream) => truthy(stream.selected)) ?? this.sounds[0];
    this.chosenSubtitle = this.subtitles.find((stream) => truthy(stream.selected));
    this.#last = this.chosenSubtitle ?? this.subtitles.find(isTextSubtitle);
  }

  /** The chosen subtitles become part of the picture, which the server draws. */
  get burns(): boolean {
    return this.chosenSubtitle !== undefined && isDrawnSubtitle(this.chosenSubtitle);
  }

  async chooseSound(stream: Stream): Promise<void> {
    this.chosenSound = stream;
    if (await this.#save({ audioStreamID: String(stream.id) })) this.changed(false);
  }

  async chooseSubtitle(stream: Stream | undefined): Promise<void> {
    const before = this.burns;
    this.chosenSubtitle = stream;
    const anew = before || this.burns;
    if (stream) this.#last = stream;
    if (!anew) this.changed(false);
    if ((await this.#save({ subtitleStreamID: String(stream?.id ?? 0) })) && anew) this.changed(true);
  }

  toggle(): void {
    if (this.chosenSubtitle) void this.chooseSubtitle(undefined);
    else if (this.#last) void this.chooseSubtitle(this.#last);
  }

  /** The sound of one of the files. */
  sound(partIndex: number): Stream | undefined {
    return this.#in(partIndex, 2, this.sounds, this.chosenSound);
  }

  /** The id of the subtitles of one of the files that are read as text. */
  subtitle(partIndex: number): string | undefined {
    const stream = this.#in(partIndex, 3, this.subtitles, this.chosenSubtitle);
    return stream && isTextSubtitle(stream) ? String(stream.id) : undefined;
  }

  /** The same, as WebVTT beside the file. */
  address(partIndex: number): SubtitleTrack | undefined {
    const stream = this.#in(partIndex, 3, this.subtitles, this.chosenSubtitle);
    if (!stream || !isTextSubtitle(stream)) return undefined;
    return {
      src: mediaUrl(`/library/streams/${stream.id}.vtt`, { format: "vtt" }),
      label: streamTitle(stream),
      language: stream.languageTag ?? stream.languageCode ?? "und",
    };
  }

  async #save(choice: { audioStreamID?: string; subtitleStreamID?: string }): Promise<boolean> {
    const part = this.#media.Part?.[0];
    return part !== undefined && (await attempt("Saving your choice", () => selectStream(String(part.id), choice)));
  }

  #in(partIndex: number, type: number, list: Stream[], chosen: Stream | undefined): Stream | undefined {
    if (!chosen || partIndex === 0) return chosen;
    return this.#of(partIndex, type)[list.indexOf(chosen)];
  }

  #of(partIndex: number, type: number): Stream[] {
    return this.#media.Part?.[partIndex]?.Stream?.filter((stream) => stream.streamType === type) ?? [];
  }
}
