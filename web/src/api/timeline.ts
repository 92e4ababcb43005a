// Tells the server where one is in a film or a track: on every change, every ten seconds, and on leaving the page.
import { isAbort, request } from "./client";
import type { Item } from "./types";

export type PlayState = "playing" | "paused" | "buffering" | "stopped";

const EVERY_MS = 10_000;

export class Reporter {
  #item: Item;
  #durationMs: number;
  #state: PlayState = "stopped";
  #timeMs = 0;
  #lastSent = 0;
  #ended = false;
  readonly #terminated: (text: string) => void;

  /** `terminated` is told what the owner of the server says who ends it. */
  constructor(item: Item, durationMs: number, terminated: (text: string) => void) {
    this.#item = item;
    this.#durationMs = durationMs;
    this.#terminated = terminated;
    addEventListener("pagehide", this.#leaving);
  }

  /** Called as often as the player likes; sends when the state changed or ten seconds passed. */
  update(state: PlayState, timeMs: number): void {
    if (this.#ended) return;
    this.#timeMs = timeMs;
    const now = Date.now();
    if (state === this.#state && now - this.#lastSent < EVERY_MS) return;
    this.#state = state;
    this.#lastSent = now;
    void this.#send(false);
  }

  /** The end of it; sends "stopped" once. Resolves when the server has it. */
  async stop(timeMs: number): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    removeEventListener("pagehide", this.#leaving);
    if (this.#lastSent === 0) return; // never started
    this.#state = "stopped";
    this.#timeMs = timeMs;
    await this.#send(true);
  }

  #leaving = (): void => {
    void this.stop(this.#timeMs);
  };

  async #send(keepalive: boolean): Promise<void> {
    try {
      const answer = await request("/:/timeline", {
        method: "POST",
        keepalive,
        what: "Saving where you are",
        params: {
          identifier: "com.plexapp.plugins.library",
          ratingKey: this.#item.ratingKey,
          key: `/library/metadata/${this.#item.ratingKey}`,
          state: this.#state,
          time: Math.round(this.#timeMs),
          duration: Math.round(this.#durationMs),
        },
      });
      if (answer.terminationCode === undefined || this.#ended) return;
      this.#ended = true;
      removeEventListener("pagehide", this.#leaving);
      this.#terminated(answer.terminationText || "The owner of the server has ended it.");
    } catch (error) {
      if (!isAbort(error)) this.#lastSent = Date.now() - EVERY_MS / 2; // a missed report is caught up with sooner
    }
  }
}
