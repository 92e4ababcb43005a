// The endpoints this application uses, by what they are for.
import { ApiError, request, type Params } from "./client";
import type { Activity, BrowsePath, Container, Directory, Hub, Item, Section, TypeMeta, Sheets, Unreadable } from "./types";
import { asList } from "../lib/values";

type Signal = AbortSignal | undefined;

const IDENTIFIER = "com.plexapp.plugins.library";

export async function server(signal?: Signal): Promise<Container> {
  return request("/", { signal, what: "Greeting the server" });
}

export async function sections(signal?: Signal): Promise<Section[]> {
  const answer = await request("/library/sections", { signal, what: "Loading the libraries" });
  return (answer.Directory ?? []) as Section[];
}

export interface Page {
  items: Item[];
  total: number;
  container: Container;
}

/** One page of a listing. `total` counts the whole listing. */
export async function page(path: string, params: Params, start: number, size: number, signal?: Signal): Promise<Page> {
  const container = await request(path, { params, page: { start, size }, signal, what: "Loading the list" });
  const items = [...((container.Directory ?? []) as unknown as Item[]), ...(container.Metadata ?? [])];
  return { items, total: container.totalSize ?? container.size ?? items.length, container };
}

/** The listing a section offers: filters and sorts per type, as the server describes them. */
export async function describeSection(id: string, type: number, signal?: Signal): Promise<TypeMeta | undefined> {
  const container = await request(`/library/sections/${id}/all`, {
    params: { type, includeMeta: 1 },
    page: { start: 0, size: 0 },
    signal,
    what: "Loading sorts and filters",
  });
  const types = asList(container.Meta)[0]?.Type ?? [];
  return types.find((one) => new URLSearchParams(one.key.split("?")[1] ?? "").get("type") === String(type)) ?? types[0];
}

export async function values(path: string, params: Params, signal?: Signal): Promise<Directory[]> {
  return (await request(path, { params, signal, what: "Loading the choices of a filter" })).Directory ?? [];
}

export async function item(id: string, signal?: Signal): Promise<Item> {
  const container = await request(`/library/metadata/${encodeURIComponent(id)}`, {
    params: { includeExtras: 1, includeChapters: 1, includeMarkers: 1, includeOnDeck: 1, includeGuids: 1 },
    signal,
    what: "Loading this page",
  });
  const found = container.Metadata?.[0] ?? (container.Directory?.[0] as unknown as Item | undefined);
  if (!found) throw new ApiError("Loading this page", 404, "The server does not have it (any more).");
  const section = container.librarySectionID;
  return found.librarySectionID === undefined && section !== undefined ? { ...found, librarySectionID: section } : found;
}

export async function children(id: string, signal?: Signal): Promise<Item[]> {
  const container = await request(`/library/metadata/${encodeURIComponent(id)}/children`, { signal, what: "Loading what is inside" });
  return container.Metadata ?? [];
}

/** These items with their chapters, in their order. */
export async function withChapters(ids: string[], signal?: Signal): Promise<Item[]> {
  const AT_ONCE = 50;
  const found = new Map<string, Item>();
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE).map(encodeURIComponent).join(",");
    const container = await request(`/library/metadata/${some}`, { params: { includeChapters: 1 }, signal, what: "Loading what is inside" });
    for (const one of container.Metadata ?? []) found.set(one.ratingKey, one);
  }
  return ids.flatMap((id) => found.get(id) ?? []);
}

export async function leaves(id: string, signal?: Signal): Promise<Item[]> {
  const container = await request(`/library/metadata/${encodeURIComponent(id)}/allLeaves`, { signal, what: "Loading what is inside" });
  return container.Metadata ?? [];
}

async function orElse<T>(first: () => Promise<T>, second: () => Promise<T>): Promise<T> {
  try {
    return await first();
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 501)) return second();
    throw error;
  }
}

/** What one is in the middle of: the hub where the server has hubs, else the older list. */
export async function continueWatching(signal?: Signal): Promise<Item[]> {
  const what = "Loading what you are watching";
  return orElse(
    async () => {
      const container = await request("/hubs/continueWatching", { signal, what });
      return (container.Hub ?? []).flatMap((hub) => hub.Metadata ?? []).concat(container.Metadata ?? []);
    },
    async () => (await request("/library/onDeck", { signal, what })).Metadata ?? [],
  );
}

export async function search(query: string, signal?: Signal): Promise<Hub[]> {
  const what = "Searching";
  return orElse(
    async () => (await request("/hubs/search", { params: { query, limit: 12 }, signal, what })).Hub ?? [],
    async () => {
      const found = (await request("/search", { params: { query }, signal, what })).Metadata ?? [];
      const kinds = [...new Set(found.map((one) => one.type))];
      return kinds.map((type) => ({
        hubIdentifier: type,
        title: "",
        type,
        Metadata: found.filter((one) => one.type === type),
      }));
    },
  );
}

export async function folder(id: string, parent: string, start: number, size: number, signal?: Signal): Promise<Page> {
  return page(`/library/sections/${id}/folder`, parent ? { parent } : {}, start, size, signal);
}

export async function setWatched(id: string, watched: boolean): Promise<void> {
  await request(watched ? "/:/scrobble" : "/:/unscrobble", {
    params: { key: id, identifier: IDENTIFIER },
    what: watched ? "Marking as played" : "Marking as not played",
  });
}

export async function rate(id: string, rating: number): Promise<void> {
  await request("/:/rate", { method: "PUT", params: { key: id, identifier: IDENTIFIER, rating }, what: "Saving your rating" });
}

export async function selectStream(partId: string, params: { audioStreamID?: string; subtitleStreamID?: string }): Promise<void> {
  await request(`/library/parts/${partId}`, { method: "PUT", params: { ...params, allParts: 1 }, what: "Saving your choice" });
}

export async function sheets(partId: string): Promise<Sheets> {
  return (await request(`/vitascope/parts/${partId}/sheets`, { what: "Loading preview pictures" })) as unknown as Sheets;
}

export async function activities(signal?: Signal): Promise<Activity[]> {
  return (await request("/activities", { signal, what: "Loading activities" })).Activity ?? [];
}

export async function cancelActivity(uuid: string): Promise<void> {
  await request(`/activities/${uuid}`, { method: "DELETE", what: "Stopping the activity" });
}

export async function browse(key: string, signal?: Signal): Promise<BrowsePath[]> {
  return asList((await request(key, { params: { includeFiles: 0 }, signal, what: "Opening the folder" })).Path);
}

export async function unreadable(signal?: Signal): Promise<Unreadable[]> {
  return orElse(
    async () => (await request("/vitascope/unreadable", { signal, what: "Loading what could not be read" })).File ?? [],
    async () => [],
  );
}

export async function setting(id: string): Promise<string> {
  const answer = await request("/:/prefs/get", { params: { id }, what: "Loading the setting" });
  return String(answer.Setting?.[0]?.value ?? "");
}

export async function saveSetting(id: string, value: string): Promise<void> {
  await request("/:/prefs", { method: "PUT", params: { [id]: value }, what: "Saving the setting" });
}
