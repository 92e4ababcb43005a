// What the server is doing right now, and when lists should be read again: the notification socket where it can be
// opened, and a slow poll of `/activities` in any case.
import { asApiError, mediaUrl, onUnreachable } from "../api/client";
import * as library from "../api/library";
import type { Activity } from "../api/types";

interface Notification {
  NotificationContainer?: {
    type?: string;
    ActivityNotification?: { event: string; uuid: string; Activity: Activity }[];
    TimelineEntry?: { state?: number }[];
  };
}

/** Timeline states after which a list looks different: created, processed, deleted. */
const LISTED = new Set([0, 5, 9]);

/** How often a server that went away is looked for. */
const AWAY_MS = 3000;

class Live {
  activities = $state.raw<Activity[]>([]);
  /** Grows whenever lists may have changed; lists that show it read themselves again. */
  version = $state(0);
  /** Grows when the server answers again after it did not; what failed meanwhile is tried once more. */
  returns = $state(0);
  #away = false;
  #socket: WebSocket | undefined;
  #pollTimer = 0;
  #bumpTimer = 0;
  #lastBump = 0;
  #running = false;
  #retryMs = 2000;

  start(): void {
    if (this.#running) return;
    this.#running = true;
    onUnreachable(this.#lost);
    this.#connect();
    this.#schedule(0);
    document.addEventListener("visibilitychange", this.#wake);
    addEventListener("online", this.#wake);
  }

  stop(): void {
    this.#running = false;
    this.#socket?.close();
    clearTimeout(this.#pollTimer);
    document.removeEventListener("visibilitychange", this.#wake);
    removeEventListener("online", this.#wake);
  }

  /** Looks at once: something was just asked of the server. */
  poke(): void {
    this.#schedule(150);
  }

  /** Lists are read again soon, but at most every two seconds while a scan adds thousands of items. */
  changed(): void {
    if (this.#bumpTimer) return;
    const wait = Math.max(300, 2000 - (Date.now() - this.#lastBump));
    this.#bumpTimer = setTimeout(() => {
      this.#bumpTimer = 0;
      this.#lastBump = Date.now();
      this.version += 1;
    }, wait);
  }

  #wake = (): void => {
    if (!document.hidden) this.#schedule(0);
  };

  #connect(): void {
    const address = new URL(mediaUrl("/:/websockets/notifications"), location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.onopen = () => (this.#retryMs = 2000);
    socket.onmessage = (event) => this.#received(String(event.data));
    socket.onclose = () => {
      if (!this.#running || this.#socket !== socket) return;
      this.#schedule(0);
      this.#retryMs = Math.min(60_000, this.#retryMs * 2);
      setTimeout(() => this.#running && this.#connect(), this.#retryMs);
    };
  }

  #received(text: string): void {
    let container: Notification["NotificationContainer"];
    try {
      container = (JSON.parse(text) as Notification).NotificationContainer;
    } catch {
      return;
    }
    for (const note of container?.ActivityNotification ?? []) this.#activity(note.event, note.uuid, note.Activity);
    if (container?.TimelineEntry?.some((entry) => LISTED.has(Number(entry.state)))) this.changed();
  }

  #activity(event: string, uuid: string, activity: Activity): void {
    const others = this.activities.filter((one) => one.uuid !== uuid);
    this.#set(event === "ended" ? others : [...others, { ...activity, uuid }]);
  }

  #set(next: Activity[]): void {
    const ended = this.activities.some((old) => !next.some((one) => one.uuid === old.uuid));
    this.activities = next;
    if (ended || next.length > 0) this.changed();
    if (next.length > 0) this.#schedule(3000);
  }

  #schedule(milliseconds: number): void {
    clearTimeout(this.#pollTimer);
    if (this.#running) this.#pollTimer = setTimeout(() => void this.#poll(), milliseconds);
  }

  async #poll(): Promise<void> {
    if (!document.hidden) {
      try {
        this.#set(await library.activities());
        if (this.#away) this.#returned();
      } catch (caught) {
        // Pages show their own failures; a refusal is an answer.
        if (asApiError(caught, "Asking what is going on").status >= 500) this.#away = true;
      }
    }
    const connected = this.#socket?.readyState === WebSocket.OPEN;
    this.#schedule(this.#away ? AWAY_MS : this.activities.length > 0 ? 2000 : connected ? 30_000 : 8000);
  }

  #lost = (): void => {
    if (this.#away) return;
    this.#away = true;
    this.#schedule(AWAY_MS);
  };

  #returned(): void {
    this.#away = false;
    this.#retryMs = 2000;
    this.returns += 1;
    this.version += 1;
  }
}

export const live = new Live();
