/** Faults of a channel, each reported once however often it happened. */
import type { Fault } from '../channel.js';

/** Gathers faults, in the order in which they first happened. */
export class Faults {
  readonly #counts = new Map<string, number>();
  readonly #losses = new Set<string>();

  /** `isLoss`: an alert did not arrive. */
  note(text: string, isLoss: boolean): void {
    this.#counts.set(text, (this.#counts.get(text) ?? 0) + 1);
    if (isLoss) {
      this.#losses.add(text);
    }
  }

  all(): readonly Fault[] {
    return [...this.#counts].map(([text, count]) => ({
      text: count === 1 ? text : `${text} (${count} times)`,
      isLoss: this.#losses.has(text),
    }));
  }
}
