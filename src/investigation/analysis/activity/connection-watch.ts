/** Whom programs talk to: connections that begin and end, and sockets that are listened on. */
import { EVENT, paramsOf, RESULT, type Event } from '../../../events/index.js';
import type { FileDescriptor, Moment, Place, Thread, World } from '../../../state/index.js';
import type { Books } from './books.js';
import { aimOf, destinationOf, endpointsOf, listeningEndpoints } from './endpoints.js';
import { type Book, ConnectionTally, type Endpoints } from './tallies.js';

const CONNECT = paramsOf(EVENT.CONNECT_X);
const CONNECT_ENTER = paramsOf(EVENT.CONNECT_E);
const EINPROGRESS = -115;

/** Codes of the events that are looked at. */
export const CONNECTION_EVENTS: readonly number[] = [
  EVENT.CONNECT_X,
  EVENT.ACCEPT_5_X,
  EVENT.ACCEPT4_6_X,
  EVENT.LISTEN_X,
  EVENT.BIND_X,
];

/** Nanoseconds since the epoch. */
export interface Span {
  readonly from: bigint;
  readonly to: bigint;
}

function halves(time: bigint): Pick<Place, 'timeHigh' | 'timeLow'> {
  return { timeHigh: Number(time >> 32n), timeLow: Number(BigInt.asIntN(32, time)) };
}

/** Counts connections. */
export class ConnectionWatch {
  readonly #books: Books;

  constructor(books: Books) {
    this.#books = books;
  }

  /** Look at an event of {@link CONNECTION_EVENTS}. */
  look(moment: Moment, thread: Thread): void {
    const { event, fd, world } = moment;
    const result = event.signed(RESULT);
    if (result === undefined) {
      return;
    }
    if (event.code === EVENT.CONNECT_X) {
      this.#startConnection(moment, thread, result);
      return;
    }
    const endpoints = fd === undefined || result < 0 ? undefined : endpointsBegunBy(event.code, fd);
    if (fd !== undefined && endpoints !== undefined) {
      this.#begin(this.#books.of(world, thread), fd, endpoints, event).started(0);
    }
  }

  /** `descriptor` is closed. */
  closed(world: World, thread: Thread, descriptor: FileDescriptor, place: Place): void {
    const tally = this.#books.find(thread.pid)?.tallyOf(descriptor);
    if (!(tally instanceof ConnectionTally) || tally.pid !== thread.pid) {
      return;
    }
    for (const other of world.fdTableOf(thread) ?? []) {
      if (other !== descriptor && other.tally === tally) {
        return; // a copy of it is open
      }
    }
    tally.touch(place);
    tally.end = tally.last;
    this.#books.putAway(tally);
  }

  /** Note the sockets that `thread` has been listening on since before the capture. */
  noteListening(world: World, thread: Thread, { from, to }: Span): void {
    for (const fd of world.fdTableOf(thread) ?? []) {
      const endpoints = endpointsOf(fd);
      if (endpoints?.direction === 'listening') {
        const book = this.#books.of(world, thread);
        if (book.tallyOf(fd) === undefined) {
          this.connectionOf(book, fd, endpoints, { number: 0, offset: 0, ...halves(from) }).touch({
            number: 0,
            offset: 0,
            ...halves(to),
          });
        }
      }
    }
  }

  /** The tally of a connection that was begun before, elsewhere, or without a connect. */
  connectionOf(
    book: Book,
    fd: FileDescriptor,
    endpoints: Endpoints,
    place: Place,
  ): ConnectionTally {
    const own = book.tallyOf(fd);
    const known = own instanceof ConnectionTally ? own : book.connections.get(fd.name);
    if (known !== undefined) {
      if (known.pid !== book.pid) {
        this.#books.open(book, known);
        book.connections.set(known.name, known);
      }
      fd.tally = known;
      return known;
    }
    const tally = new ConnectionTally(book, fd.name, endpoints, place);
    this.#keepConnection(book, fd, tally);
    return tally;
  }

  #startConnection(moment: Moment, thread: Thread, result: number): void {
    const { event, fd, world } = moment;
    const book = (): Book => this.#books.of(world, thread);
    if (result >= 0 || result === EINPROGRESS) {
      const endpoints = fd === undefined ? undefined : endpointsOf(fd);
      if (fd !== undefined && endpoints !== undefined) {
        this.#begin(book(), fd, { ...endpoints, direction: 'outgoing' }, event).started(result);
      }
      return;
    }
    const aim = aimOf(askedAddress(event), fd);
    if (aim !== undefined) {
      const tally = new ConnectionTally(book(), '', aim, event);
      tally.started(result);
      tally.end = tally.last;
      this.#books.open(tally.book, tally);
      this.#books.putAway(tally);
    }
  }

  /** A connection that begins with this event. */
  #begin(book: Book, fd: FileDescriptor, endpoints: Endpoints, place: Place): ConnectionTally {
    const before = book.tallyOf(fd);
    if (before instanceof ConnectionTally) {
      this.#books.putAway(before); // a datagram socket may connect again
    }
    const tally = new ConnectionTally(book, fd.name, endpoints, place);
    this.#keepConnection(book, fd, tally);
    return tally;
  }

  #keepConnection(book: Book, fd: FileDescriptor, tally: ConnectionTally): void {
    fd.tally = tally;
    book.connections.set(tally.name, tally);
    this.#books.open(book, tally);
  }
}

/** Whether a descriptor may have two ends, or be waited at for others. */
export function isSocket({ kind }: FileDescriptor): boolean {
  switch (kind) {
    case 'ipv4':
    case 'ipv6':
    case 'ipv4-server':
    case 'ipv6-server':
    case 'unix':
      return true;
    default:
      return false;
  }
}

/** Where a connect wanted to go; old layouts have only the tuple for it. */
function askedAddress(event: Event): Uint8Array | undefined {
  const asked =
    event.enter?.code === EVENT.CONNECT_E
      ? event.enter.slice(CONNECT_ENTER.addr)
      : event.slice(CONNECT.addr);
  const tuple = event.slice(CONNECT.tuple);
  const isAsked = asked !== undefined && asked.length > 0;
  return isAsked || tuple === undefined ? asked : destinationOf(tuple);
}

/** What an accept, a listen or a bind that succeeded began; a datagram socket serves once it is bound, others have to listen. */
function endpointsBegunBy(code: number, fd: FileDescriptor): Endpoints | undefined {
  if (code === EVENT.ACCEPT_5_X || code === EVENT.ACCEPT4_6_X) {
    return endpointsOf(fd);
  }
  const endpoints = listeningEndpoints(fd);
  return code === EVENT.LISTEN_X || endpoints?.protocol === 'udp' ? endpoints : undefined;
}
