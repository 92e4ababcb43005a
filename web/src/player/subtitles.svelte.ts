// Which subtitles are shown. A choice is kept by the server with the file, so that it holds on every device.
import { mediaUrl } from "../api/client";
import { selectStream } from "../api/library";
import type { Media, Stream } from "../api/types";
import { isTextSubtitle } from "../lib/codecs";
import { streamTitle } from "../lib/media";
import { truthy } from "../lib/values";
import { attempt } from "../state/toasts.svelte";

export interface SubtitleTrack {
  src: string;
  label: string;
  language: string;
}

export class SubtitleChoice {
  /** Those of the first file; the other files of a split film have the same ones in the same order. */
  readonly streams: Stream[];
  chosen = $state.raw<Stream | undefined>(undefined);
  readonly #media: Media;
  #last: Stream | undefined;

  constructor(media: Media) {
    this.#media = media;
    this.streams = this.#of(0);
    this.chosen = this.streams.find((stream) => truthy(stream.selected) && isTextSubtitle(stream));
    this.#last = this.chosen ?? this.streams.find(isTextSubtitle);
  }

  choose(stream: Stream | undefined): void {
    this.chosen = stream;
    if (stream) this.#last = stream;
    const part = this.#media.Part?.[0];
    if (!part) return;
    void attempt("Saving your choice of subtitles", () => selectStream(String(part.id), { subtitleStreamID: String(stream?.id ?? 0) }));
  }

  toggle(): void {
    if (this.chosen) this.choose(undefined);
    else if (this.#last) this.choose(this.#last);
  }

  /** The chosen subtitles for one of the files, as WebVTT. */
  address(partIndex: number): SubtitleTrack | undefined {
    const chosen = this.chosen;
    if (!chosen) return undefined;
    const stream = partIndex === 0 ? chosen : this.#of(partIndex)[this.streams.indexOf(chosen)];
    if (!stream) return undefined;
    return {
      src: mediaUrl(`/library/streams/${stream.id}.vtt`, { format: "vtt" }),
      label: streamTitle(stream),
      language: stream.languageTag ?? stream.languageCode ?? "und",
    };
  }

  #of(partIndex: number): Stream[] {
    return this.#media.Part?.[partIndex]?.Stream?.filter((stream) => stream.streamType === 3) ?? [];
  }
}
