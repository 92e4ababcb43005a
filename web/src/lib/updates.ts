// Words for what an update is doing and how it ended. Pure.
import type { Updates } from "../api/updates";
import { truthy } from "./values";

/** The steps of an update in their order, as the updater names them. */
export const STEPS: { step: string; words: string }[] = [
  { step: "checking", words: "Look for a newer version, and fetch it" },
  { step: "backing up", words: "Make a backup" },
  { step: "waiting for nobody to watch", words: "Wait until nobody watches" },
  { step: "stopping", words: "Stop this version" },
  { step: "setting aside", words: "Copy everything for the way back" },
  { step: "starting", words: "Start the new version" },
  { step: "verifying", words: "See whether it is healthy" },
];
const RETURNING = { step: "rolling back", words: "Go back to the version and the files of before" };
/** From here on the server is not there for a while. */
const GONE = ["stopping", "setting aside", "starting", "verifying", "rolling back"];

export interface Stage {
  words: string;
  state: "done" | "now" | "later";
}

/** Where an update is; the way back is shown once it is gone. */
export function stages(step: string): Stage[] {
  if (step === RETURNING.step) {
    return [...STEPS.map(({ words }) => ({ words, state: "done" as const })), { words: RETURNING.words, state: "now" }];
  }
  const at = STEPS.findIndex((one) => one.step === step);
  return STEPS.map(({ words }, index) => ({ words, state: index < at ? "done" : index === at ? "now" : "later" }));
}

export const takesServerAway = (step: string): boolean => GONE.includes(step);

/** How the last run ended, in a sentence. */
export function ending(outcome: string): { text: string; bad: boolean } {
  const words: Record<string, string> = {
    "up to date": "There was nothing newer.",
    available: "A newer version was found. It was not installed, since nobody asked for it.",
    skipped: "The newer version was passed over.",
    postponed: "It was put off, since somebody watched.",
    updated: "The server was updated.",
    "rolled back": "The new version was not healthy, so the version and the files of before were put back.",
    failed: "It failed before anything was changed: the old version runs as it was.",
    stuck: "It was not finished, and needs to be looked at on the machine.",
  };
  return { text: words[outcome] ?? outcome, bad: ["rolled back", "failed", "stuck"].includes(outcome) };
}

/** What an owner reads first. */
export function headline(updates: Updates): string {
  const release = updates.Release?.[0];
  if (!truthy(updates.managed)) return "Nothing on this machine looks for updates by itself.";
  if (updates.step) return release ? `Version ${release.version} is being worked on.` : "The updater is at work.";
  if (!release) return updates.checkedAt ? "The newest version runs." : "Nobody has looked for a newer version yet.";
  switch (release.state) {
    case "tonight":
      return `Version ${release.version} is installed in the next run.`;
    case "installing":
      return `Version ${release.version} is installed as soon as nobody watches.`;
    case "skipped":
      return `Version ${release.version} is passed over.`;
    case "error":
      return `Version ${release.version} could not be installed.`;
    default:
      return `Version ${release.version} is there.`;
  }
}

/** What one types on the machine that runs the container, where the server cannot have it done. */
export function command(updates: Updates): string {
  const group = updates.group && updates.group !== "interactive" ? ` --group ${updates.group}` : "";
  const passed = updates.outcome === "rolled back" || updates.Release?.[0]?.state === "skipped";
  return `vitascope update run${group} ${passed ? "--again" : "--install"}`;
}

export const PACKAGE_COMMAND = "pip install --upgrade vitascope";
