/** Makers of readers for the fields of descriptors. */
import type { FieldRow, Scalar, Value } from './field.js';
import { EVENT, FLAG, type Event } from '../events/index.js';
import { FD_KINDS, type FileDescriptor, type Moment } from '../state/index.js';

type Read = FieldRow['read'];
type Filter = NonNullable<FieldRow['filter']>;

const MAKES_OR_USES_FD = FLAG.CREATES_FD | FLAG.USES_FD | FLAG.DESTROYS_FD;

/** Whether descriptors are this event's business, and its thread is known. */
export function isFdEvent(moment: Moment): boolean {
  return moment.thread !== undefined && (moment.event.row.flags & MAKES_OR_USES_FD) !== 0;
}

/** Of the descriptor that the event is about; absent without one. */
export function ofFd(ask: (fd: FileDescriptor, moment: Moment) => Value): Read {
  return (moment) => (moment.fd === undefined ? undefined : ask(moment.fd, moment));
}

/** Of a descriptor that is one end of an IP connection whose ends are known. */
export function ofConnection(ask: (fd: FileDescriptor, moment: Moment) => Value): Read {
  return ofFd((fd, moment) => (fd.isIpSocket && !fd.hasNoRole ? ask(fd, moment) : undefined));
}

/** What `fd.type` prints. */
export function fdTypeText(fd: FileDescriptor): string {
  return FD_KINDS[fd.kind].word ?? '<NA>';
}

/** Letters for descriptors that an event makes, where it failed or the descriptor is not known. */
const LETTER_OF_EVENT: ReadonlyMap<number, string> = new Map<number, string>([
  [EVENT.OPENAT_2_X, 'f'],
  [EVENT.OPENAT2_X, 'f'],
  [EVENT.CREAT_X, 'f'],
  [EVENT.SOCKET_X, '4'],
  [EVENT.ACCEPT_5_X, '4'],
  [EVENT.ACCEPT4_6_X, '4'],
  [EVENT.PIPE_X, 'p'],
  [EVENT.PIPE2_X, 'p'],
  [EVENT.EVENTFD_X, 'e'],
  [EVENT.EVENTFD2_X, 'e'],
  [EVENT.SIGNALFD_X, 's'],
  [EVENT.SIGNALFD4_X, 's'],
  [EVENT.TIMERFD_CREATE_X, 't'],
  [EVENT.INOTIFY_INIT_X, 'i'],
  [EVENT.INOTIFY_INIT1_X, 'i'],
]);

/** The letter for an event whose descriptor is not known. */
export function letterOfEvent(event: Event): string {
  return LETTER_OF_EVENT.get(event.code | 1) ?? 'o';
}

/** All but what follows the last slash; `/` where nothing is left. */
export function directoryOfPath(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash <= 0) {
    return '/';
  }
  return slash < path.length - 1 ? path.slice(0, slash) : path;
}

/** What follows the last slash; the whole path if it ends in one. */
export function fileNameOfPath(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash < 0) {
    return '/';
  }
  return slash < path.length - 1 ? path.slice(slash + 1) : path;
}

const L4_NAMES: Readonly<Record<number, string>> = { 2: 'tcp', 3: 'udp', 4: 'icmp', 5: 'raw' };
const RAW = 5;

/** `tcp`, `udp`, `icmp`, `raw`; `<NA>` is a value here: filters see it. */
export function l4Text(fd: FileDescriptor): string {
  const proto = fd.l4proto;
  if (proto === undefined || (fd.isIpSocket && fd.hasNoRole && proto !== RAW)) {
    return '<NA>';
  }
  return L4_NAMES[proto] ?? '<NA>';
}

/** `ip`, `unix`, or absent. */
export function familyText(fd: FileDescriptor): string | undefined {
  switch (fd.kind) {
    case 'ipv4':
    case 'ipv6':
    case 'ipv4-server':
    case 'ipv6-server':
      return 'ip';
    case 'unix':
      return 'unix';
    default:
      return undefined;
  }
}

/** Whether it listens. */
export function isServerSocket(fd: FileDescriptor): boolean {
  return fd.kind === 'ipv4-server' || fd.kind === 'ipv6-server';
}

/** Address of the server's end; servers that only listen have one too, once they were given a role. */
export function serverAddress(fd: FileDescriptor): Uint8Array | undefined {
  return fd.hasNoRole ? undefined : fd.destinationAddress;
}

/** Port of the server's end; that of a listening server is known without a role. */
export function serverPort(fd: FileDescriptor): number | undefined {
  return isServerSocket(fd) || !fd.hasNoRole ? fd.destinationPort : undefined;
}

/** A filter compares both ends; `!=` must hold for both. */
export const BOTH_ADDRESSES: Filter = {
  values: ({ fd }) => fd && present([fd.sourceAddress, fd.destinationAddress]),
  notEqual: 'all',
};

export const BOTH_PORTS: Filter = {
  values: ({ fd }) => fd && present([fd.sourcePort, fd.destinationPort]),
  notEqual: 'all',
};

/** The values stand for names that nobody asked for; without two ends there is nothing that could have a name. */
export const NO_NAMES_OF_ADDRESSES: Filter = {
  values: ({ fd }) => fd && (fd.isIpSocket && !fd.hasNoRole ? [''] : []),
  notEqual: 'all',
  isNeverKnown: true,
};

function present(values: readonly (Scalar | undefined)[]): readonly Scalar[] {
  return values.filter((value) => value !== undefined);
}

/** Major number of a device, as the kernel encodes it in 32 bits. */
export function deviceMajor(dev: number): number {
  return (dev & 0xf_ff00) >>> 8;
}

/** Minor number of a device, as the kernel encodes it in 32 bits. */
export function deviceMinor(dev: number): number {
  return (dev & 0xff) | ((dev >>> 12) & 0xf_ff00);
}

/** Runs of slashes as one: the only thing done to a raw name. */
export function withoutRepeatedSlashes(path: string): string {
  return path.includes('//') ? path.replaceAll(/\/{2,}/g, '/') : path;
}
