// Reading attributes that servers write in more than one way.
import type { Flag, Item } from "../api/types";

export function truthy(value: Flag | undefined | null): boolean {
  return value === true || value === 1 || value === "1" || value === "true";
}

/** The one element of a list that JSON may also give bare. */
export function asList<T>(value: T | T[] | undefined | null): T[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

export function isPhotoAlbum(item: Item): boolean {
  return item.type === "photoalbum" || (item.type === "photo" && item.key.endsWith("/children"));
}

export function isContainer(item: Item): boolean {
  return ["show", "season", "artist", "album", "collection"].includes(item.type) || isPhotoAlbum(item);
}

/** True when the person has seen all of it. */
export function isWatched(item: Item): boolean {
  if (item.leafCount !== undefined) {
    return item.leafCount > 0 && (item.viewedLeafCount ?? 0) >= item.leafCount;
  }
  return (item.viewCount ?? 0) > 0;
}

/** How many leaves of a show or season are still unseen. */
export function unwatchedLeaves(item: Item): number {
  return item.leafCount === undefined ? 0 : Math.max(0, item.leafCount - (item.viewedLeafCount ?? 0));
}

/** Where one stopped, as a fraction 0..1; 0 when nothing is half-seen. */
export function progressOf(item: Item): number {
  if (!item.viewOffset || !item.duration) return 0;
  return Math.min(1, item.viewOffset / item.duration);
}

export function plural(count: number, one: string, many: string): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`;
}
