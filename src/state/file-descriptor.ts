/**
 * An open file descriptor of a process: what it points to, as far as the capture tells. Copied as a whole
 * by fork and dup. Names are byte strings.
 */
import type { FdKind } from './fd-kind.js';
import type { SocketTuple } from './socket-tuple.js';

/** Bits of {@link FileDescriptor.flags}. */
export const FD_FLAG = {
  /** Known from the fd list of the capture, not from an event. */
  FROM_LIST: 1 << 0,
  ROLE_CLIENT: 1 << 2,
  ROLE_SERVER: 1 << 3,
  CONNECTED: 1 << 13,
  CLONED: 1 << 14,
  PENDING: 1 << 15,
  FAILED: 1 << 16,
  UPPER_LAYER: 1 << 17,
  LOWER_LAYER: 1 << 18,
} as const;

/** What one number in a process's table stands for. */
export class FileDescriptor {
  /** Number of the descriptor in its process. */
  number: number;
  kind: FdKind = 'uninitialized';
  /** Absolute path, or tuple, as `fd.name` prints it; empty where nothing is known of it. */
  name = '';
  /** Path as the program wrote it; empty where it wrote none. */
  rawName = '';
  /** Flags of the call that made it, as captures encode them. */
  openFlags = 0;
  /** Device number and inode; 0 where not known. */
  dev = 0;
  inode = 0n;
  /** Process that a pidfd stands for. */
  pid = 0;
  /** Bits of {@link FD_FLAG}. */
  flags = 0;
  /** Endpoints of a socket; `undefined` until something told them. Never shared by two descriptors. */
  tuple: SocketTuple | undefined = undefined;
  /** Raised by whatever changes an answer about this descriptor. */
  version = 0;
  /** Kept by `rules`: the answers to all its questions about this descriptor, valid at `answersAt`. */
  answers: object | undefined = undefined;
  answersAt = -1;

  constructor(number: number) {
    this.number = number;
  }

  get isFile(): boolean {
    return this.kind === 'file';
  }

  get isIpSocket(): boolean {
    return this.kind === 'ipv4' || this.kind === 'ipv6';
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
    twin.name = this.name;
    twin.rawName = this.rawName;
    twin.openFlags = this.openFlags;
    twin.dev = this.dev;
    twin.inode = this.inode;
    twin.pid = this.pid;
    twin.flags = this.flags;
    twin.tuple = this.tuple?.copy();
    return twin;
  }
}
