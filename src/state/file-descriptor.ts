/**
 * An open file descriptor of a process: what it points to, as far as the capture says. Copied as a whole
 * by fork and dup. Names are byte strings.
 */
import type { Params } from '../events/index.js';
import { L4 } from './address.js';
import type { FdKind } from './fd-kind.js';
import type { PendingPaths } from './pending-paths.js';
import type { SocketTuple } from './socket-tuple.js';
import type { Tally } from './tally.js';

/** Bits of {@link FileDescriptor.flags}. */
export const FD_FLAG = {
  /** Known from the fd list of the capture, not from an event. */
  FROM_LIST: 1 << 0,
  ROLE_CLIENT: 1 << 2,
  ROLE_SERVER: 1 << 3,
  CONNECTED: 1 << 13,
  PENDING: 1 << 15,
  FAILED: 1 << 16,
  UPPER_LAYER: 1 << 17,
  LOWER_LAYER: 1 << 18,
} as const;

/** Bits of {@link FileDescriptor.openFlags}, as captures encode them. */
export const OPEN_FLAG = {
  DIRECTORY: 1 << 10,
  CLOEXEC: 1 << 12,
  /** From here on: what the kernel found out, not what the program asked for. */
  CREATED: 1 << 14,
  UPPER_LAYER: 1 << 15,
  LOWER_LAYER: 1 << 16,
} as const;
/** "Close on exec" in the own flags of epoll and memfd descriptors. */
const OWN_CLOEXEC = 1;

/** Memory of a descriptor with a name of usual length, and of its endpoints. */
const OBJECT_BYTES = 280;
const TUPLE_BYTES = 220;

/** What one number in a process's table stands for. */
export class FileDescriptor {
  /** Number of the descriptor in its process. */
  number: number;
  kind: FdKind = 'uninitialized';
  /** Flags of the call that made it, as captures encode them. */
  openFlags = 0;
  /** Device number; 0 where not known. */
  dev = 0;
  /** Halves of the inode number as signed 32-bit numbers: small integers, for the hot path's sake. */
  inodeHigh = 0;
  inodeLow = 0;
  /** Process that a pidfd stands for. */
  pid = 0;
  /** Bits of {@link FD_FLAG}. */
  flags = 0;
  /** Endpoints of a socket; `undefined` until they are known. Never shared by two descriptors. */
  tuple: SocketTuple | undefined = undefined;
  /** Kept by `rules`: the answers to all its questions about this descriptor; dropped by whatever changes one. */
  answers: object | undefined = undefined;
  /** What is counted of it, if somebody counts; of the process that it was last counted for. A copy begins without. */
  tally: Tally | undefined = undefined;
  #name = '';
  /** Text that ends in the path as the program wrote it, and where that begins; while the name is late, its directory. */
  #rawIn = '';
  #rawFrom = 0;
  /** Who holds its name, and under which ticket; -1 once it is made. */
  #late: PendingPaths | undefined = undefined;
  #ticket = -1;

  /** The table that may change it, see `fd-table.ts`; 0: none yet. */
  owner = 0;
  /** The count of the machine's bytes that has it, see `holdings.ts`. */
  countedIn = 0;

  constructor(number: number) {
    this.number = number;
  }

  /** Memory that it takes. A late name counts as it will be: its bytes lie in the room of all late names. */
  get bytesHeld(): number {
    const texts = this.#name.length + (this.#rawIn === this.#name ? 0 : this.#rawIn.length);
    return OBJECT_BYTES + texts + (this.tuple === undefined ? 0 : TUPLE_BYTES);
  }

  /** Absolute path, or tuple, as `fd.name` prints it; empty where nothing is known of it. */
  get name(): string {
    if (this.#ticket !== -1) {
      this.makeName();
    }
    return this.#name;
  }

  set name(text: string) {
    this.makeName();
    this.#name = text;
    if (this.#late?.lastOwner === this) {
      this.#late.lastOwner = undefined;
    }
  }

  /** Whether its name is not empty. */
  get hasName(): boolean {
    return this.#ticket !== -1 || this.#name !== '';
  }

  /** Path as the program wrote it; empty where it wrote none. */
  get rawName(): string {
    this.makeName();
    return this.#rawFrom === 0 ? this.#rawIn : this.#rawIn.slice(this.#rawFrom);
  }

  set rawName(text: string) {
    this.makeName();
    this.#rawIn = text;
    this.#rawFrom = 0;
  }

  /** Name it by the path that `late` took last. Its text is made when somebody asks. */
  takeName(late: PendingPaths): void {
    this.#late = late;
    this.#rawIn = late.directory;
    this.#ticket = late.give(this);
  }

  /** Make the text of a late name: `late` needs the room. */
  makeName(): void {
    if (this.#ticket !== -1) {
      const text = this.#late?.textOf(this.#ticket);
      this.#rawFrom = this.#rawIn.length;
      this.#name = text === undefined ? '' : this.#rawIn + text;
      this.#rawIn = this.#name;
      this.#ticket = -1;
    }
  }

  /** It was closed: nobody asks for its name once another event has come. */
  release(): void {
    if (this.#ticket !== -1) {
      this.#late?.release(this.#ticket);
    }
  }

  get isFile(): boolean {
    return this.kind === 'file';
  }

  get isIpSocket(): boolean {
    return this.kind === 'ipv4' || this.kind === 'ipv6';
  }

  /** An IPv4 connection over TCP; the reference asks this of IPv4 alone. */
  get isTcp(): boolean {
    return this.kind === 'ipv4' && this.tuple?.l4proto('ipv4') === L4.TCP;
  }

  /** An IPv4 socket for UDP. */
  get isUdp(): boolean {
    return this.kind === 'ipv4' && this.tuple?.l4proto('ipv4') === L4.UDP;
  }

  get isServer(): boolean {
    return (this.flags & FD_FLAG.ROLE_SERVER) !== 0;
  }

  get isClient(): boolean {
    return (this.flags & FD_FLAG.ROLE_CLIENT) !== 0;
  }

  /** Neither client nor server (yet). */
  get hasNoRole(): boolean {
    return (this.flags & (FD_FLAG.ROLE_CLIENT | FD_FLAG.ROLE_SERVER)) === 0;
  }

  get isConnected(): boolean {
    return (this.flags & FD_FLAG.CONNECTED) !== 0;
  }

  get isUpperLayer(): boolean {
    return (this.flags & FD_FLAG.UPPER_LAYER) !== 0;
  }

  get isLowerLayer(): boolean {
    return (this.flags & FD_FLAG.LOWER_LAYER) !== 0;
  }

  /** A socket that works: what was pending or failed before does not count any more. */
  markConnected(): void {
    const flags = (this.flags & ~(FD_FLAG.PENDING | FD_FLAG.FAILED)) | FD_FLAG.CONNECTED;
    if (flags !== this.flags) {
      this.flags = flags;
      this.answers = undefined;
    }
  }

  /** Whether exec closes it. */
  get isClosedOnExec(): boolean {
    if ((this.openFlags & OPEN_FLAG.CLOEXEC) !== 0) {
      return true;
    }
    const hasOwnBit = this.kind === 'eventpoll' || this.kind === 'memfd';
    return hasOwnBit && (this.openFlags & OWN_CLOEXEC) !== 0;
  }

  /** Let it live through exec, or not. */
  setClosedOnExec(isClosed: boolean): void {
    this.openFlags &= ~(OPEN_FLAG.CLOEXEC | OWN_CLOEXEC);
    if (isClosed) {
      this.openFlags |= OPEN_FLAG.CLOEXEC;
    }
  }

  /** Exact inode number; 0 where not known. */
  get inode(): bigint {
    return (
      (BigInt.asUintN(32, BigInt(this.inodeHigh)) << 32n) |
      BigInt.asUintN(32, BigInt(this.inodeLow))
    );
  }

  /** Take the inode number from parameter `index`, if it is there. */
  setInode(params: Params, index: number): void {
    if (index < params.paramCount && params.lengths[index] === 8) {
      const at = params.starts[index] as number;
      this.inodeLow = params.view.getInt32(at, true);
      this.inodeHigh = params.view.getInt32(at + 4, true);
    }
  }

  /** Client's side of an IPv4 or IPv6 connection: 4 or 16 bytes, a view; `undefined` for other kinds. */
  get sourceAddress(): Uint8Array | undefined {
    return this.tuple?.sourceAddress(this.kind);
  }

  /** Server's side of a connection, or the address that a server listens on: 4 or 16 bytes, a view. */
  get destinationAddress(): Uint8Array | undefined {
    return this.tuple?.destinationAddress(this.kind);
  }

  get sourcePort(): number | undefined {
    return this.tuple?.sourcePort(this.kind);
  }

  get destinationPort(): number | undefined {
    return this.tuple?.destinationPort(this.kind);
  }

  /** 0 unknown, 2 TCP, 3 UDP, 4 ICMP, 5 raw; `undefined` for what is no IP socket. */
  get l4proto(): number | undefined {
    return this.tuple?.l4proto(this.kind);
  }

  /** Kernel addresses of the two ends of a unix socket. */
  get unixSource(): bigint | undefined {
    return this.kind === 'unix' ? this.tuple?.unixSource() : undefined;
  }

  get unixDestination(): bigint | undefined {
    return this.kind === 'unix' ? this.tuple?.unixDestination() : undefined;
  }

  /** The same descriptor under another number (dup) or in another process (fork). */
  copy(number: number): FileDescriptor {
    const twin = new FileDescriptor(number);
    twin.kind = this.kind;
    this.makeName();
    twin.#name = this.#name;
    twin.#rawIn = this.#rawIn;
    twin.#rawFrom = this.#rawFrom;
    twin.openFlags = this.openFlags;
    twin.dev = this.dev;
    twin.inodeHigh = this.inodeHigh;
    twin.inodeLow = this.inodeLow;
    twin.pid = this.pid;
    twin.flags = this.flags;
    twin.tuple = this.tuple?.copy();
    return twin;
  }
}
