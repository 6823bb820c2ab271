/** The files and connections of one program: a process, from one exec to the next or to its end. */
import { NOBODY, type FileDescriptor } from '../../../state/index.js';
import type { ConnectionTally, FileTally } from './tallies.js';

/** See the head of this file. */
export class Book {
  readonly pid: number;
  readonly processId: bigint | null;
  /** By path; all that was never named is under `undefined`. */
  readonly files = new Map<string | undefined, FileTally>();
  /** By name of the descriptor: connections that traffic alone shows, and the last that was begun. */
  readonly connections = new Map<string, ConnectionTally>();

  /** All that count, in the order of their coming. */
  readonly open = new Set<FileTally | ConnectionTally>();

  constructor(pid: number, processId: bigint | null) {
    this.pid = pid;
    this.processId = processId;
  }

  /** The tally that `descriptor` has of this program, put away or not. */
  tallyOf(descriptor: FileDescriptor | undefined): FileTally | ConnectionTally | undefined {
    const tally = descriptor?.tally as FileTally | ConnectionTally | undefined;
    return tally?.book === this ? tally : undefined;
  }

  /** Let `tally` count no more. */
  forget(tally: FileTally | ConnectionTally): void {
    tally.pid = NOBODY;
    this.open.delete(tally);
    if ('path' in tally) {
      this.files.delete(tally.path);
      return;
    }
    if (this.connections.get(tally.name) === tally) {
      this.connections.delete(tally.name);
    }
  }
}
