// What a library can hold, and how each kind is asked for and shown.
import type { Section } from "../api/types";

export interface LibraryKind {
  id: string;
  label: string;
  hint: string;
  type: string;
  agent: string;
  scanner: string;
  icon: string;
}

export const LIBRARY_KINDS: LibraryKind[] = [
  { id: "movie", label: "Movies", hint: "Films, one per file or folder", type: "movie", agent: "tv.plex.agents.movie", scanner: "Plex Movie", icon: "film" },
  { id: "show", label: "TV shows", hint: "Series with seasons and episodes", type: "show", agent: "tv.plex.agents.series", scanner: "Plex TV Series", icon: "tv" },
  { id: "artist", label: "Music and audiobooks", hint: "Artists, albums, tracks, chapters", type: "artist", agent: "tv.plex.agents.music", scanner: "Plex Music", icon: "music" },
  { id: "audiobooks", label: "Audiobooks, looked up", hint: "Books by author; titles and authors are told to Audnexus and Audible, which send texts and covers", type: "artist", agent: "com.plexapp.agents.audiobooks", scanner: "Plex Music", icon: "music" },
  { id: "photo", label: "Photos", hint: "Pictures in folders", type: "photo", agent: "com.plexapp.agents.none", scanner: "Plex Photo Scanner", icon: "photo" },
  { id: "other", label: "Other videos", hint: "Home videos and everything without a title in a catalogue", type: "movie", agent: "com.plexapp.agents.none", scanner: "Plex Video Files Scanner", icon: "camera" },
];

export function kindOf(section: Section): LibraryKind {
  const other = section.scanner === "Plex Video Files Scanner";
  const found = LIBRARY_KINDS.find((kind) => (other ? kind.id === "other" : kind.id === section.type));
  return found ?? (LIBRARY_KINDS[0] as LibraryKind);
}

export interface View {
  type: number;
  label: string;
  aspect: number;
  one: string;
  many: string;
  /** Leaves of a hierarchy are asked for newest first. */
  sort?: string;
}

const VIEWS: Record<string, View[]> = {
  movie: [{ type: 1, label: "Movies", aspect: 2 / 3, one: "movie", many: "movies" }],
  other: [{ type: 1, label: "Videos", aspect: 16 / 9, one: "video", many: "videos" }],
  show: [
    { type: 2, label: "Shows", aspect: 2 / 3, one: "show", many: "shows" },
    { type: 4, label: "Episodes", aspect: 16 / 9, one: "episode", many: "episodes", sort: "addedAt:desc" },
  ],
  artist: [
    { type: 8, label: "Artists", aspect: 1, one: "artist", many: "artists" },
    { type: 9, label: "Albums", aspect: 1, one: "album", many: "albums" },
  ],
  photo: [
    { type: 14, label: "Albums", aspect: 1, one: "album", many: "albums" },
    { type: 13, label: "All photos", aspect: 1, one: "photo", many: "photos", sort: "originallyAvailableAt:desc" },
  ],
};

export function viewsOf(section: Section): View[] {
  return VIEWS[kindOf(section).id] ?? (VIEWS["movie"] as View[]);
}

/** What "recently added" shows of a library. */
export function recentType(section: Section): number {
  const types: Record<string, number> = { movie: 1, other: 1, show: 2, artist: 9, photo: 14 };
  return types[kindOf(section).id] ?? 1;
}

/** Width divided by height of an item's picture. */
export function aspectOf(type: string): number {
  if (["artist", "album", "track", "photo", "photoalbum", "playlist"].includes(type)) return 1;
  return type === "episode" || type === "clip" || type === "video" ? 16 / 9 : 2 / 3;
}
