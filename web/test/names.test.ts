import { expect, it } from "vitest";
import { hostNames } from "../src/lib/names";

it("names are taken out of what people write or paste", () => {
  expect(hostNames("media.example.org, nas .onion;NAS *.home")).toEqual({ names: ["media.example.org", "nas", ".onion", "*.home"], wrong: [] });
  expect(hostNames("https://media.example.org:32400/web/#/settings")).toEqual({ names: ["media.example.org"], wrong: [] });
  expect(hostNames("bücher.example.")).toEqual({ names: ["bücher.example"], wrong: [] });
  expect(hostNames(" , ")).toEqual({ names: [], wrong: [] });
});

it("what is no name is said as it was written", () => {
  expect(hostNames("a..b, <b>, ok")).toEqual({ names: ["ok"], wrong: ["a..b", "<b>"] });
});
