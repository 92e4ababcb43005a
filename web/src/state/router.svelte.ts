// Ties the addresses of `lib/route.ts` to the browser, and puts the page back where it was scrolled on "back".
import { parse, type Route } from "../lib/route";

const positions = new Map<number, number>();
let nextKey = Date.now();

function entryKey(): number | undefined {
  const state: unknown = history.state;
  return typeof state === "object" && state !== null && "entry" in state ? Number(state.entry) : undefined;
}

function claimEntry(): number {
  nextKey += 1;
  history.replaceState({ entry: nextKey }, "");
  return nextKey;
}

class Router {
  route = $state.raw<Route>(parse(location.hash));
  hash = $state(location.hash);
  /** The entry of the browser's history that is shown. */
  #entry = 0;
  #restoring = 0;

  start(): void {
    history.scrollRestoration = "manual";
    this.#entry = entryKey() ?? claimEntry();
    addEventListener("scroll", () => positions.set(this.#entry, scrollY), { passive: true });
    addEventListener("popstate", () => this.#changed());
    addEventListener("hashchange", () => this.#changed());
  }

  go(hash: string): void {
    location.hash = hash;
  }

  /** Changes the address without a new step in the history: filters, search text. */
  replace(hash: string): void {
    history.replaceState({ entry: this.#entry }, "", hash);
    this.hash = location.hash;
    this.route = parse(location.hash);
  }

  back(fallback: string): void {
    if (history.length > 1) history.back();
    else this.go(fallback);
  }

  #changed(): void {
    const known = entryKey();
    if (known === this.#entry && location.hash === this.hash) return;
    this.#entry = known ?? claimEntry();
    const target = known === undefined ? 0 : (positions.get(known) ?? 0);
    this.hash = location.hash;
    this.route = parse(location.hash);
    this.#restore(target);
  }

  /** The page grows while its data arrives, so the wanted position is tried for a second. */
  #restore(target: number): void {
    const turn = ++this.#restoring;
    const deadline = performance.now() + 1000;
    const entry = this.#entry;
    const attempt = () => {
      if (turn !== this.#restoring || entry !== this.#entry) return;
      const reachable = document.documentElement.scrollHeight - innerHeight;
      scrollTo({ top: Math.min(target, reachable), behavior: "instant" });
      positions.set(entry, target);
      if (reachable < target && performance.now() < deadline) requestAnimationFrame(attempt);
    };
    requestAnimationFrame(attempt);
    const stop = () => (this.#restoring += 1);
    addEventListener("wheel", stop, { once: true, passive: true });
    addEventListener("touchstart", stop, { once: true, passive: true });
  }
}

export const router = new Router();
