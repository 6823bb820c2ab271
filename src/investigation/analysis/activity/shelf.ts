/**
 * Tallies that count. They go to the case when their program ends, and the oldest before that when there are too many: a
 * capture may name a million files, and memory holds some thousand.
 */
import type { RunWriter } from '../../../store/index.js';
import { type Book, ConnectionTally, type FileTally } from './tallies.js';

type Kept = FileTally | ConnectionTally;

/** So many are kept at once, and so many bytes of their names; then the older half is put away. */
const MAX_TALLIES = 16_384;
const MAX_NAME_BYTES = 16_000_000;

/** The tallies of all programs, oldest first. */
export class Shelf {
  readonly #run: Pick<RunWriter, 'addFile' | 'addConnection' | 'expectFilesAgain'>;
  readonly #kept = new Set<Kept>();
  readonly #onEmpty: (book: Book) => void;
  #nameBytes = 0;

  /** `onEmpty` is called with each book of which nothing is kept any more, when room was made. */
  constructor(
    run: Pick<RunWriter, 'addFile' | 'addConnection' | 'expectFilesAgain'>,
    onEmpty: (book: Book) => void,
  ) {
    this.#run = run;
    this.#onEmpty = onEmpty;
  }

  /** Keep a tally that begins to count. */
  add(tally: Kept): void {
    this.#kept.add(tally);
    this.#nameBytes += nameBytes(tally);
    if (this.#kept.size > MAX_TALLIES || this.#nameBytes > MAX_NAME_BYTES) {
      this.#makeRoom(tally);
    }
  }

  /** Write what `tally` counted, and keep it no longer; it can begin again. */
  putAway(tally: Kept): void {
    if (!this.#kept.delete(tally)) {
      return;
    }
    this.#nameBytes -= nameBytes(tally);
    tally.book.forget(tally);
    tally.row =
      tally instanceof ConnectionTally
        ? this.#run.addConnection(tally, tally.row ?? undefined)
        : this.#run.addFile(tally, tally.row ?? undefined);
    tally.clear();
  }

  /** Put all away. */
  clear(): void {
    this.#kept.forEach((tally) => {
      this.putAway(tally);
    });
  }

  #makeRoom(newest: Kept): void {
    this.#run.expectFilesAgain();
    let left = this.#kept.size / 2;
    for (const tally of this.#kept) {
      if (left < 1 || tally === newest) {
        break;
      }
      left -= 1;
      this.putAway(tally);
      if (tally.book.open.size === 0) {
        this.#onEmpty(tally.book);
      }
    }
  }
}

function nameBytes(tally: Kept): number {
  return tally instanceof ConnectionTally
    ? tally.name.length + (tally.socketPath?.length ?? 0)
    : (tally.path?.length ?? 0) +
        (tally.renamedFrom?.length ?? 0) +
        (tally.renamedTo?.length ?? 0) +
        (tally.linkTarget?.length ?? 0);
}
