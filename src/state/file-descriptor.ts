/** An open file descriptor of a process: what it points to, as far as the capture tells. */

/** Kinds of descriptor; the letter and the words are the reference's. */
export type FdKind =
  | 'file'
  | 'directory'
  | 'ipv4'
  | 'ipv6'
  | 'ipv4-server'
  | 'ipv6-server'
  | 'pipe'
  | 'unix'
  | 'event'
  | 'unsupported'
  | 'signalfd'
  | 'eventpoll'
  | 'inotify'
  | 'timerfd'
  | 'netlink'
  | 'bpf'
  | 'userfaultfd'
  | 'io_uring'
  | 'memfd'
  | 'pidfd'
  | 'unknown';

export class FileDescriptor {
  readonly number: number;
  kind: FdKind = 'unknown';
  /** Resolved name: path, or tuple, as the reference prints it. Byte string. */
  name: string | undefined;
  /** Name as recorded, before it was made absolute. */
  rawName: string | undefined;
  openFlags: number | undefined;
  dev: number | undefined;
  inode: bigint | undefined;
  /** Addresses: 4 or 16 bytes, copied. Source is the client's side. */
  sourceAddress: Uint8Array | undefined;
  destinationAddress: Uint8Array | undefined;
  sourcePort: number | undefined;
  destinationPort: number | undefined;
  l4proto: number | undefined;
  unixSource: bigint | undefined;
  unixDestination: bigint | undefined;
  /** Raised by whatever changes an answer about this descriptor. */
  version = 0;
  /** Kept by `rules`: the class of this descriptor, valid for `classVersion`. */
  ruleClass = -1;
  classVersion = -1;

  constructor(number: number) {
    this.number = number;
  }
}
