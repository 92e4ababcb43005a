// Short notes at the edge of the screen: what was done, or what failed and how to try again.
import { asApiError } from "../api/client";

export interface Toast {
  id: number;
  text: string;
  failed: boolean;
  retry?: () => void;
}

class Toasts {
  list = $state.raw<Toast[]>([]);
  /** Open dialogs, the topmost last: nothing outside it can be pressed, so that is where the notes are then. */
  dialogs = $state.raw<symbol[]>([]);
  #next = 0;

  say(text: string): void {
    this.#add({ text, failed: false }, 4000);
  }

  fail(text: string, retry?: () => void): void {
    this.#add(retry ? { text, failed: true, retry } : { text, failed: true }, 12_000);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #add(toast: Omit<Toast, "id">, milliseconds: number): void {
    const id = ++this.#next;
    this.list = [...this.list.slice(-2), { ...toast, id }];
    setTimeout(() => this.dismiss(id), milliseconds);
  }
}

export const toasts = new Toasts();

/** Runs an action of the person; a failure says what failed and offers to try again. What follows from success is part of
 * the action: trying again does that too. */
export async function attempt(what: string, action: () => Promise<void>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (caught) {
    const error = asApiError(caught, what);
    toasts.fail(`${error.what} failed. ${error.message}`, () => void attempt(what, action));
    return false;
  }
}
