import { describe, expect, it } from "vitest";
import type { Updates } from "../src/api/updates";
import { command, ending, headline, stages, takesServerAway } from "../src/lib/updates";

const told = (more: Partial<Updates> = {}): Updates => ({ version: "1.0", managed: true, group: "interactive", checkedAt: 5, ...more });
const release = (state: string) => ({ Release: [{ key: "", version: "2.0", state }] }) as Partial<Updates>;

describe("updates", () => {
  it("are told in a sentence", () => {
    expect(headline(told({ managed: false }))).toBe("Nothing on this machine looks for updates by itself.");
    expect(headline(told())).toBe("The newest version runs.");
    expect(headline(told({ checkedAt: 0 }))).toMatch(/Nobody has looked/);
    expect(headline(told(release("available")))).toBe("Version 2.0 is there.");
    expect(headline(told(release("tonight")))).toMatch(/next run/);
    expect(headline(told(release("skipped")))).toMatch(/passed over/);
    expect(headline(told(release("error")))).toMatch(/could not be installed/);
    expect(headline(told({ ...release("installing"), step: "verifying" }))).toMatch(/worked on/);
  });

  it("are shown step by step, and the way back once it is gone", () => {
    const states = (step: string) => stages(step).map((one) => one.state);
    expect(states("waiting for nobody to watch")).toEqual(["done", "done", "now", "later", "later", "later", "later"]);
    expect(states("rolling back")).toEqual([...Array<string>(7).fill("done"), "now"]);
    expect(takesServerAway("verifying")).toBe(true);
    expect(takesServerAway("checking")).toBe(false);
  });

  it("end well or badly", () => {
    expect(ending("updated").bad).toBe(false);
    expect(ending("rolled back")).toMatchObject({ bad: true, text: expect.stringMatching(/not healthy/) });
    expect(ending("something new").text).toBe("something new");
  });

  it("are asked for on the machine by the name of their group", () => {
    expect(command(told())).toBe("vitascope update run --install");
    expect(command(told({ group: "tv" }))).toBe("vitascope update run --group tv --install");
    expect(command(told({ outcome: "rolled back" }))).toBe("vitascope update run --again");
    expect(command(told(release("skipped")))).toBe("vitascope update run --again");
  });
});
