// A listing of any length, of which only the pages near the screen are read and kept.
import { asApiError, isAbort, type ApiError, type Params } from "../api/client";
import { page } from "../api/library";
import type { Item } from "../api/types";

export const PAGE_SIZE = 60;
const KEPT_PAGES = 40;
const PARALLEL = 3;
const FIND_SIZE = 500;

export class PagedList {
  total = $state<number | undefined>(undefined);
  error = $state.raw<ApiError | undefined>(undefined);
  /** Grows with every page that arrives: what reads `at` inside an effect sees new items. */
  #version = $state(0);
  #pages = new Map<number, Item[]>();
  #running = new Map<number, AbortController>();
  #wanted: number[] = [];
  #stale = new Set<number>();

  constructor(
    readonly path: string,
    readonly params: Params,
  ) {}

  at(index: number): Item | undefined {
    void this.#version;
    return this.#pages.get(Math.floor(index / PAGE_SIZE))?.[index % PAGE_SIZE];
  }

  /** Says which items are on the screen; everything else that is still under way is given up. */
  want(first: number, end: number): void {
    const from = Math.floor(Math.max(0, first) / PAGE_SIZE);
    const to = Math.floor(Math.max(0, end - 1) / PAGE_SIZE);
    this.#wanted = [];
    for (let number = from; number <= to; number += 1) this.#wanted.push(number);
    for (const [number, controller] of this.#running) {
      if (!this.#wanted.includes(number)) controller.abort();
    }
    this.#pump();
  }

  /** The position of an item: among the pages at hand, else by reading on from the start. -1 when it is not in it. */
  async find(ratingKey: string, signal: AbortSignal): Promise<number> {
    for (const [number, items] of this.#pages) {
      const place = items.findIndex((item) => item.ratingKey === ratingKey);
      if (place >= 0) return number * PAGE_SIZE + place;
    }
    for (let start = 0; ; start += FIND_SIZE) {
      const answer = await page(this.path, this.params, start, FIND_SIZE, signal);
      const place = answer.items.findIndex((item) => item.ratingKey === ratingKey);
      if (place >= 0) return start + place;
      if (start + FIND_SIZE >= answer.total) return -1;
    }
  }

  /** Reads what is shown again without emptying the screen. */
  refresh(): void {
    this.#stale = new Set(this.#pages.keys());
    this.error = undefined;
    this.#pump();
  }

  retry = (): void => {
    this.error = undefined;
    this.#pump();
  };

  stop(): void {
    this.#wanted = [];
    for (const controller of this.#running.values()) controller.abort();
  }

  #pump(): void {
    if (this.error) return;
    for (const number of this.#wanted) {
      if (this.#running.size >= PARALLEL) return;
      const missing = !this.#pages.has(number) || this.#stale.has(number);
      if (missing && !this.#running.has(number)) void this.#load(number);
    }
  }

  async #load(number: number): Promise<void> {
    const controller = new AbortController();
    this.#running.set(number, controller);
    try {
      const answer = await page(this.path, this.params, number * PAGE_SIZE, PAGE_SIZE, controller.signal);
      this.#stale.delete(number);
      this.#pages.delete(number);
      this.#pages.set(number, answer.items);
      this.total = answer.total;
      this.#forget();
      this.#version += 1;
    } catch (caught) {
      if (!isAbort(caught)) this.error = asApiError(caught, "Loading the list");
    }
    this.#running.delete(number);
    this.#pump();
  }

  #forget(): void {
    for (const number of this.#pages.keys()) {
      if (this.#pages.size <= KEPT_PAGES) break;
      if (!this.#wanted.includes(number)) this.#pages.delete(number);
    }
  }
}

const KEPT_LISTS = 6;
const lists = new Map<string, PagedList>();

/** The same listing asked for again (coming back from an item) is there at once. */
export function pagedList(path: string, params: Params): PagedList {
  const key = `${path} ${JSON.stringify(params)}`;
  const list = lists.get(key) ?? new PagedList(path, params);
  lists.delete(key);
  lists.set(key, list);
  for (const oldest of lists.keys()) {
    if (lists.size <= KEPT_LISTS) break;
    lists.delete(oldest);
  }
  return list;
}

export function forgetLists(): void {
  lists.clear();
}
