// A server that did not answer is asked again until it does: every few seconds, and at once when the network is back.
import { request } from "../api/client";

const AGAIN_MS = 3000;

/** Calls `back` once, when the server answers. The returned function gives up. */
export function whenReachable(back: () => void): () => void {
  let over = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    over = true;
    clearTimeout(timer);
    removeEventListener("online", ask);
  };
  const ask = () => {
    clearTimeout(timer);
    request("/identity").then(
      () => {
        if (over) return;
        end();
        back();
      },
      () => {
        if (over) return;
        clearTimeout(timer);
        timer = setTimeout(ask, AGAIN_MS);
      },
    );
  };
  addEventListener("online", ask);
  timer = setTimeout(ask, AGAIN_MS);
  return end;
}
