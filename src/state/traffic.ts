/**
 * What reads and writes show of sockets: that they are connected, and, for datagrams, with whom. Who is
 * client and who is server is then guessed, as the reference does.
 */
import { EVENT, FAMILY, paramsOf, RESULT, tupleText } from '../events/index.js';
import { connectionText, L4 } from './address.js';
import { connectionIn, swapEnds, takeEnds, tupleAt, tupleOf } from './endpoints.js';
import { FD_FLAG, type FileDescriptor } from './file-descriptor.js';
import type { Handler, HandlerTable } from './handler.js';
import { completeTuple } from './interfaces.js';
import type { Moment } from './moment.js';
import { rename } from './new-descriptor.js';
import { openMissedSocket } from './socket.js';
import { idOf } from './parameters.js';
import { countTransfer } from './ledger.js';

/** Ports where an IPv4 tuple has them: the reference looks there whatever the socket is. */
function ipv4Port(fd: FileDescriptor, at: number): number {
  const bytes = tupleOf(fd).bytes;
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
}

/** Client or server? A process that has a socket on the destination's port serves it. */
function guessRole({ world, thread }: Moment, fd: FileDescriptor, isIncoming: boolean): void {
  const table = thread === undefined ? undefined : world.fdTableOf(thread);
  const serverPort = ipv4Port(fd, 10);
  const clientPort = ipv4Port(fd, 8);
  let isBound = false;
  let isUsed = false;
  for (const other of table ?? []) {
    if (other.kind === 'ipv4' || other.kind === 'ipv4-server') {
      isBound ||= other.destinationPort === serverPort;
      isUsed ||= other.kind === 'ipv4' && other.sourcePort === clientPort;
    }
  }
  const isServer = isBound && (!isUsed || isIncoming);
  fd.flags |= isServer ? FD_FLAG.ROLE_SERVER : FD_FLAG.ROLE_CLIENT;
}

/** Take the ends of an IP tuple over; `false` if it says nothing new. */
function takeIpTuple(fd: FileDescriptor, tuple: Uint8Array): boolean {
  if (tuple[0] === FAMILY.IPV4 && fd.kind === 'ipv4-server') {
    tupleOf(fd).setL4proto('ipv4', tupleOf(fd).l4proto('ipv4-server') ?? L4.UNKNOWN);
  }
  // an IPv6 socket keeps the kind that it had
  const kind = connectionIn(tuple).kind === 'ipv4' ? 'ipv4' : fd.kind;
  if (kind !== fd.kind) {
    fd.kind = kind;
    fd.answers = undefined;
  }
  return takeEnds(fd, tuple, kind);
}

/** Take over what a datagram's tuple says; `false` if it says nothing new. */
function takeTuple({ world }: Moment, fd: FileDescriptor, tuple: Uint8Array): boolean {
  const family = tuple[0];
  if (family === FAMILY.UNIX) {
    fd.kind = 'unix';
    tupleOf(fd).bytes.set(tuple.subarray(1, 17), 0);
    return true;
  }
  if ((family === FAMILY.IPV4 || family === FAMILY.IPV6) && !takeIpTuple(fd, tuple)) {
    return false;
  }
  if (fd.isIpSocket && tupleOf(fd).l4proto(fd.kind) === L4.UNKNOWN) {
    tupleOf(fd).setL4proto(fd.kind, L4.UDP);
  }
  if (fd.tuple !== undefined) {
    completeTuple(world, fd.kind, fd.tuple);
  }
  return true;
}

/** A tuple came with the data: it completes a socket that is not a named TCP connection. */
function learnPeer(
  moment: Moment,
  fd: FileDescriptor,
  tupleIndex: number,
  isIncoming: boolean,
): void {
  const tuple = fd.name === '' || !fd.isTcp ? tupleAt(moment.event, tupleIndex) : undefined;
  if (tuple === undefined) {
    return;
  }
  if (!takeTuple(moment, fd, tuple)) {
    return;
  }
  if (fd.isIpSocket) {
    if (fd.hasNoRole) {
      guessRole(moment, fd, isIncoming);
    }
    if (isIncoming ? fd.isClient : fd.isServer) {
      swapEnds(fd);
    }
    rename(moment, fd, connectionText(fd.kind, tupleOf(fd).bytes));
  } else {
    rename(moment, fd, tupleText(tuple));
  }
}

/** Something went through the descriptor; its tuple, if there is one, is parameter `tupleIndex`. */
function transfer(isIncoming: boolean, tupleIndex = -1): Handler {
  return (moment) => {
    const { fd, event, thread, world } = moment;
    const result = idOf(event, RESULT);
    // old captures say nothing of some of these calls
    if (fd !== undefined && result >= 0 && (fd.isIpSocket || tupleIndex !== -1)) {
      if (fd.isIpSocket) {
        fd.markConnected();
      }
      if (tupleIndex !== -1) {
        learnPeer(moment, fd, tupleIndex, isIncoming);
      }
    }
    if (world.ledger !== undefined && thread !== undefined && event.has(RESULT)) {
      if (fd !== undefined && moment.isFdNameChanged) {
        fd.tally = undefined; // another peer, another connection
      }
      countTransfer(world, thread, fd, isIncoming, result, event);
    }
  };
}

const SEND_PARAMS = paramsOf(EVENT.SENDTO_X);
/** `send`, `sendto` and `sendmsg` have their tuple in the same place. */
const SEND_TO_PEER = transfer(false, SEND_PARAMS.tuple);

/** Sending may be the first that we see of a socket. */
function send(moment: Moment): void {
  const { event, thread } = moment;
  if (moment.fd === undefined && thread !== undefined && idOf(event, RESULT) >= 0) {
    const fd = idOf(event, SEND_PARAMS.fd);
    if (fd >= 0 && event.has(SEND_PARAMS.tuple)) {
      openMissedSocket(
        moment,
        fd,
        event.bytes[event.starts[SEND_PARAMS.tuple] as number] as number,
      );
    }
  }
  SEND_TO_PEER(moment);
}

const READ = transfer(true);
const WRITE = transfer(false);

export const TRAFFIC_HANDLERS: HandlerTable = [
  [EVENT.READ_X, READ],
  [EVENT.READV_X, READ],
  [EVENT.PREAD_X, READ],
  [EVENT.PREADV_X, READ],
  [EVENT.RECV_X, transfer(true, paramsOf(EVENT.RECV_X).tuple)],
  [EVENT.RECVFROM_X, transfer(true, paramsOf(EVENT.RECVFROM_X).tuple)],
  [EVENT.RECVMSG_X, transfer(true, paramsOf(EVENT.RECVMSG_X).tuple)],
  [EVENT.RECVMMSG_X, transfer(true, paramsOf(EVENT.RECVMMSG_X).tuple)],
  [EVENT.WRITE_X, WRITE],
  [EVENT.WRITEV_X, WRITE],
  [EVENT.PWRITE_X, WRITE],
  [EVENT.PWRITEV_X, WRITE],
  [EVENT.SEND_X, send],
  [EVENT.SENDTO_X, send],
  [EVENT.SENDMSG_X, send],
  [EVENT.SENDMMSG_X, transfer(false, paramsOf(EVENT.SENDMMSG_X).tuple)],
];

/** Codes of the calls by which bytes come in. */
export const INCOMING_TRAFFIC: ReadonlySet<number> = new Set([
  EVENT.READ_X,
  EVENT.READV_X,
  EVENT.PREAD_X,
  EVENT.PREADV_X,
  EVENT.RECV_X,
  EVENT.RECVFROM_X,
  EVENT.RECVMSG_X,
  EVENT.RECVMMSG_X,
]);

/** Codes of the calls that say nothing unless their descriptor is an IP socket. */
export const SOCKET_TRAFFIC: ReadonlySet<number> = new Set(
  TRAFFIC_HANDLERS.filter(([, handler]) => handler === READ || handler === WRITE).map(
    ([code]) => code,
  ),
);
