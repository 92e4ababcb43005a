// Which quality of a stream comes next. A quality that has to be made makes a player wait for the first byte, which says
// nothing about the line; a lower one would cost the server another conversion. So only what comes after the first byte
// measures the line, and a wait counts only where the server makes a quality more slowly than it is watched. Pure.
import type { Level } from "./quality";

/** A segment that came. */
export interface Came {
  level: number;
  durationS: number;
  bytes: number;
  /** Until its first byte, and from there to its last. */
  waitS: number;
  loadS: number;
  /** How much is there to be watched. */
  aheadS: number;
}

const QUICK = 0.5;
const SLOW = 0.15;
/** Below this a segment says little about the line. */
const LEAST_BYTES = 20_000;
const LEAST_S = 0.004;
/** What a quality may take of the line: its pictures are not all of one size, and there is sound. */
const TO_STAY = 1.25;
const TO_CLIMB = 1.6;
const LITTLE_AHEAD_S = 12;
/** A quality that was made too slowly is not tried again for so many segments. */
const SPARED = 20;

export class Adaptation {
  readonly #levels: Level[];
  #quick = Infinity;
  #slow = Infinity;
  #ceiling: number;
  #spared = 0;

  /** The levels, the worst first. */
  constructor(levels: Level[]) {
    this.#levels = levels;
    this.#ceiling = levels.length - 1;
  }

  /** Nothing is known of the line yet: the best. */
  get first(): number {
    return this.#levels.length - 1;
  }

  /** The level after a segment. */
  after(came: Came): number {
    if (came.bytes >= LEAST_BYTES) this.#measure((came.bytes * 8) / 1000 / Math.max(came.loadS, LEAST_S));
    if (this.#spared > 0) this.#spared -= 1;
    else this.#ceiling = this.#levels.length - 1;
    const made = this.#levels[came.level]?.copied === false;
    if (made && came.level > 0 && came.waitS + came.loadS > came.durationS && came.aheadS < LITTLE_AHEAD_S) {
      this.#ceiling = came.level - 1;
      this.#spared = SPARED;
    }
    return this.#fitting(came.level);
  }

  /** The level instead of one whose segment comes with so many kbit/s, too slowly. */
  instead(level: number, kbps: number): number {
    this.#quick = this.#slow = kbps;
    return Math.min(this.#fitting(level), Math.max(0, level - 1));
  }

  #measure(kbps: number): void {
    this.#quick = this.#quick === Infinity ? kbps : this.#quick + (kbps - this.#quick) * QUICK;
    this.#slow = this.#slow === Infinity ? kbps : this.#slow + (kbps - this.#slow) * SLOW;
  }

  #fitting(current: number): number {
    const line = Math.min(this.#quick, this.#slow);
    const found = this.#levels.findLastIndex((level, index) => index <= this.#ceiling && level.kbps * (index > current ? TO_CLIMB : TO_STAY) <= line);
    return Math.max(0, found);
  }
}
