// The words under an item's picture, and where the picture and the words lead.
import type { Item } from "../api/types";
import { to } from "./route";
import { isPhotoAlbum, plural } from "./values";

export function link(item: Item): string {
  if (item.type === "photo" && !isPhotoAlbum(item)) return to.photo(item.ratingKey, item.parentRatingKey ?? "");
  if (item.type === "track" && item.parentRatingKey) return to.item(item.parentRatingKey);
  return to.item(item.ratingKey);
}

export function episodeCode(item: Item): string {
  if (item.index === undefined) return item.originallyAvailableAt ?? "";
  return item.parentIndex === undefined ? `E${item.index}` : `S${item.parentIndex} E${item.index}`;
}

export function seasonName(item: Item): string {
  if (item.title) return item.title;
  return item.index === 0 ? "Specials" : `Season ${item.index ?? ""}`.trim();
}

export interface Caption {
  title: string;
  under: string;
}

/** In a library an item is under its own name; on the home page an episode is under its show's. */
export function caption(item: Item, mixed = false): Caption {
  const year = item.year ? String(item.year) : "";
  switch (item.type) {
    case "episode":
      return mixed
        ? { title: item.grandparentTitle ?? item.title, under: [episodeCode(item), item.title].filter(Boolean).join(" · ") }
        : { title: item.title, under: [item.grandparentTitle, episodeCode(item)].filter(Boolean).join(" · ") };
    case "season":
      return mixed
        ? { title: item.parentTitle ?? item.title, under: seasonName(item) }
        : { title: seasonName(item), under: item.leafCount ? plural(item.leafCount, "episode", "episodes") : "" };
    case "show":
      return { title: item.title, under: [year, item.childCount ? plural(item.childCount, "season", "seasons") : ""].filter(Boolean).join(" · ") };
    case "album":
      return { title: item.title, under: [item.parentTitle, year].filter(Boolean).join(" · ") };
    case "artist":
      return { title: item.title, under: item.childCount ? plural(item.childCount, "album", "albums") : "" };
    case "track":
      return { title: item.title, under: item.originalTitle ?? item.grandparentTitle ?? "" };
    case "photo":
    case "photoalbum":
      if (isPhotoAlbum(item)) {
        const count = item.leafCount ?? item.childCount;
        return { title: item.title, under: count ? plural(count, "photo", "photos") : "" };
      }
      return { title: item.title, under: item.originallyAvailableAt ?? year };
    default:
      return { title: item.title, under: [year, item.editionTitle].filter(Boolean).join(" · ") };
  }
}

/** The picture that stands for an item, and a sign where there is none. */
export function thumbOf(item: Item, mixed = false): string | undefined {
  if (mixed && item.type === "season") return item.thumb ?? item.parentThumb;
  if (item.type === "track") return item.thumb ?? item.parentThumb ?? item.grandparentThumb;
  return item.thumb ?? item.composite;
}

export function iconOf(type: string): string {
  const icons: Record<string, string> = { show: "tv", season: "tv", episode: "tv", artist: "user", album: "music", track: "music", photo: "photo", photoalbum: "photo", clip: "camera" };
  return icons[type] ?? "film";
}
