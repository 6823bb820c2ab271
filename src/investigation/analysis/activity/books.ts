/** The books of all programs that something is counted of, and which row of the case each program has. */
import { snapshotLineage } from '../../../alerts/index.js';
import type { Thread, World } from '../../../state/index.js';
import type { RunWriter } from '../../../store/index.js';
import { Shelf } from './shelf.js';
import { Book, ConnectionTally, type FileTally } from './tallies.js';

/** Beyond this many, those of which nothing is counted just now are closed. */
const MAX_BOOKS = 32_768;

/** See the head of this file. */
export class Books {
  readonly #run: RunWriter;
  readonly #shelf: Shelf;
  readonly #books = new Map<number, Book>();
  /** The program that began last: its row is known. */
  #lastPid = -1;
  #lastRow: bigint | null = null;

  constructor(run: RunWriter) {
    this.#run = run;
    this.#shelf = new Shelf(run, ({ pid }) => this.#books.delete(pid));
  }

  /** The book of the program that `thread` runs; it has one from now on. */
  of(world: World, thread: Thread): Book {
    let book = this.#books.get(thread.pid);
    if (book === undefined) {
      const row = thread.pid === this.#lastPid ? this.#lastRow : this.#rowOf(world, thread);
      book = new Book(thread.pid, row);
      this.#makeRoom();
      this.#books.set(thread.pid, book);
    }
    return book;
  }

  /** The book of a process, if it has one. */
  find(pid: number): Book | undefined {
    return this.#books.get(pid);
  }

  /** Let `tally` count, from now on or again. */
  open(book: Book, tally: FileTally | ConnectionTally): void {
    tally.pid = book.pid;
    book.open.add(tally);
    this.#shelf.add(tally);
  }

  /** Write what `tally` counted. */
  putAway(tally: FileTally | ConnectionTally): void {
    this.#shelf.putAway(tally);
  }

  /** The process of `pid` runs the program of row `processId` from now on; what it did before is complete. */
  programBegan(pid: number, processId: bigint | null): void {
    this.#lastPid = pid;
    this.#lastRow = processId;
    const book = this.#books.get(pid);
    if (book !== undefined && book.processId !== processId) {
      this.#close(book, undefined);
    }
  }

  /** The process of `pid` exited. */
  programEnded(pid: number, time: bigint): void {
    const book = this.#books.get(pid);
    if (book !== undefined) {
      this.#close(book, time);
    }
    if (pid === this.#lastPid) {
      this.#lastPid = -1;
    }
  }

  /** Write all that was counted so far. */
  flush(): void {
    this.#shelf.clear();
    this.#books.clear();
  }

  #rowOf(world: World, thread: Thread): bigint | null {
    return thread.isPlaceholder ? null : this.#run.addProcess(snapshotLineage(world, thread));
  }

  #close(book: Book, time: bigint | undefined): void {
    this.#books.delete(book.pid);
    for (const tally of book.open) {
      if (tally instanceof ConnectionTally && time !== undefined) {
        tally.end = time;
      }
      this.#shelf.putAway(tally);
    }
  }

  /** Programs whose end nobody saw leave books. */
  #makeRoom(): void {
    if (this.#books.size >= MAX_BOOKS) {
      for (const [pid, book] of this.#books) {
        if (book.open.size === 0) {
          this.#books.delete(pid);
        }
      }
    }
  }
}
