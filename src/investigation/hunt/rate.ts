/** How fast a hunt goes, seen from outside: whoever works on it leaves no times in the results. */
import { grouped, say } from '../../output/index.js';
import type { HuntStatus } from './status.js';

const SECONDS_OF_MINUTE = 60;

/** Compares what is done with what was done when the watching began. */
export class HuntRate {
  readonly #first: HuntStatus;
  readonly #since = performance.now();

  constructor(first: HuntStatus) {
    this.#first = first;
  }

  /** Say the rate, and how long the rest takes at that; nothing while nothing was done. */
  say({ done, failed, waiting }: HuntStatus): void {
    const seconds = (performance.now() - this.#since) / 1000;
    const rate = (done + failed.length - this.#first.done - this.#first.failed.length) / seconds;
    if (rate > 0) {
      say(`  ${rate.toFixed(1)} a second; what waits takes ${durationOf(waiting / rate)}`);
    }
  }
}

function durationOf(seconds: number): string {
  return seconds < 2 * SECONDS_OF_MINUTE
    ? `${Math.ceil(seconds)} s`
    : `${grouped(Math.ceil(seconds / SECONDS_OF_MINUTE))} min`;
}
