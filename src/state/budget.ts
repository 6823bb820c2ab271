/**
 * How much memory the machine may take, in total. Whatever keeps bytes that a capture chose asks here first, in bytes and
 * not in items, and goes without where the answer is no. Nobody gives anything back: what left the machine (a process that
 * exited, a closed descriptor) is found out by counting what is left, when the sum of all that was ever taken reaches the bound.
 * So nothing can be forgotten to be returned, and what processes share is counted once.
 */
import { Losses } from './losses.js';

const MB = 1024 * 1024;

/** What the machine may take, in bytes as `holdings.ts` estimates them. */
const MACHINE_BYTES = 144 * MB;

/**
 * Up to where each kind may fill the machine. What is needed least is given up first: environments, then metadata, long
 * texts, descriptors, and last the processes themselves.
 */
export const BOUND = {
  ENVIRONMENT: 0.4 * MACHINE_BYTES,
  METADATA: 0.5 * MACHINE_BYTES,
  TEXT: 0.6 * MACHINE_BYTES,
  DESCRIPTOR: 0.8 * MACHINE_BYTES,
  THREAD: MACHINE_BYTES,
} as const;

/** Why something was given up, for its diagnostic. */
export const FULL = `what is known of the machine is kept to ${MACHINE_BYTES / MB} MB`;

/** So much is taken, at least, between two countings: where the machine is full, each takes 0.2 s. */
const BYTES_PER_COUNT = MACHINE_BYTES / 6;

/** The bytes of a machine: see the head of this file. */
export class Budget {
  readonly losses = new Losses();
  readonly #count: () => number;
  /** Taken and perhaps left since, over what was counted last. */
  #used = 0;
  #countedAt = 0;
  #refused = 0;

  /** `count` says what the machine holds now, in bytes. */
  constructor(count: () => number) {
    this.#count = count;
  }

  /** Whether `bytes` more may be kept; `bound` is one of {@link BOUND}. */
  take(bound: number, bytes: number): boolean {
    this.#used += bytes;
    return this.#used <= bound || this.#takeLate(bound, bytes);
  }

  /** The machine forgot everything. */
  reset(): void {
    this.#used = 0;
    this.#countedAt = 0;
    this.#refused = 0;
  }

  #takeLate(bound: number, bytes: number): boolean {
    this.#used -= bytes;
    if (this.#used - this.#countedAt + this.#refused + bytes >= BYTES_PER_COUNT) {
      this.#used = this.#count();
      this.#countedAt = this.#used;
      this.#refused = 0;
    }
    if (this.#used + bytes <= bound) {
      this.#used += bytes;
      return true;
    }
    this.#refused += bytes;
    return false;
  }
}
