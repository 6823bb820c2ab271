/** What one process did with one file or connection, counted; see `ledger.ts` for who counts. */

/** The pid of a tally that counts no more. No thread has it. */
export const NOBODY = -0x8000_0000;

/** Where something happened: an event, or the record that would be one. */
export interface Place {
  /** Number of the record in the evidence, from 1. */
  readonly number: number;
  /** Where its block begins in the uncompressed evidence, in bytes. */
  readonly offset: number;
  /** Halves of the time, as `nanoseconds()` joins them. */
  readonly timeHigh: number;
  readonly timeLow: number;
}

/** What one process did with one file or connection. */
export class Tally {
  /** The process; {@link NOBODY} once the tally was put away, and then the ledger is asked for another. */
  pid: number;
  reads = 0;
  writes = 0;
  bytesRead = 0;
  bytesWritten = 0;
  /** Halves of the time of the last of them. */
  lastHigh: number;
  lastLow: number;

  constructor(pid: number, place: Place) {
    this.pid = pid;
    this.lastHigh = place.timeHigh;
    this.lastLow = place.timeLow;
  }
}
