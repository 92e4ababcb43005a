// Ties the addresses of `lib/route.ts` to the browser, and puts the page back where it was scrolled on "back".
import { parse, type Route } from "../lib/route";

const positions = new Map<number, number>();
let nextKey = Date.now();

interface Entry {
  entry: number;
  /** How many steps into the application it is: at 0, "back" would leave it. */
  depth: number;
}

function currentEntry(): Entry | undefined {
  const state = history.state as Partial<Entry> | null;
  return state?.entry === undefined ? undefined : { entry: state.entry, depth: state.depth ?? 0 };
}

function claimEntry(depth: number): Entry {
  nextKey += 1;
  const claimed = { entry: nextKey, depth };
  history.replaceState(claimed, "");
  return claimed;
}

/** Who came back and did nothing yet is brought to where they were for so long. */
const PATIENCE_MS = 15_000;

class Router {
  route = $state.raw<Route>(parse(location.hash));
  hash = $state(location.hash);
  /** The entry of the browser's history that is shown. */
  #at: Entry = { entry: 0, depth: 0 };
  #restoring = 0;
  /** A step back is on its way. */
  #goesBack = false;

  start(): void {
    history.scrollRestoration = "manual";
    this.#at = currentEntry() ?? claimEntry(0);
    addEventListener("scroll", () => positions.set(this.#at.entry, scrollY), { passive: true });
    addEventListener("popstate", () => this.#changed());
    addEventListener("hashchange", () => this.#changed());
  }

  go(hash: string): void {
    location.hash = hash;
  }

  /** Changes the address without a new step in the history: filters, search text. */
  replace(hash: string): void {
    history.replaceState(this.#at, "", hash);
    this.hash = location.hash;
    this.route = parse(location.hash);
  }

  /** One step back, however often it is asked for before it is done: two could leave the application. */
  back(fallback: string): void {
    if (this.#goesBack) return;
    if (this.#at.depth === 0) return this.replace(fallback);
    this.#goesBack = true;
    history.back();
  }

  #changed(): void {
    this.#goesBack = false;
    const known = currentEntry();
    if (known?.entry === this.#at.entry && location.hash === this.hash) return;
    this.#at = known ?? claimEntry(this.#at.depth + 1);
    const target = known === undefined ? 0 : (positions.get(known.entry) ?? 0);
    this.hash = location.hash;
    this.route = parse(location.hash);
    this.#restore(target);
  }

  /** The page grows while its data arrives, so the wanted position is tried for a while: the line may be slow. */
  #restore(target: number): void {
    const turn = ++this.#restoring;
    const deadline = performance.now() + PATIENCE_MS;
    const { entry } = this.#at;
    const attempt = () => {
      if (turn !== this.#restoring || entry !== this.#at.entry) return;
      const reachable = document.documentElement.scrollHeight - innerHeight;
      scrollTo({ top: Math.min(target, reachable), behavior: "instant" });
      positions.set(entry, target);
      if (reachable < target && performance.now() < deadline) requestAnimationFrame(attempt);
    };
    requestAnimationFrame(attempt);
    const stop = () => (this.#restoring += 1);
    for (const name of ["wheel", "touchstart", "pointerdown", "keydown"]) addEventListener(name, stop, { once: true, passive: true });
  }
}

export const router = new Router();
