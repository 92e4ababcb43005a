// Something loaded from the server and shown: data, failure, and how to try again. What was shown before appears at
// once while it is read anew.
import { untrack } from "svelte";
import { asApiError, isAbort, type ApiError } from "../api/client";
import { live } from "./live.svelte";

const KEPT = 60;
const cache = new Map<string, unknown>();

function remember(key: string, value: unknown): void {
  cache.delete(key);
  cache.set(key, value);
  for (const oldest of cache.keys()) {
    if (cache.size <= KEPT) break;
    cache.delete(oldest);
  }
}

export function forgetEverything(): void {
  cache.clear();
}

interface Options<T> {
  /** Read again when the library changes. */
  live?: boolean;
  /** Show the old answer until the new one is there. */
  keep?: boolean;
  /** Read again so often while the page is looked at (reactive), for what changes without a word. */
  everyMs?: (data: T | undefined) => number;
}

export class Resource<T> {
  data = $state.raw<T | undefined>(undefined);
  error = $state.raw<ApiError | undefined>(undefined);
  loading = $state(true);
  #attempt = $state(0);
  #key = "";

  /** `key` names what is wanted (reactive; null: nothing); it must be unique in the application. */
  constructor(key: () => string | null, fetcher: (signal: AbortSignal) => Promise<T>, options: Options<T> = {}) {
    $effect(() => {
      const wanted = key();
      void this.#attempt;
      if (options.live) void live.version;
      if (wanted === null) return;
      const controller = new AbortController();
      untrack(() => void this.#load(wanted, fetcher, controller.signal, options.keep ?? false));
      return () => controller.abort();
    });
    let returns = live.returns;
    $effect(() => {
      if (live.returns === returns) return;
      returns = live.returns;
      untrack(() => this.error && !options.live && (this.#attempt += 1));
    });
    const { everyMs } = options;
    if (!everyMs) return;
    $effect(() => {
      const timer = setInterval(() => !document.hidden && !this.loading && (this.#attempt += 1), everyMs(this.data));
      return () => clearInterval(timer);
    });
  }

  /** Asked for by the person; whatever else reads again leaves a failure on the screen until there is an answer. */
  retry = (): void => {
    this.error = undefined;
    this.#attempt += 1;
  };

  /** Shows a value that is known already, until the server says otherwise. */
  assume(value: T): void {
    this.data = value;
    remember(this.#key, value);
  }

  async #load(key: string, fetcher: (signal: AbortSignal) => Promise<T>, signal: AbortSignal, keep: boolean): Promise<void> {
    if (key !== this.#key) {
      this.#key = key;
      this.error = undefined;
      const known = cache.get(key) as T | undefined;
      if (known !== undefined || !keep) this.data = known;
    }
    this.loading = true;
    try {
      const value = await fetcher(signal);
      if (signal.aborted) return;
      this.data = value;
      this.error = undefined;
      remember(key, value);
    } catch (caught) {
      if (signal.aborted || isAbort(caught)) return;
      this.error = asApiError(caught, "Loading");
    }
    this.loading = false;
  }
}
