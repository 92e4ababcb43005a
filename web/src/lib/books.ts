/** What is particular about audiobooks: who reads them, their series, and chapters across the files of one book. */
import type { Chapter, Item } from "../api/types";

const SERIES = "Series: ";

export interface BookChapter {
  /** In which file it begins, and where in that. */
  index: number;
  chapter: Chapter;
  /** Milliseconds from the beginning of the book. */
  at: number;
}

/** Who reads a book: the agent's word, or of what is surely a book its styles, which its files' tags and names give. */
export function readers(item: Item, surely = false): string[] {
  const told = (item.Role ?? []).filter((role) => role.role === "Narrator").map((role) => role.tag);
  return told.length > 0 || !surely ? told : (item.Style ?? []).map((style) => style.tag);
}

/** The series that a book is of. */
export function series(item: Item): string | undefined {
  return item.Mood?.find((mood) => mood.tag.startsWith(SERIES))?.tag.slice(SERIES.length);
}

/** The chapters of a book in order, each once: one that goes on in the next file is its first file's. */
export function bookChapters(files: Item[]): BookChapter[] {
  const found: BookChapter[] = [];
  let before = 0;
  files.forEach((file, index) => {
    for (const chapter of file.Chapter ?? []) {
      const last = found.at(-1);
      const goesOn = last !== undefined && last.index < index && chapter.startTimeOffset === 0 && last.chapter.tag === chapter.tag;
      if (!goesOn) found.push({ index, chapter, at: before + chapter.startTimeOffset });
    }
    before += file.duration ?? 0;
  });
  return found;
}
