/** The machine as it was when the capture began: processes, descriptors, users, interfaces. */
import type { FdEntry, InterfaceEntry, Metadata, ProcessEntry } from '../capture/index.js';
import { ipv4EndText, ipv6EndText, isIpv4Mapped } from '../events/index.js';
import { addGroup, addUser } from './accounts.js';
import { L4 } from './address.js';
import { placeThread } from './containment.js';
import { exepathOf } from './exec.js';
import { FD_FLAG, type FileDescriptor } from './file-descriptor.js';
import { fdKindOfCode } from './fd-kind.js';
import { BOUND, FULL } from './budget.js';
import { interfaceBytes } from './holdings.js';
import { setCgroups } from './lists.js';
import { newDescriptor } from './new-descriptor.js';
import { joinPath } from './path.js';
import { SocketTuple } from './socket-tuple.js';
import { noteFd, noteThreadIds } from './odd-ids.js';
import { keepInherited, keepTexts } from './program-texts.js';
import { NO_TEXT, SharedText } from './shared-text.js';
import { connectThread, hasRoom, supersede } from './thread-table.js';
import { NO_USER, Thread } from './thread.js';
import type { World } from './world.js';

/** Hosts of many containers have some hundreds. */
const MAX_INTERFACES = 4096;

function withoutFinalNul(list: string): string {
  return list.endsWith('\0') ? list.slice(0, -1) : list;
}

/** Limits are signed in threads; all ones is "not known". */
function signed(limit: bigint): number {
  return Number(BigInt.asIntN(64, limit));
}

function readIds(thread: Thread, entry: ProcessEntry): void {
  thread.ptid = entry.ptid;
  thread.sid = entry.sid ?? -1;
  thread.vpgid = entry.vpgid ?? -1;
  thread.pgid = entry.pgid ?? -1;
  thread.vtid = entry.vtid ?? -1;
  thread.vpid = entry.vpid ?? -1;
  thread.flags = entry.flags;
  thread.uid = entry.uid;
  thread.gid = entry.gid;
  thread.loginuid = entry.loginuid ?? NO_USER;
  thread.tty = entry.tty ?? 0;
}

function readProgram(thread: Thread, entry: ProcessEntry): void {
  thread.comm = entry.comm;
  thread.exe = entry.exe;
  thread.exepath = exepathOf(entry.exepath ?? '');
  thread.args = withoutFinalNul(entry.args);
  thread.root = entry.root ?? '';
  if (thread.isMain) {
    const cwd = joinPath('', entry.cwd);
    thread.cwd = cwd.endsWith('/') ? cwd : `${cwd}/`;
    const environment = withoutFinalNul(entry.env ?? '');
    thread.environment = environment === '' ? NO_TEXT : new SharedText(environment);
  }
  setCgroups(thread, withoutFinalNul(entry.cgroups ?? ''));
  thread.isExeWritable = entry.isExeWritable ?? false;
  thread.isExeUpperLayer = entry.isExeUpperLayer ?? false;
  thread.isExeLowerLayer = entry.isExeLowerLayer ?? false;
  thread.isExeFromMemfd = entry.isExeFromMemfd ?? false;
}

/**
 * When a pid namespace began, since the epoch. A process list holds it so (libs, `scap_procs.c`), while births of processes
 * count from boot; our own older recordings count from boot in both. No such time is as far from its boot as that
 * is from 1970 (it would have to run for decades), so the value itself says which it is.
 */
function namespaceStart({ pidnsInitStart: time = 0n }: ProcessEntry, bootTime: bigint): bigint {
  return time !== 0n && time < bootTime / 2n ? time + bootTime : time;
}

function readNumbers(thread: Thread, entry: ProcessEntry, bootTime: bigint): void {
  thread.fdLimit = signed(entry.fdLimit);
  thread.capPermitted = entry.capPermitted ?? 0n;
  thread.capEffective = entry.capEffective ?? 0n;
  thread.capInheritable = entry.capInheritable ?? 0n;
  thread.exeInode = entry.exeInode ?? 0n;
  thread.exeInodeCtime = entry.exeInodeCtime ?? 0n;
  thread.exeInodeMtime = entry.exeInodeMtime ?? 0n;
  thread.pidnsInitStart = namespaceStart(entry, bootTime);
}

function readUsage(thread: Thread, entry: ProcessEntry): void {
  thread.vmSizeKb = entry.vmSizeKb ?? 0;
  thread.vmRssKb = entry.vmRssKb ?? 0;
  thread.vmSwapKb = entry.vmSwapKb ?? 0;
  thread.majorFaults = Number(entry.majorFaults ?? 0n);
  thread.minorFaults = Number(entry.minorFaults ?? 0n);
}

function loadProcesses(world: World, entries: readonly ProcessEntry[]): void {
  const bootTime = world.machine?.bootTime ?? 0n;
  for (const entry of entries) {
    if (!hasRoom(world, entry.tid)) {
      continue;
    }
    const thread = new Thread(entry.tid, entry.pid, world.budget);
    readIds(thread, entry);
    readProgram(thread, entry);
    readNumbers(thread, entry, bootTime);
    readUsage(thread, entry);
    noteThreadIds(world.losses, thread);
    keepTexts(world, thread);
    keepInherited(world, thread);
    const listed = world.threads.get(thread.tid);
    if (listed !== undefined) {
      supersede(world, listed, thread);
    }
    world.threads.set(thread.tid, thread);
    world.threadChanged(thread);
  }
  world.forgetLastThread();
}

function put(bytes: Uint8Array, address: Uint8Array | undefined, at: number): void {
  if (address !== undefined) {
    bytes.set(address.subarray(0, bytes.length - at), at);
  }
}

function putPort(bytes: Uint8Array, port: number | undefined, at: number): void {
  bytes[at] = (port ?? 0) & 0xff;
  bytes[at + 1] = ((port ?? 0) >> 8) & 0xff;
}

/** A connection; one over IPv4 in IPv6 clothes is made the IPv4 connection that it is. */
function readConnection(descriptor: FileDescriptor, entry: FdEntry): void {
  const source = entry.sourceAddress ?? new Uint8Array(16);
  const destination = entry.destinationAddress ?? new Uint8Array(16);
  const isMapped =
    descriptor.kind === 'ipv6' && isIpv4Mapped(source, 0) && isIpv4Mapped(destination, 0);
  if (isMapped) {
    descriptor.kind = 'ipv4';
  }
  const isIpv4 = descriptor.kind === 'ipv4';
  const tuple = new SocketTuple();
  const from = isMapped ? 12 : 0;
  const length = isIpv4 ? 4 : 16;
  put(tuple.bytes, source.subarray(from, from + length), 0);
  put(tuple.bytes, destination.subarray(from, from + length), length);
  putPort(tuple.bytes, entry.sourcePort, isIpv4 ? 8 : 32);
  putPort(tuple.bytes, entry.destinationPort, isIpv4 ? 10 : 34);
  tuple.setL4proto(descriptor.kind, entry.l4proto ?? L4.UNKNOWN);
  if (entry.l4proto === L4.TCP) {
    descriptor.flags |= FD_FLAG.CONNECTED;
  }
  descriptor.tuple = tuple;
  descriptor.name = listedConnectionText(descriptor, tuple.bytes);
}

/** Listed connections have their ports in the name whatever the protocol. */
function listedConnectionText({ kind }: FileDescriptor, bytes: Uint8Array): string {
  return kind === 'ipv4'
    ? `${ipv4EndText(bytes, 0, 8)}->${ipv4EndText(bytes, 4, 10)}`
    : `${ipv6EndText(bytes, 0, 32)}->${ipv6EndText(bytes, 16, 34)}`;
}

function readListener(world: World, descriptor: FileDescriptor, entry: FdEntry): void {
  const tuple = new SocketTuple();
  const isIpv4 = descriptor.kind === 'ipv4-server';
  const length = isIpv4 ? 4 : 16;
  // a listener's one address is reported as either end
  const address = entry.destinationAddress ?? entry.sourceAddress;
  const port = entry.destinationPort ?? entry.sourcePort ?? 0;
  put(tuple.bytes, address?.subarray(0, length), 0);
  putPort(tuple.bytes, port, length);
  tuple.setL4proto(descriptor.kind, entry.l4proto ?? L4.UNKNOWN);
  descriptor.tuple = tuple;
  descriptor.name = isIpv4
    ? ipv4EndText(tuple.bytes, 0, length)
    : ipv6EndText(tuple.bytes, 0, length);
  world.serverPorts.add(port);
}

function readDescriptor(world: World, entry: FdEntry): FileDescriptor {
  const descriptor = newDescriptor(entry.fd, fdKindOfCode(entry.type));
  descriptor.flags = FD_FLAG.FROM_LIST;
  descriptor.inodeLow = Number(BigInt.asIntN(32, entry.inode));
  descriptor.inodeHigh = Number(BigInt.asIntN(32, entry.inode >> 32n));
  descriptor.name = entry.name ?? '';
  switch (descriptor.kind) {
    case 'ipv4':
    case 'ipv6':
      readConnection(descriptor, entry);
      break;
    case 'ipv4-server':
    case 'ipv6-server':
      readListener(world, descriptor, entry);
      break;
    case 'unix':
      descriptor.tuple = new SocketTuple();
      descriptor.tuple.setUnix(entry.unixSource ?? 0n, entry.unixDestination ?? 0n);
      descriptor.flags |= descriptor.name === '' ? FD_FLAG.ROLE_CLIENT : FD_FLAG.ROLE_SERVER;
      break;
    default:
      descriptor.openFlags = entry.openFlags ?? 0;
      descriptor.dev = entry.dev ?? 0;
  }
  return descriptor;
}

function loadDescriptors(world: World, tid: number, entries: readonly FdEntry[]): void {
  const thread = world.threads.get(tid);
  for (const entry of thread === undefined ? [] : entries) {
    noteFd(world.losses, entry.fd);
    thread?.fds.set(readDescriptor(world, entry));
  }
}

function loadInterfaces(world: World, entries: readonly InterfaceEntry[]): void {
  for (const entry of entries) {
    if (world.interfaces.size >= MAX_INTERFACES) {
      world.losses.note('interfaces', `more than ${MAX_INTERFACES}`);
    } else if (!world.budget.take(BOUND.METADATA, interfaceBytes(entry))) {
      world.losses.note('interfaces', FULL);
    } else if (!world.interfaces.add(entry)) {
      world.losses.note('interfaces', 'they have too many different network masks');
    }
  }
}

/** Take in what a metadata block says. */
export function loadMetadata(world: World, metadata: Metadata): void {
  world.isPrimed = false;
  switch (metadata.kind) {
    case 'machine':
      world.machine = metadata;
      return;
    case 'processes':
      loadProcesses(world, metadata.processes);
      return;
    case 'fds':
      loadDescriptors(world, metadata.tid, metadata.fds);
      return;
    case 'interfaces':
      loadInterfaces(world, metadata.interfaces);
      return;
    case 'users':
      for (const user of metadata.users) {
        addUser(world, '', user);
      }
      for (const { gid, name } of metadata.groups) {
        addGroup(world, '', gid, name);
      }
  }
}

/** Whether who serves whom is to be found out of this descriptor. */
function isListedConnection({ flags, kind, hasNoRole }: FileDescriptor): boolean {
  return (flags & FD_FLAG.FROM_LIST) !== 0 && kind === 'ipv4' && hasNoRole;
}

/** Connections to a port that was listened on are a server's: its end is the destination. */
function findRole(world: World, descriptor: FileDescriptor): void {
  const { tuple, sourcePort } = descriptor;
  if (tuple === undefined) {
    return;
  }
  if (sourcePort === undefined || !world.serverPorts.has(sourcePort)) {
    descriptor.flags |= FD_FLAG.ROLE_CLIENT;
    return;
  }
  const was = tuple.bytes.slice();
  tuple.bytes.set(was.subarray(4, 8), 0);
  tuple.bytes.set(was.subarray(0, 4), 4);
  tuple.bytes.set(was.subarray(10, 12), 8);
  tuple.bytes.set(was.subarray(8, 10), 10);
  descriptor.flags |= FD_FLAG.ROLE_SERVER;
  descriptor.name = listedConnectionText(descriptor, tuple.bytes);
}

/**
 * Before the first event: what can be said only when all lists are known. Who is whose child, which sockets are
 * servers', which container each thread runs in.
 */
export function primeWorld(world: World): void {
  world.isPrimed = true;
  for (const thread of world.threads.values()) {
    connectThread(world, thread);
  }
  for (const thread of world.threads.values()) {
    for (const descriptor of thread.fds) {
      const own = isListedConnection(descriptor) ? thread.fds.get(descriptor.number) : undefined;
      if (own !== undefined) {
        findRole(world, own);
      }
    }
    placeThread(world, thread);
  }
}
