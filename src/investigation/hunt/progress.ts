/** A line on a terminal that says how far a hunt is. */
import { grouped } from '../../output/index.js';

/** No more often than this, in milliseconds. */
const PERIOD = 200;

/** Counts jobs. */
export class HuntProgress {
  #done: number;
  readonly #all: number;
  #shownAt = 0;
  #isShown = false;

  constructor(done: number, all: number) {
    this.#done = done;
    this.#all = all;
  }

  add(): void {
    this.#done += 1;
    const now = performance.now();
    if (process.stderr.isTTY && now - this.#shownAt > PERIOD) {
      this.#shownAt = now;
      this.#isShown = true;
      process.stderr.write(`\r${grouped(this.#done)} of ${grouped(this.#all)} pieces of evidence `);
    }
  }

  end(): void {
    if (this.#isShown) {
      process.stderr.write('\r\x1b[K');
    }
  }
}
