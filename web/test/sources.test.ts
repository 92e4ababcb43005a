import { describe, expect, it } from "vitest";
import type { RemoteOption, Source } from "../src/api/sources";
import * as rules from "../src/lib/sources";

const option = (name: string, more: Partial<RemoteOption> = {}): RemoteOption => ({
  name, help: "", type: "string", default: "", required: false, secret: false, advanced: false, exclusive: false, ...more,
});
const source = (more: Partial<Source> = {}): Source => ({
  name: "media", address: "b2:bucket", type: "b2", mount: "/mnt/media", way: "mount", state: "ready", since: 0,
  storedBytes: 0, fetchedBytes: 0, storagePrice: 0, downloadPrice: 0, storageCost: 0, downloadCost: 0, ...more,
});

describe("options", () => {
  it("are those of the chosen service", () => {
    expect(rules.isFor(undefined, "")).toBe(true);
    expect(rules.isFor("AWS,Minio", "Minio")).toBe(true);
    expect(rules.isFor("AWS,Minio", "Wasabi")).toBe(false);
    expect(rules.isFor("!AWS", "AWS")).toBe(false);
    expect(rules.isFor("!AWS", "")).toBe(true);
  });

  it("of a common kind come in the order in which one is asked for them, each once", () => {
    const found = [option("key"), option("endpoint"), option("account"), option("key", { provider: "x" })];
    const { first, more } = rules.sorted("b2", found, "x");
    expect(first.map((one) => one.name)).toEqual(["account", "key"]);
    expect(more.map((one) => one.name)).toEqual(["endpoint"]);
  });

  it("of another kind are those that are needed or usual, and the token", () => {
    const found = [option("scope"), option("chunk", { advanced: true }), option("token", { advanced: true }), option("id", { advanced: true, required: true })];
    expect(rules.sorted("drive", found, "").first.map((one) => one.name)).toEqual(["scope", "token", "id"]);
    expect(rules.needsAuthorising([option("token"), option("client_id")])).toBe(true);
    expect(rules.needsAuthorising([option("token")])).toBe(false);
  });

  it("have names and hints for people", () => {
    expect(rules.optionLabel("server_side_encryption")).toBe("Server side encryption");
    expect(rules.optionLabel("secret_access_key")).toBe("Secret access key");
    expect(rules.optionHint(option("x", { help: "One\nline.\n\nMuch more." }))).toBe("One line.");
  });
});

describe("what is sent", () => {
  const secrets = new Set(["key"]);
  it("is what was filled in", () => {
    expect(rules.sent("option.", { account: "1", key: "", more: "" }, {}, secrets)).toEqual({ "option.account": "1" });
  });
  it("is what was changed, and an empty field takes an option away, but no secret", () => {
    const before = { account: "1", region: "eu" };
    expect(rules.sent("option.", { account: "1", region: "", key: "" }, before, secrets)).toEqual({ "option.region": "" });
    expect(rules.sent("option.", { account: "1", region: "eu", key: "new" }, before, secrets)).toEqual({ "option.key": "new" });
  });
});

describe("names", () => {
  it("of new remotes are free, and of characters that a remote may have", () => {
    expect(rules.remoteName("b2", [])).toBe("b2");
    expect(rules.remoteName("b2", [source(), source({ address: "b2-2:x" })])).toBe("b2-3");
    expect(rules.remoteName("google photos", [])).toBe("google-photos");
  });
  it("of the four common kinds come first", () => {
    const types = ["zoho", "sftp", "b2", "box"].map((name) => ({ name, title: name }));
    const { common, others } = rules.commonFirst(types);
    expect(common.map((one) => one.name)).toEqual(["b2", "sftp"]);
    expect(others.map((one) => one.name)).toEqual(["box", "zoho"]);
  });
});

describe("refusals", () => {
  it.each([
    ["B2:bucket: the remote refuses the key: 401", "The remote refuses the key: 401.", /key/],
    ["B2:bucket: directory not found", "Directory not found.", /name of the bucket/],
    ["B2:bucket: dial tcp: lookup nowhere: no such host", "Dial tcp: lookup nowhere: no such host.", /address/],
    ["B2:bucket: no answer within 45 seconds", "No answer within 45 seconds.", /reaches/],
    ["B2:bucket: something new", "Something new.", /^$/],
  ])("of the remote say what to do: %s", (message, text, advice) => {
    const found = rules.refusal(message, "b2");
    expect(found).toMatchObject({ text, remote: true });
    expect(found.advice).toMatch(advice);
  });
  it("of the server are as they are", () => {
    expect(rules.refusal("Mount /etc: nothing is mounted over a folder of the system.", "b2")).toEqual({
      text: "Mount /etc: nothing is mounted over a folder of the system.", advice: "", remote: false,
    });
  });
});

describe("figures and states", () => {
  it("are in words", () => {
    expect(rules.dollars(0, "en-US")).toBe("$0.00");
    expect(rules.dollars(0.001, "en-US")).toBe("less than $0.01");
    expect(rules.dollars(6.629, "en-US")).toBe("$6.63");
    expect(rules.size(0)).toBe("nothing");
    expect(rules.standing(source()).tone).toBe("good");
    expect(rules.standing(source({ state: "waiting", reason: "no key (apt install x)" })).text).toBe("No key (apt install x).");
    expect(rules.standing(source({ state: "waiting", way: "direct", reason: "no key" })).word).toBe("Not reached");
    expect(rules.standing(source({ state: "away", reason: "silence" })).text).toMatch(/^Silence\. .*nothing is taken for deleted/);
  });
  it("know what lies in a folder", () => {
    expect(rules.isIn("/mnt/media/Films", "/mnt/media")).toBe(true);
    expect(rules.isIn("/mnt/media", "/mnt/media/")).toBe(false);
    expect(rules.isIn("/mnt/media", "/mnt/media")).toBe(true);
    expect(rules.isIn("/mnt/media2", "/mnt/media")).toBe(false);
  });
  it("show risky flags last", () => {
    const flags = ["allow-other", "zzz", "buffer-size"].map((name) => ({ name, value: "1" }));
    expect(rules.inOrder(flags).map((one) => one.name)).toEqual(["buffer-size", "allow-other", "zzz"]);
  });
});
