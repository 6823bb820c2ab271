/** Sockets: made, bound, connected, accepted. */
import {
  EVENT,
  FAMILY,
  isIpv4Mapped,
  paramsOf,
  pathAt,
  RESULT,
  socketAddressText,
  tupleText,
  unixText,
} from '../events/index.js';
import { connectionText, L4 } from './address.js';
import { addressAt, connectionIn, swapEnds, takeEnds, tupleAt, tupleOf } from './endpoints.js';
import { FD_FLAG, OPEN_FLAG, type FileDescriptor } from './file-descriptor.js';
import type { HandlerTable } from './handler.js';
import type { Moment } from './moment.js';
import { newDescriptor, openDescriptor, rename } from './new-descriptor.js';
import { idOf, numberOf } from './parameters.js';

const SOCKET = paramsOf(EVENT.SOCKET_X);
const BIND = paramsOf(EVENT.BIND_X);
const CONNECT = paramsOf(EVENT.CONNECT_X);
const CONNECT_ENTER = paramsOf(EVENT.CONNECT_E);
/** `accept` has the same but for the flags. */
const ACCEPT4 = paramsOf(EVENT.ACCEPT4_6_X);

const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
/** The type of a socket without the flags that newer kernels put beside it. */
const TYPE_BITS = 0xff;

const IPPROTO = { IP: 0, ICMP: 1, TCP: 6, UDP: 17, RAW: 255 } as const;
const EINPROGRESS = 115;
/** A tuple that is not there, as text. */
const NO_TUPLE = 'NULL';

/** Layer 4 protocol of a new IP socket. */
function l4protoOf(type: number, protocol: number): number {
  switch (protocol) {
    case IPPROTO.TCP:
      return type === SOCK_RAW ? L4.RAW : L4.TCP;
    case IPPROTO.UDP:
      return type === SOCK_RAW ? L4.RAW : L4.UDP;
    case IPPROTO.ICMP:
      return type === SOCK_RAW ? L4.RAW : L4.ICMP;
    case IPPROTO.RAW:
      return L4.RAW;
    case IPPROTO.IP: {
      const bare = type & TYPE_BITS;
      return bare === SOCK_STREAM ? L4.TCP : bare === SOCK_DGRAM ? L4.UDP : L4.UNKNOWN;
    }
    default:
      return L4.UNKNOWN;
  }
}

/** What a call of `socket` asked for. */
interface SocketCall {
  readonly family: number;
  readonly type: number;
  readonly protocol: number;
  readonly flags: number;
}

function openSocket(moment: Moment, fd: number, call: SocketCall): void {
  const { family } = call;
  const made = newDescriptor(fd, 'unknown');
  made.openFlags = call.flags;
  if (family === FAMILY.UNIX) {
    made.kind = 'unix';
  } else if (family === FAMILY.NETLINK) {
    made.kind = 'netlink';
  } else if (family === FAMILY.IPV4 || family === FAMILY.IPV6) {
    made.kind = family === FAMILY.IPV4 ? 'ipv4' : 'ipv6';
    tupleOf(made).setL4proto(made.kind, l4protoOf(call.type, call.protocol));
  }
  openDescriptor(moment, made);
}

function socket(moment: Moment): void {
  const { event, thread } = moment;
  const fd = idOf(event, RESULT);
  if (fd >= 0 && thread !== undefined) {
    openSocket(moment, fd, {
      family: numberOf(event, SOCKET.domain),
      type: numberOf(event, SOCKET.type),
      protocol: numberOf(event, SOCKET.proto),
      flags: numberOf(event, SOCKET.flags),
    });
  }
}

/** A datagram socket that we missed the making of, seen when it sends to an IP address. */
export function openMissedSocket(moment: Moment, fd: number, family: number): void {
  if (family === FAMILY.IPV4 || family === FAMILY.IPV6) {
    openSocket(moment, fd, { family, type: SOCK_DGRAM, protocol: IPPROTO.UDP, flags: 0 });
  }
}

/** A socket with a port of its own is taken for one that listens. */
function listenAt(fd: FileDescriptor, bytes: Uint8Array): void {
  const isIpv4 = bytes[0] === FAMILY.IPV4;
  const portAt = isIpv4 ? 5 : 17;
  if (bytes[portAt] === 0 && bytes[portAt + 1] === 0) {
    return;
  }
  const tuple = tupleOf(fd);
  const isMapped = !isIpv4 && isIpv4Mapped(bytes, 1);
  const proto = tuple.l4proto(isIpv4 ? 'ipv4' : 'ipv6') ?? L4.UNKNOWN;
  const [address, length] = isIpv4 ? [1, 4] : isMapped ? [13, 4] : [1, 16];
  fd.kind = length === 4 ? 'ipv4-server' : 'ipv6-server';
  tuple.setL4proto(fd.kind, proto);
  tuple.bytes.set(bytes.subarray(address, address + length), 0);
  tuple.bytes.set(bytes.subarray(portAt, portAt + 2), length);
  fd.flags |= FD_FLAG.ROLE_SERVER;
}

function bind(moment: Moment): void {
  const { event, fd } = moment;
  const address = addressAt(event, BIND.addr);
  if (fd === undefined || idOf(event, RESULT) < 0 || address === undefined) {
    return;
  }
  if (address[0] === FAMILY.IPV4 || address[0] === FAMILY.IPV6) {
    listenAt(fd, address);
  }
  rename(moment, fd, socketAddressText(address));
}

/** The kernel reported no tuple: only where the program wanted to go is known. Others than IP sockets are named by the tuple. */
function aimAt(moment: Moment, fd: FileDescriptor, bytes: Uint8Array): void {
  if (bytes[0] !== FAMILY.IPV4 && bytes[0] !== FAMILY.IPV6) {
    rename(moment, fd, NO_TUPLE);
    return;
  }
  const isIpv4 = bytes[0] === FAMILY.IPV4;
  const isShort = isIpv4 || isIpv4Mapped(bytes, 1);
  const [address, portAt] = isIpv4 ? [1, 5] : [isShort ? 13 : 1, 17];
  const length = isShort ? 4 : 16;
  fd.kind = isShort ? 'ipv4' : 'ipv6';
  const target = tupleOf(fd).bytes;
  target.set(bytes.subarray(address, address + length), length);
  target.set(bytes.subarray(portAt, portAt + 2), isShort ? 10 : 34);
  fd.answers = undefined;
}

/**
 * The tuple with the destination that the program asked for, where the kernel's own equals what it read from the
 * program's memory after the call: that memory may have been changed since (an attack on the recorder).
 */
function trustedTuple(
  moment: Moment,
  tuple: Uint8Array,
  asked: Uint8Array | undefined,
): Uint8Array {
  const told = addressAt(moment.event, CONNECT.addr);
  if (told === undefined || asked === undefined || asked[0] !== tuple[0] || told[0] !== tuple[0]) {
    return tuple;
  }
  const at = tuple[0] === FAMILY.IPV4 ? 7 : tuple[0] === FAMILY.IPV6 ? 19 : 17;
  const isCopied = Buffer.compare(tuple.subarray(at), told.subarray(1)) === 0;
  if (!isCopied || Buffer.compare(told, asked) === 0) {
    return tuple;
  }
  return Buffer.concat([tuple.subarray(0, at), asked.subarray(1)]);
}

function connectUnix(moment: Moment, fd: FileDescriptor, tuple: Uint8Array): void {
  tupleOf(fd).bytes.set(tuple.subarray(1, 17), 0);
  rename(moment, fd, unixText(tuple, pathAt(tuple, 17)));
}

function connectIp(moment: Moment, fd: FileDescriptor, tuple: Uint8Array): void {
  // the reference has the new kind already when it compares
  fd.kind = connectionIn(tuple).kind;
  const hasChanged = takeEnds(fd, tuple, fd.kind);
  if (hasChanged && fd.isServer && fd.isUdp) {
    swapEnds(fd);
  }
  rename(moment, fd, connectionText(fd.kind, tupleOf(fd).bytes));
}

/** The tuple says where the socket is connected to. `false` if it is none for this socket. */
function connectBy(moment: Moment, fd: FileDescriptor, tuple: Uint8Array): boolean {
  if (tuple[0] === FAMILY.IPV4 || tuple[0] === FAMILY.IPV6) {
    connectIp(moment, fd, tuple);
    return true;
  }
  if (fd.kind === 'unix' && tuple[0] === FAMILY.UNIX) {
    connectUnix(moment, fd, tuple);
    return true;
  }
  return false;
}

function connect(moment: Moment): void {
  const { event, fd } = moment;
  const result = idOf(event, RESULT);
  if (fd === undefined || (result < 0 && result !== -EINPROGRESS)) {
    return;
  }
  fd.markConnected();
  const asked = askedAddress(moment);
  if (!event.has(CONNECT.tuple) && asked !== undefined) {
    aimAt(moment, fd, asked);
    return;
  }
  const told = tupleAt(event, CONNECT.tuple);
  if (told === undefined || !connectBy(moment, fd, trustedTuple(moment, told, asked))) {
    return;
  }
  if (fd.hasNoRole) {
    fd.flags |= FD_FLAG.ROLE_CLIENT;
  }
}

/** Where the program wanted to connect to, as it was before the call. */
function askedAddress({ event }: Moment): Uint8Array | undefined {
  return event.enter?.code === EVENT.CONNECT_E
    ? addressAt(event.enter, CONNECT_ENTER.addr)
    : undefined;
}

function accept(moment: Moment): void {
  const { event, thread } = moment;
  const fd = idOf(event, RESULT);
  if (fd < 0 || thread === undefined) {
    return;
  }
  thread.lastEventFd = fd;
  const tuple = tupleAt(event, ACCEPT4.tuple);
  const family = tuple?.[0];
  if (
    tuple === undefined ||
    (family !== FAMILY.IPV4 && family !== FAMILY.IPV6 && family !== FAMILY.UNIX)
  ) {
    return;
  }
  const made = newDescriptor(fd, 'unix');
  if (family === FAMILY.UNIX) {
    tupleOf(made).bytes.set(tuple.subarray(1, 17), 0);
  } else {
    made.kind = connectionIn(tuple).kind;
    takeEnds(made, tuple, 'uninitialized');
    tupleOf(made).setL4proto(made.kind, L4.TCP);
  }
  made.name = tupleText(tuple);
  if (event.code === EVENT.ACCEPT4_6_X) {
    made.openFlags = numberOf(event, ACCEPT4.flags) & OPEN_FLAG.CLOEXEC;
  }
  made.flags = FD_FLAG.ROLE_SERVER | FD_FLAG.CONNECTED;
  if (openDescriptor(moment, made)) {
    moment.isFdNameChanged = true;
  }
}

export const SOCKET_HANDLERS: HandlerTable = [
  [EVENT.SOCKET_X, socket],
  [EVENT.BIND_X, bind],
  [EVENT.CONNECT_X, connect],
  [EVENT.ACCEPT_5_X, accept],
  [EVENT.ACCEPT4_6_X, accept],
];
