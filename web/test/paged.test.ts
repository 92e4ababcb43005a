import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, baseOf, request, withParams } from "../src/api/client";
import { PAGE_SIZE, PagedList } from "../src/state/paged.svelte";

const TOTAL = 1000;
let asked: number[] = [];

/** A server with a thousand items, which answers when it is let. */
function serve(answer: (start: number) => Response | Promise<Response>): void {
  vi.stubGlobal(
    "fetch",
    vi.fn((_: string, options: RequestInit) => {
      const start = Number((options.headers as Record<string, string>)["X-Plex-Container-Start"]);
      asked.push(start);
      return new Promise<Response>((resolve, reject) => {
        options.signal?.addEventListener("abort", () => reject(new DOMException("gone", "AbortError")));
        setTimeout(() => resolve(answer(start)), 5);
      });
    }),
  );
}

function json(container: object, status = 200): Response {
  return new Response(JSON.stringify({ MediaContainer: container }), { status, headers: { "content-type": "application/json" } });
}

function slice(start: number): Response {
  const count = Math.min(500, TOTAL - start);
  const Metadata = Array.from({ length: count }, (_, i) => ({ ratingKey: `k${start + i}`, key: "", type: "movie", title: `${start + i}` }));
  return json({ totalSize: TOTAL, size: count, Metadata });
}

beforeEach(() => {
  asked = [];
  vi.stubGlobal("navigator", { userAgent: "Firefox/1" });
});
afterEach(() => vi.unstubAllGlobals());

describe("a list read page by page", () => {
  it("reads only what is wanted", async () => {
    serve(slice);
    const list = new PagedList("/all", {});
    list.want(PAGE_SIZE - 1, PAGE_SIZE + 2);
    await vi.waitFor(() => expect(list.at(PAGE_SIZE)?.title).toBe(String(PAGE_SIZE)));
    expect(list.total).toBe(TOTAL);
    expect(asked).toEqual([0, PAGE_SIZE]);
    expect(list.at(PAGE_SIZE * 3)).toBeUndefined();
  });

  it("gives up what was scrolled past", async () => {
    serve(slice);
    const list = new PagedList("/all", {});
    list.want(0, 10);
    list.want(600, 610);
    await vi.waitFor(() => expect(list.at(600)).toBeDefined());
    expect(list.at(0)).toBeUndefined();
    expect(list.error).toBeUndefined();
  });

  it("keeps what is shown while it is read again", async () => {
    serve(slice);
    const list = new PagedList("/all", {});
    list.want(0, 10);
    await vi.waitFor(() => expect(list.at(0)).toBeDefined());
    list.refresh();
    expect(list.at(0)).toBeDefined();
    await vi.waitFor(() => expect(asked).toEqual([0, 0]));
  });

  it("says what failed, and reads on when told to", async () => {
    let broken = true;
    serve((start) => (broken ? new Response("<html></html>", { status: 500 }) : slice(start)));
    const list = new PagedList("/all", {});
    list.want(0, 10);
    await vi.waitFor(() => expect(list.error?.status).toBe(500));
    broken = false;
    list.retry();
    await vi.waitFor(() => expect(list.at(0)).toBeDefined());
    expect(list.error).toBeUndefined();
  });

  it("finds the place of an item it has not read", async () => {
    serve(slice);
    const list = new PagedList("/all", {});
    const { signal } = new AbortController();
    expect(await list.find("k777", signal)).toBe(777);
    expect(await list.find("nobody", signal)).toBe(-1);
  });
});

describe("requests", () => {
  it("repeat lists and leave out what is undefined", () => {
    expect(withParams("/a?x=1", { b: true, c: ["1", "2"], d: undefined, e: "" })).toBe("/a?x=1&b=1&c=1&c=2&e=");
  });

  it("go where the page came from, also below a path", () => {
    expect(["/web/", "/web/index.html", "/plex/web/", "/a/b/web/#/x", "/plex/web", "/plex/website/"].map(baseOf)).toEqual(["", "", "/plex", "/a/b", "/plex", ""]);
  });

  it("carry the identity of the client and answer with the container", async () => {
    serve(() => json({ size: 3 }));
    expect(await request("/x")).toEqual({ size: 3 });
    const headers = vi.mocked(fetch).mock.calls[0]?.[1]?.headers as Record<string, string>;
    expect(headers["X-Plex-Client-Identifier"]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/);
    expect(headers["Accept"]).toBe("application/json");
  });

  it("an answer without a body is an empty container", async () => {
    serve(() => new Response(""));
    expect(await request("/x")).toEqual({});
  });

  it("a failure names what was tried", async () => {
    serve(() => new Response("<html></html>", { status: 404 }));
    await expect(request("/x", { what: "Opening it" })).rejects.toMatchObject({ what: "Opening it", status: 404 });
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no route")));
    await expect(request("/x")).rejects.toBeInstanceOf(ApiError);
    await expect(request("/x")).rejects.toMatchObject({ status: 0 });
  });
});
