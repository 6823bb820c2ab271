/**
 * What the machine gave up, and oddities that it met: counted by kind, and reported once each, with a count and an
 * example. Bounded by the table below, however often a capture makes it happen.
 */
import type { Diagnostic, DiagnosticId } from '../diagnostics.js';

interface LossRow {
  readonly id: DiagnosticId;
  /** The sentence for `count` losses of `bytes` in all; `example` is the first of them. */
  readonly sentence: (count: string, example: string, bytes: string) => string;
}

/** Every kind of loss, in the order in which they are reported. */
// prettier-ignore
const LOSSES = {
  threads: { id: 'state/table-full',
    sentence: (count, example) => `${count} threads are not known: ${example}` },
  tables: { id: 'state/table-full',
    sentence: (count, example) => `the descriptors of a process were given up ${count} times: ${example}` },
  descriptors: { id: 'state/table-full',
    sentence: (count, example) => `${count} descriptors are not known: ${example}` },
  environments: { id: 'state/table-full',
    sentence: (count, example, bytes) => `${count} environments (${bytes} bytes) were given up: ${example}` },
  commandLines: { id: 'state/table-full',
    sentence: (count, example, bytes) => `${count} command lines (${bytes} bytes) were given up: ${example}` },
  names: { id: 'state/table-full',
    sentence: (count, example, bytes) => `${count} names of programs, cgroups or descriptors (${bytes} bytes) were given up: ${example}` },
  containers: { id: 'state/table-full',
    sentence: (count, example) => `metadata of containers was given up ${count} times: ${example}` },
  accounts: { id: 'state/table-full',
    sentence: (count, example) => `${count} users or groups are not known: ${example}` },
  interfaces: { id: 'state/table-full',
    sentence: (count, example) => `${count} network interfaces are not known: ${example}` },
  ancestors: { id: 'state/deep-lineage',
    sentence: (count, example) => `ancestors were looked up ${count} times in a line of ${example}` },
  reapers: { id: 'state/deep-lineage',
    sentence: (count, example) => `the children of ${count} processes that exited got no parent, because lines of ancestors were long and changed too often: ${example}` },
  threadIds: { id: 'state/odd-id',
    sentence: (count, example) => oddIds(count, 'thread or process ids', example) },
  fdNumbers: { id: 'state/odd-id',
    sentence: (count, example) => oddIds(count, 'descriptor numbers', example) },
  accountIds: { id: 'state/odd-id',
    sentence: (count, example) => oddIds(count, 'user or group ids', example) },
} as const satisfies Record<string, LossRow>;

function oddIds(count: string, what: string, example: string): string {
  return `${what} that no Linux kernel gives were met ${count} times, the first is ${example}`;
}

export type Loss = keyof typeof LOSSES;

const NUMBER = new Intl.NumberFormat('en-US');

/** Counts of one kind. */
interface Tally {
  count: number;
  bytes: number;
  readonly example: string;
}

/** One for a replay: sections of a capture add up. */
export class Losses {
  readonly #tallies = new Map<Loss, Tally>();

  /** Something was given up: `example` says why, or which, and is kept of the first of its kind. */
  note(loss: Loss, example: string, bytes = 0): void {
    const tally = this.#tallies.get(loss);
    if (tally === undefined) {
      this.#tallies.set(loss, { count: 1, bytes, example });
    } else {
      tally.count += 1;
      tally.bytes += bytes;
    }
  }

  /** One for each kind of loss. */
  get diagnostics(): readonly Diagnostic[] {
    return Object.entries(LOSSES).flatMap(([loss, { id, sentence }]) => {
      const tally = this.#tallies.get(loss as Loss);
      if (tally === undefined) {
        return [];
      }
      const { count, example, bytes } = tally;
      return [{ id, detail: sentence(NUMBER.format(count), example, NUMBER.format(bytes)) }];
    });
  }
}
