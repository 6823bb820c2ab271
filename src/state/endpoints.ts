/**
 * Addresses in events, and what they change in a socket's tuple. Packed as captures have them:
 * `family:u8  source  sourcePort:u16  destination  destinationPort:u16` (or one address and port); a unix
 * tuple is `1  source:u64  destination:u64  path`.
 */
import { FAMILY, isIpv4Mapped, type Params } from '../events/index.js';
import type { FdKind } from './fd-kind.js';
import type { FileDescriptor } from './file-descriptor.js';
import { SocketTuple } from './socket-tuple.js';

/** One end of a packed tuple or address. */
interface PackedEnd {
  readonly address: number;
  readonly length: 4 | 16;
  readonly port: number;
}

const TUPLE_4 = [
  { address: 1, length: 4, port: 5 },
  { address: 7, length: 4, port: 11 },
] as const satisfies readonly PackedEnd[];
const TUPLE_6 = [
  { address: 1, length: 16, port: 17 },
  { address: 19, length: 16, port: 35 },
] as const satisfies readonly PackedEnd[];
/** The same, where both ends are IPv4 addresses in IPv6 clothes. */
const TUPLE_6_MAPPED = [
  { address: 13, length: 4, port: 17 },
  { address: 31, length: 4, port: 35 },
] as const satisfies readonly PackedEnd[];

/** Fewest bytes of a packed tuple and of a packed address, by family. */
const TUPLE_BYTES: Readonly<Record<number, number>> = {
  [FAMILY.IPV4]: 13,
  [FAMILY.IPV6]: 37,
  [FAMILY.UNIX]: 18,
};
const ADDRESS_BYTES: Readonly<Record<number, number>> = {
  [FAMILY.IPV4]: 7,
  [FAMILY.IPV6]: 19,
  [FAMILY.UNIX]: 2,
};

function packed(
  params: Params,
  index: number,
  minimum: Readonly<Record<number, number>>,
): Uint8Array | undefined {
  if (!params.has(index)) {
    return undefined;
  }
  const bytes = params.slice(index) as Uint8Array;
  const family = bytes[0] as number;
  const isWhole = bytes.length >= (minimum[family] ?? 1);
  const isEnded = family !== FAMILY.UNIX || bytes[bytes.length - 1] === 0;
  return isWhole && isEnded ? bytes : undefined;
}

/** The packed tuple in a parameter, a view; `undefined` if there is none, or too little of it. */
export function tupleAt(params: Params, index: number): Uint8Array | undefined {
  return packed(params, index, TUPLE_BYTES);
}

/** The packed address in a parameter, a view. */
export function addressAt(params: Params, index: number): Uint8Array | undefined {
  return packed(params, index, ADDRESS_BYTES);
}

/** Whether both ends of a packed IPv6 tuple are IPv4 addresses. */
function isMappedTuple(bytes: Uint8Array): boolean {
  return isIpv4Mapped(bytes, 1) && isIpv4Mapped(bytes, 19);
}

/** The kind of connection that a packed IPv4 or IPv6 tuple is, and its ends. */
export function connectionIn(bytes: Uint8Array): {
  readonly kind: 'ipv4' | 'ipv6';
  readonly ends: readonly [PackedEnd, PackedEnd];
} {
  if (bytes[0] === FAMILY.IPV4) {
    return { kind: 'ipv4', ends: TUPLE_4 };
  }
  return isMappedTuple(bytes)
    ? { kind: 'ipv4', ends: TUPLE_6_MAPPED }
    : { kind: 'ipv6', ends: TUPLE_6 };
}

/** The tuple of a descriptor; it has one from now on. */
export function tupleOf(descriptor: FileDescriptor): SocketTuple {
  return (descriptor.tuple ??= new SocketTuple());
}

/** Where both ends of a stored tuple lie, by kind. */
const STORED = {
  ipv4: [
    { address: 0, length: 4, port: 8 },
    { address: 4, length: 4, port: 10 },
  ],
  ipv6: [
    { address: 0, length: 16, port: 32 },
    { address: 16, length: 16, port: 34 },
  ],
} as const satisfies Record<string, readonly PackedEnd[]>;

function isZero(bytes: Uint8Array, at: number, length: number): boolean {
  for (let i = 0; i < length; i += 1) {
    if (bytes[at + i] !== 0) {
      return false;
    }
  }
  return true;
}

function isSameEnd(own: Uint8Array, mine: PackedEnd, told: Uint8Array, theirs: PackedEnd): boolean {
  for (let i = 0; i < mine.length; i += 1) {
    if (own[mine.address + i] !== told[theirs.address + i]) {
      return false;
    }
  }
  return own[mine.port] === told[theirs.port] && own[mine.port + 1] === told[theirs.port + 1];
}

/** Take one end over; says whether it was another before. */
function takeEnd(own: Uint8Array, mine: PackedEnd, told: Uint8Array, theirs: PackedEnd): boolean {
  if (isSameEnd(own, mine, told, theirs)) {
    return false;
  }
  for (let i = 0; i < mine.length; i += 1) {
    own[mine.address + i] = told[theirs.address + i] as number;
  }
  own[mine.port] = told[theirs.port] as number;
  own[mine.port + 1] = told[theirs.port + 1] as number;
  return true;
}

/**
 * Take the ends of a packed IPv4 or IPv6 tuple over into a descriptor of kind `was`.
 *
 * @returns whether anything changed; a tuple that says the same, either way round, changes nothing. A destination
 *   that was nothing counts as changed, as in the reference.
 */
export function takeEnds(descriptor: FileDescriptor, told: Uint8Array, was: FdKind): boolean {
  const { kind, ends } = connectionIn(told);
  const own = tupleOf(descriptor).bytes;
  const [source, destination] = STORED[kind];
  const isKnown =
    was === kind &&
    ((isSameEnd(own, source, told, ends[0]) && isSameEnd(own, destination, told, ends[1])) ||
      (isSameEnd(own, source, told, ends[1]) && isSameEnd(own, destination, told, ends[0])));
  if (isKnown) {
    return false;
  }
  const wasNothing =
    isZero(own, destination.address, destination.length) || isZero(own, destination.port, 2);
  const hasNewSource = takeEnd(own, source, told, ends[0]);
  return takeEnd(own, destination, told, ends[1]) || hasNewSource || wasNothing;
}

/** Client and server change places. */
export function swapEnds(descriptor: FileDescriptor): void {
  const { bytes } = tupleOf(descriptor);
  const [source, destination] = STORED[descriptor.kind === 'ipv4' ? 'ipv4' : 'ipv6'];
  const was = bytes.slice();
  const { length } = source;
  bytes.set(was.subarray(destination.address, destination.address + length), source.address);
  bytes.set(was.subarray(source.address, source.address + length), destination.address);
  bytes.set(was.subarray(destination.port, destination.port + 2), source.port);
  bytes.set(was.subarray(source.port, source.port + 2), destination.port);
}
