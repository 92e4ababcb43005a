// The small picture of a moment, from sheets that are fetched when the pointer first comes near them.
import { mediaUrl } from "../api/client";
import * as library from "../api/library";
import type { Media, Sheets } from "../api/types";
import { locate, spans } from "../lib/parts";
import { percent, placeAt } from "../lib/sheets";

export interface Preview {
  src: string;
  aspect: number;
  columns: number;
  rows: number;
  x: number;
  y: number;
}

export class Previews {
  readonly #media: Media;
  #known = $state.raw<Record<string, Sheets | undefined>>({});
  #there = $state.raw<ReadonlySet<string>>(new Set());
  readonly #asked = new Set<string>();

  constructor(media: Media) {
    this.#media = media;
  }

  readonly at = (ms: number): Preview | undefined => {
    const list = spans(this.#media);
    const { index, localMs } = locate(list, ms);
    const part = list[index]?.part;
    if (part?.indexes !== "sd") return undefined;
    const id = String(part.id);
    this.#ask(id);
    const sheets = this.#known[id];
    const place = sheets && placeAt(sheets, localMs);
    const key = place && sheets.Sheet[place.sheet]?.key;
    if (!key || !this.#isThere(key)) return undefined;
    return {
      src: mediaUrl(key),
      aspect: sheets.width / sheets.height,
      columns: place.columns,
      rows: place.rows,
      x: percent(place.column, place.columns),
      y: percent(place.row, place.rows),
    };
  };

  /** A sheet is shown once it is there; until then the time alone, and no black box. */
  #isThere(key: string): boolean {
    if (this.#asked.has(key)) return this.#there.has(key);
    this.#asked.add(key);
    const image = new Image();
    image.onload = () => (this.#there = new Set([...this.#there, key]));
    image.src = mediaUrl(key);
    return false;
  }

  #ask(id: string): void {
    if (this.#asked.has(id)) return;
    this.#asked.add(id);
    // Without them the time alone is shown, as where none were made.
    void library.sheets(id).then(
      (found) => (this.#known = { ...this.#known, [id]: found }),
      () => undefined,
    );
  }
}
