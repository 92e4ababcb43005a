// The addresses of the application: everything behind `#`, so that the server needs no rewriting and a reload or a
// bookmark always works. Pure; `state/router.svelte.ts` ties it to the browser.

export type Route =
  | { name: "home" }
  | { name: "libraries" }
  | { name: "new-library"; folder: string }
  | { name: "section"; id: string; query: URLSearchParams }
  | { name: "folder"; id: string; parent: string }
  | { name: "item"; id: string }
  | { name: "photo"; id: string; source: string }
  | { name: "watch"; id: string; version: string; from: string }
  | { name: "search"; text: string }
  | { name: "settings" }
  | { name: "service" }
  | { name: "sources" }
  | { name: "updates" }
  | { name: "unknown"; path: string };

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function parse(hash: string): Route {
  const text = hash.replace(/^#/, "");
  const mark = text.indexOf("?");
  const path = mark < 0 ? text : text.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? "" : text.slice(mark + 1));
  const [first = "", second = "", third = ""] = path.split("/").filter(Boolean).map(decoded);
  switch (first) {
    case "":
      return { name: "home" };
    case "libraries":
      return second === "new" ? { name: "new-library", folder: query.get("folder") ?? "" } : { name: "libraries" };
    case "section":
      if (!second) break;
      if (third === "folder") return { name: "folder", id: second, parent: query.get("parent") ?? "" };
      return { name: "section", id: second, query };
    case "item":
      if (second) return { name: "item", id: second };
      break;
    case "photo":
      if (second) return { name: "photo", id: second, source: query.get("in") ?? "" };
      break;
    case "watch":
      if (!second) break;
      return { name: "watch", id: second, version: query.get("version") ?? "", from: query.get("from") ?? "" };
    case "search":
      return { name: "search", text: query.get("q") ?? "" };
    case "settings":
      return second === "service" || second === "sources" || second === "updates" ? { name: second } : { name: "settings" };
  }
  return { name: "unknown", path };
}

function withQuery(path: string, query: Record<string, string> | URLSearchParams): string {
  const text = new URLSearchParams(query).toString();
  return text ? `${path}?${text}` : path;
}

const part = encodeURIComponent;

export const to = {
  home: "#/",
  libraries: "#/libraries",
  newLibrary: "#/libraries/new",
  newLibraryIn: (folder: string) => withQuery("#/libraries/new", { folder }),
  settings: "#/settings",
  service: "#/settings/service",
  sources: "#/settings/sources",
  updates: "#/settings/updates",
  section: (id: string, query: Record<string, string> | URLSearchParams = {}) =>
    withQuery(`#/section/${part(id)}`, query),
  folder: (id: string, parent = "") =>
    withQuery(`#/section/${part(id)}/folder`, parent ? { parent } : {}),
  item: (id: string) => `#/item/${part(id)}`,
  photo: (id: string, source = "") => withQuery(`#/photo/${part(id)}`, source ? { in: source } : {}),
  watch: (id: string, options: { version?: string; from?: string } = {}) =>
    withQuery(`#/watch/${part(id)}`, options as Record<string, string>),
  search: (text = "") => withQuery("#/search", text ? { q: text } : {}),
};
