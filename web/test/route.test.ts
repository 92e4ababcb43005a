import { describe, expect, it } from "vitest";
import { parse, to } from "../src/lib/route";

describe("routes", () => {
  it.each(["", "#", "#/", "#//"])("%j is the home page", (hash) => expect(parse(hash)).toEqual({ name: "home" }));

  it("come back as they were written", () => {
    expect(parse(to.item("12 / 3"))).toEqual({ name: "item", id: "12 / 3" });
    expect(parse(to.watch("7", { version: "2", from: "resume" }))).toEqual({ name: "watch", id: "7", version: "2", from: "resume" });
    expect(parse(to.watch("7"))).toEqual({ name: "watch", id: "7", version: "", from: "" });
    expect(parse(to.photo("9", "4"))).toEqual({ name: "photo", id: "9", source: "4" });
    expect(parse(to.search("50% & more?"))).toEqual({ name: "search", text: "50% & more?" });
    expect(parse(to.folder("3", "/library?x=1"))).toEqual({ name: "folder", id: "3", parent: "/library?x=1" });
    expect(parse(to.newLibrary)).toEqual({ name: "new-library", folder: "" });
    expect(parse(to.newLibraryIn("/mnt/my films & more"))).toEqual({ name: "new-library", folder: "/mnt/my films & more" });
    expect(parse(to.libraries)).toEqual({ name: "libraries" });
    expect(parse(to.settings)).toEqual({ name: "settings" });
    expect(parse(to.service)).toEqual({ name: "service" });
    expect(parse(to.sources)).toEqual({ name: "sources" });
    expect(parse(to.updates)).toEqual({ name: "updates" });
  });

  it("keep the filters of a library, operators included", () => {
    const route = parse(to.section("1", { type: "1", "year>>": "1990" }));
    expect(route.name).toBe("section");
    if (route.name === "section") expect([...route.query]).toEqual([["type", "1"], ["year>>", "1990"]]);
  });

  it.each(["#/item", "#/section/", "#/watch", "#/photo", "#/nowhere/5"])("%s leads nowhere", (hash) => expect(parse(hash).name).toBe("unknown"));

  it("do not fail on a broken escape", () => {
    expect(parse("#/item/%E0%A4%A")).toEqual({ name: "item", id: "%E0%A4%A" });
  });
});
