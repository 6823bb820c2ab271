/**
 * What programs do to files and whom they talk to, counted while the evidence is replayed. A program (a process between two
 * execs) has a book, a file or connection of it a tally, and a tally becomes a row of the case (`shelf.ts`).
 *
 * Reads and writes are counted by the machine itself (`state/ledger.ts`); other calls are looked at here.
 */
import { RESULT } from '../../../events/index.js';
import {
  countTransfer,
  type FileDescriptor,
  type Ledger,
  type Moment,
  type Place,
  type Tally,
  type Thread,
  type Transfer,
  type World,
} from '../../../state/index.js';
import type { RunWriter } from '../../../store/index.js';
import { Books } from './books.js';
import { CONNECTION_EVENTS, ConnectionWatch, isSocket, type Span } from './connection-watch.js';
import { endpointsOf } from './endpoints.js';
import { COPY_CALLS } from './file-events-table.js';
import { FILE_EVENTS, FileWatch, isFile } from './file-watch.js';
import type { ConnectionTally, FileTally } from './tallies.js';

/** Codes of the events that are looked at. */
export const ACTIVITY_EVENTS: readonly number[] = [
  ...FILE_EVENTS,
  ...CONNECTION_EVENTS,
  ...COPY_CALLS.keys(),
];

const CONNECTIONS: ReadonlySet<number> = new Set(CONNECTION_EVENTS);
const UNKNOWN_KINDS: ReadonlySet<FileDescriptor['kind']> = new Set(['unknown', 'uninitialized']);

/** The ledger of one run. */
export class ActivityLedger implements Ledger {
  readonly countsReads: boolean;
  readonly #books: Books;
  readonly #files: FileWatch;
  readonly #connections: ConnectionWatch;

  constructor(run: RunWriter, countsReads = false) {
    this.countsReads = countsReads;
    this.#books = new Books(run);
    this.#files = new FileWatch(this.#books, countsReads);
    this.#connections = new ConnectionWatch(this.#books);
  }

  /** Whether there is anything to note in an event of {@link ACTIVITY_EVENTS}. */
  isNoted(moment: Moment): boolean {
    return this.#files.isNoted(moment);
  }

  /** Look at an event of {@link ACTIVITY_EVENTS}. */
  look(moment: Moment): void {
    const { event, thread } = moment;
    if (thread === undefined || this.#files.look(moment, thread)) {
      return;
    }
    if (COPY_CALLS.has(event.code)) {
      copy(moment, thread);
    } else if (CONNECTIONS.has(event.code)) {
      this.#connections.look(moment, thread);
    }
  }

  /** An alert is about this event: the file that it opens or reads counts, though it is only read. */
  noteAlert(moment: Moment): void {
    this.#files.noteAlert(moment);
  }

  /** The process of `pid` runs the program of row `processId` from now on; what it did before is complete. */
  programBegan(pid: number, processId: bigint | null): void {
    this.#books.programBegan(pid, processId);
  }

  /** The process of `pid` exited. */
  programEnded(pid: number, time: bigint): void {
    this.#books.programEnded(pid, time);
  }

  /** No more events come. Sockets that processes of `world` listen on since before its first event are noted. */
  finish(world: World, span: Span): void {
    for (const thread of world.threads.values()) {
      if (thread.isMain && !thread.isPlaceholder) {
        this.#connections.noteListening(world, thread, span);
      }
    }
    this.flush();
  }

  /** Write all that was counted so far. */
  flush(): void {
    this.#books.flush();
  }

  tallyFor({ world, thread, descriptor, isIncoming, place }: Transfer): Tally | undefined {
    if (descriptor !== undefined && isSocket(descriptor)) {
      const endpoints = endpointsOf(descriptor);
      return endpoints === undefined
        ? undefined
        : this.#connections.connectionOf(
            this.#books.of(world, thread),
            descriptor,
            endpoints,
            place,
          );
    }
    const isUnknown = descriptor === undefined || UNKNOWN_KINDS.has(descriptor.kind);
    if (isIncoming && (isUnknown || !this.countsReads)) {
      return undefined;
    }
    return isUnknown || isFile(descriptor)
      ? this.#files.fileOf(this.#books.of(world, thread), descriptor, place)
      : undefined;
  }

  failed(tally: Tally, result: number): void {
    (tally as FileTally | ConnectionTally).fail(result);
  }

  closed(world: World, thread: Thread, descriptor: FileDescriptor, place: Place): void {
    this.#connections.closed(world, thread, descriptor, place);
  }
}

/** The kernel copied from one descriptor to another. */
function copy({ world, event }: Moment, thread: Thread): void {
  const call = COPY_CALLS.get(event.code);
  const result = event.signed(RESULT);
  const table = world.fdTableOf(thread);
  if (call === undefined || result === undefined || table === undefined) {
    return;
  }
  const from = table.peek(event.signed(call.from) ?? -1);
  const to = table.peek(event.signed(call.to) ?? -1);
  if (from !== undefined) {
    countTransfer(world, thread, from, true, result, event);
  }
  countTransfer(world, thread, to, false, result, event);
}
