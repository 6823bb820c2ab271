/** What is counted of the files and connections of one program, until rows of the case take it. */
import { errorName } from '../../../events/index.js';
import { NOBODY, Tally, type FileDescriptor, type Place } from '../../../state/index.js';
import type {
  ConnectionActivity,
  ConnectionEnd,
  Direction,
  FileActivity,
} from '../../../store/index.js';
import { nanoseconds } from '../../../units.js';

const NONE: ReadonlyMap<string, number> = new Map();

/** What tallies of both kinds have. */
abstract class CountedTally extends Tally {
  readonly book: Book;
  readonly eventNumber: number;
  readonly offset: number;
  /** The row that has what was counted before; `null` where the case could not take it. */
  row: bigint | null | undefined = undefined;
  first: bigint;
  #failures: Map<string, number> | undefined = undefined;

  constructor(book: Book, place: Place) {
    super(book.pid, place);
    this.book = book;
    this.eventNumber = place.number;
    this.offset = place.offset;
    this.first = nanoseconds(place.timeHigh, place.timeLow);
  }

  get processId(): bigint | null {
    return this.book.processId;
  }

  get last(): bigint {
    return nanoseconds(this.lastHigh, this.lastLow);
  }

  get failures(): ReadonlyMap<string, number> {
    return this.#failures ?? NONE;
  }

  /** Something happened to it at `place`. */
  touch(place: Place): void {
    this.lastHigh = place.timeHigh;
    this.lastLow = place.timeLow;
  }

  fail(result: number): void {
    const name = errorName(result) ?? String(result);
    this.#failures ??= new Map();
    this.#failures.set(name, (this.#failures.get(name) ?? 0) + 1);
  }

  /** A row has all of it: what comes now is counted from 0. */
  clear(): void {
    this.reads = 0;
    this.writes = 0;
    this.bytesRead = 0;
    this.bytesWritten = 0;
    this.#failures = undefined;
  }
}

/** A file that a program uses. Texts are byte strings. */
export class FileTally extends CountedTally implements FileActivity {
  readonly path: string | undefined;
  opens = 0;
  creations = 0;
  executions = 0;
  removals = 0;
  renames = 0;
  renamedFrom: string | undefined = undefined;
  renamedTo: string | undefined = undefined;
  links = 0;
  linkTarget: string | undefined = undefined;
  modeChanges = 0;
  mode: string | undefined = undefined;
  ownerChanges = 0;
  owner: string | undefined = undefined;
  /** Number of the event that was last counted as an open. */
  openedAt = 0;

  constructor(book: Book, path: string | undefined, place: Place) {
    super(book, place);
    this.path = path;
  }

  override clear(): void {
    super.clear();
    this.opens = 0;
    this.creations = 0;
    this.executions = 0;
    this.removals = 0;
    this.renames = 0;
    this.links = 0;
    this.modeChanges = 0;
    this.ownerChanges = 0;
  }
}

/** Which connection it is. */
export interface Endpoints {
  readonly protocol: string | undefined;
  readonly direction: Direction | undefined;
  readonly local: ConnectionEnd | undefined;
  readonly remote: ConnectionEnd | undefined;
  readonly socketPath: string | undefined;
}

const PENDING = 'EINPROGRESS';
const OK = 'ok';

/** A connection that a program has. */
export class ConnectionTally extends CountedTally implements ConnectionActivity {
  /** Name of its descriptor, by which the program's other descriptors of it find it. */
  readonly name: string;
  readonly protocol: string | undefined;
  readonly direction: Direction | undefined;
  readonly local: ConnectionEnd | undefined;
  readonly remote: ConnectionEnd | undefined;
  readonly socketPath: string | undefined;
  begin: bigint | undefined = undefined;
  end: bigint | undefined = undefined;
  #result: string = OK;

  constructor(book: Book, name: string, endpoints: Endpoints, place: Place) {
    super(book, place);
    this.name = name;
    this.protocol = endpoints.protocol;
    this.direction = endpoints.direction;
    this.local = endpoints.local;
    this.remote = endpoints.remote;
    this.socketPath = endpoints.socketPath;
  }

  /** It begins here: the program connected, accepted or listened. */
  started(result: number): void {
    this.begin = this.first;
    this.#result = result < 0 ? (errorName(result) ?? String(result)) : OK;
  }

  /** What a pending connection became shows in what goes through it. */
  get result(): string {
    if (this.#result === PENDING && this.reads + this.writes > 0) {
      this.#result = OK;
    }
    return this.#result;
  }
}

/** The files and connections of one program: a process, from one exec to the next or to its end. */
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
