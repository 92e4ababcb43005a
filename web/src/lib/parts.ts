// A film in several files plays as one: positions in the whole film <-> file and position in the file.
import type { Media, Part } from "../api/types";

export interface PartSpan {
  part: Part;
  startMs: number;
  durationMs: number;
}

export function spans(media: Media): PartSpan[] {
  const parts = media.Part ?? [];
  let startMs = 0;
  return parts.map((part) => {
    const known = part.duration ?? (parts.length === 1 ? media.duration : undefined) ?? 0;
    const span = { part, startMs, durationMs: known };
    startMs += known;
    return span;
  });
}

export function totalMs(list: PartSpan[]): number {
  const last = list.at(-1);
  return last ? last.startMs + last.durationMs : 0;
}

/** Which file holds a position, and where in it. Positions behind the end lie in the last file. */
export function locate(list: PartSpan[], positionMs: number): { index: number; localMs: number } {
  const position = Math.max(0, positionMs);
  for (let index = list.length - 1; index > 0; index -= 1) {
    const span = list[index] as PartSpan;
    if (position >= span.startMs) return { index, localMs: position - span.startMs };
  }
  return { index: 0, localMs: position };
}
