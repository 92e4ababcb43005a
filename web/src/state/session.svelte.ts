// Who one is to the server, what the server is, and which libraries it has.
import * as account from "../api/account";
import { asApiError, getToken, onUnauthorized, setToken, type ApiError } from "../api/client";
import * as library from "../api/library";
import type { Container, Section } from "../api/types";
import { live } from "./live.svelte";
import { forgetLists } from "./paged.svelte";
import { forgetEverything } from "./resource.svelte";

const START_AGAIN_MS = 3000;

class Session {
  /** "starting" until the server answered; "signed-out" when it wants a token. */
  state = $state<"starting" | "ready" | "signed-out" | "failed">("starting");
  error = $state.raw<ApiError | undefined>(undefined);
  server = $state.raw<Container>({});
  sections = $state.raw<Section[]>([]);
  /** Whether a token proves who one is; else it is the address. */
  withToken = $state(getToken() !== "");
  /** Guests see no controls that the server would refuse them. */
  owner = $state(true);
  /** What one is called. */
  name = $state("");

  #again = 0;

  /** `quietly`: what failed stays on the screen until there is an answer. */
  start = async (quietly = false): Promise<boolean> => {
    clearTimeout(this.#again);
    let refused = false;
    onUnauthorized(() => {
      refused = true;
      this.state = "signed-out";
      live.stop();
    });
    // The sign-in page stays while its token is tried.
    if (this.state === "failed" && !quietly) this.state = "starting";
    try {
      const [server, sections, me] = await Promise.all([library.server(), library.sections(), account.me()]);
      this.server = server;
      this.sections = sections;
      this.owner = me.owner;
      this.name = me.name;
      this.state = "ready";
      live.start();
      return true;
    } catch (caught) {
      if (refused) return false;
      this.error = asApiError(caught, "Opening your library");
      this.state = "failed";
      // Nobody answers, or not yet: a server that starts is there by itself.
      if (this.error.status === 0 || this.error.status === 503) this.#again = setTimeout(() => void this.start(true), START_AGAIN_MS);
      return false;
    }
  };

  signIn = async (token: string): Promise<boolean> => {
    setToken(token);
    this.withToken = getToken() !== "";
    forgetEverything();
    forgetLists();
    return this.start();
  };

  /** Ends the token on the server too: a browser that forgets it is not enough. */
  signOut = async (): Promise<void> => {
    await account.signOut(getToken()).catch(() => undefined);
    await this.signIn("");
  };

  reloadSections = async (): Promise<void> => {
    try {
      this.sections = await library.sections();
    } catch {
      // Kept as they are; the pages that need them show their own failures.
    }
  };

  section(id: string | number | undefined): Section | undefined {
    return this.sections.find((one) => one.key === String(id));
  }
}

export const session = new Session();
