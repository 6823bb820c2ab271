/**
 * Small captures from facts: one process, somewhere, with its parents, does a few things. What a rule looks at is
 * said in a scene; all else is ordinary.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCapture, type CaptureWriter, type ProcessEntry } from '../../src/capture/index.js';
import { encodeEvent, EVENT, type ParamValue } from '../../src/events/index.js';

/** One event of the actor's thread. */
export interface Act {
  readonly code: number;
  readonly values: Readonly<Record<string, ParamValue>>;
}

/** Who does it, and where. Without facts: bash of root, without a terminal, below init, on the host. */
export interface Actor {
  readonly name?: string;
  readonly args?: readonly string[];
  readonly exepath?: string;
  /** Names of the parent, its parent and so on. */
  readonly parents?: readonly string[];
  /** Arguments of the parent. */
  readonly parentArgs?: readonly string[];
  readonly where?: keyof typeof CONTAINERS | 'host';
  readonly tty?: number;
  readonly uid?: number;
  readonly loginuid?: number;
  readonly vpid?: number;
  readonly cwd?: string;
  readonly capabilities?: bigint;
  /** Standard input is a connection. */
  readonly hasNetworkInput?: boolean;
  /** It begins in the capture, so that the age of its program is known; else it was there before. */
  readonly isBorn?: boolean;
}

/** An actor and what it does. */
export interface Scene {
  readonly by?: Actor;
  readonly does: readonly Act[];
}

const POD_LABELS = {
  'io.kubernetes.container.name': 'webapi',
  'io.kubernetes.pod.name': 'webapi-7d4b9c-x2x5f',
  'io.kubernetes.pod.namespace': 'team-blue',
  'io.kubernetes.pod.uid': '11111111-2222-3333-4444-555555555555',
};

interface ContainerFacts {
  readonly digit: string;
  readonly name: string;
  readonly image: string;
  readonly privileged?: boolean;
  readonly mounts?: readonly object[];
}

/** The containers of the scenes. */
export const CONTAINERS = {
  pod: { digit: 'a', name: 'webapi', image: 'docker.io/library/httpd' },
  privileged: { digit: 'b', name: 'agent', image: 'docker.io/acme/agent', privileged: true },
  mounting: {
    digit: 'c',
    name: 'monitor',
    image: 'docker.io/acme/monitor',
    mounts: [
      {
        Source: '/var/run/docker.sock',
        Destination: '/var/run/docker.sock',
        Mode: '',
        RW: true,
        Propagation: 'rprivate',
      },
    ],
  },
} as const satisfies Record<string, ContainerFacts>;

const START = 1_700_000_000_000_000_000n;
const STEP = 1_000_000n;
const SECOND = 1_000_000_000n;
const HOUR = 3600n * SECOND;
const ACTOR = 1000;
const ORDINARY_CAPABILITIES = 0xa80425fbn;

function cgroupsOf(where: Actor['where']): string {
  return where === undefined || where === 'host'
    ? 'cpuset=/\0'
    : `cpuset=/docker/${CONTAINERS[where].digit.repeat(64)}\0`;
}

function processEntry(facts: Partial<ProcessEntry>): ProcessEntry {
  return {
    ...{ tid: 1, pid: 1, ptid: 0, sid: 1, vpgid: 1, pgid: 1, vtid: 1, vpid: 1 },
    ...{ comm: 'systemd', exe: '/sbin/init', exepath: '/sbin/init', args: '', cwd: '/', root: '/' },
    ...{ fdLimit: 1024n, flags: 0, uid: 0, gid: 0, tty: 0, loginuid: 0xffffffff, env: '' },
    ...{ vmSizeKb: 1, vmRssKb: 1, vmSwapKb: 0, majorFaults: 0n, minorFaults: 0n },
    ...{ isExeWritable: false, isExeUpperLayer: false, isExeLowerLayer: false },
    ...{ isExeFromMemfd: false, exeInode: 1n, exeInodeCtime: 1n, exeInodeMtime: 1n },
    ...{ capInheritable: 0n, capPermitted: 0n, capEffective: 0n, pidnsInitStart: 0n },
    cgroups: 'cpuset=/\0',
    ...facts,
  };
}

/** The actor, then its parents; the last one's parent is init. */
function lineage(actor: Actor): ProcessEntry[] {
  const parents = actor.parents ?? ['bash'];
  const ancestors = parents.map((comm, i) =>
    relative(comm, ACTOR - 1 - i, actor, {
      ...(i === 0 ? { args: withNul(actor.parentArgs) } : {}),
      ...(i === parents.length - 1 ? { ptid: 1 } : {}),
    }),
  );
  const vpid = actor.vpid ?? 7;
  const own = relative(actor.name ?? 'bash', ACTOR, actor, {
    ...{ vtid: vpid, vpid, args: withNul(actor.args), cwd: actor.cwd ?? '/srv/' },
    ...{ tty: actor.tty ?? 0, uid: actor.uid ?? 0 },
    ...(actor.exepath === undefined ? {} : { exepath: actor.exepath }),
  });
  return [own, ...ancestors];
}

const withNul = (texts: readonly string[] = []): string =>
  texts.map((text) => `${text}\0`).join('');

/** The actor or an ancestor: in the same container, of the same sign-in, with the same rights. */
function relative(
  comm: string,
  tid: number,
  actor: Actor,
  own: Partial<ProcessEntry>,
): ProcessEntry {
  const capabilities = actor.capabilities ?? ORDINARY_CAPABILITIES;
  return processEntry({
    ...{ tid, pid: tid, ptid: tid - 1, sid: tid, vtid: 5, vpid: 5 },
    ...{ comm, exe: comm, exepath: `/usr/bin/${comm}`, cgroups: cgroupsOf(actor.where) },
    ...{ loginuid: actor.loginuid ?? 0xffffffff },
    ...{ capPermitted: capabilities, capEffective: capabilities },
    ...own,
  });
}

function containerEvent({ digit, name, image, privileged, mounts }: ContainerFacts): Act {
  const container = {
    type: 0,
    id: digit.repeat(12),
    full_id: digit.repeat(64),
    ...{ name, image: `${image}:1.0`, imagerepo: image, imagetag: '1.0', imageid: '', User: '0' },
    ...{ privileged: privileged === true, labels: POD_LABELS, Mounts: mounts ?? [] },
    ...{ ip: '10.1.2.3', lookup_state: 1, created_time: 1_700_000_000 },
  };
  const data = Buffer.from(`${JSON.stringify({ container })}\0`);
  return { code: EVENT.ASYNCEVENT_E, values: { plugin_id: 0, name: 'container', data } };
}

const NO_ENDS = { destinationAddress: undefined, destinationPort: undefined } as const;
const NETWORK_INPUT = {
  ...NO_ENDS,
  ...{ fd: 0, inode: 1n, type: 3, name: undefined, openFlags: undefined, dev: undefined },
  sourceAddress: Uint8Array.of(10, 1, 2, 3),
  destinationAddress: Uint8Array.of(203, 0, 113, 7),
  ...{ sourcePort: 40000, destinationPort: 4443, l4proto: 1 },
  ...{ unixSource: undefined, unixDestination: undefined },
} as const;

function writeStart(writer: CaptureWriter, actor: Actor): void {
  writer.writeSectionHeader();
  const machine = { cpuCount: 1, memoryBytes: 1n << 30n, hostname: 'node-1', bootTime: 1n };
  writer.writeMetadata({ kind: 'machine', ...machine });
  const users = [
    { uid: 0, gid: 0, name: 'root', home: '/root', shell: '/bin/sh' },
    { uid: 33, gid: 33, name: 'www-data', home: '/var/www', shell: '/usr/sbin/nologin' },
    { uid: 1000, gid: 1000, name: 'ada', home: '/home/ada', shell: '/bin/bash' },
  ];
  writer.writeMetadata({ kind: 'users', users, groups: [{ gid: 0, name: 'root' }] });
  const [own, ...ancestors] = lineage(actor);
  const listed = actor.isBorn === true || own === undefined ? ancestors : [own, ...ancestors];
  writer.writeMetadata({ kind: 'processes', processes: [processEntry({}), ...listed] });
  if (actor.hasNetworkInput === true) {
    writer.writeMetadata({ kind: 'fds', tid: ACTOR, fds: [NETWORK_INPUT] });
  }
}

/** The actor begins, as a copy of its parent. Containers began an hour ago. */
function birth(actor: Actor): Act {
  const name = actor.name ?? 'bash';
  const isHost = actor.where === undefined || actor.where === 'host';
  const inside = isHost ? ACTOR : (actor.vpid ?? 7);
  const values = {
    ...{ res: 0, exe: name, comm: name, args: [], tid: ACTOR, pid: ACTOR, ptid: ACTOR - 1 },
    ...{ cwd: '', fdlimit: 1024, pgft_maj: 0, pgft_min: 0, vm_size: 1, vm_rss: 1, vm_swap: 0 },
    cgroups: Buffer.from(cgroupsOf(actor.where), 'latin1'),
    ...{ flags: 0, uid: actor.uid ?? 0, gid: 0, vtid: inside, vpid: inside },
    pidns_init_start_ts: START - HOUR,
  };
  return { code: EVENT.CLONE_20_X, values };
}

/** What exec tells of the new program depends on who execs. */
function withActor(act: Act, actor: Actor): Act {
  if (act.code !== EVENT.EXECVE_19_X) {
    return act;
  }
  const capabilities = actor.capabilities ?? ORDINARY_CAPABILITIES;
  const values = {
    ...{ tid: ACTOR, pid: ACTOR, ptid: ACTOR - 1, cwd: actor.cwd ?? '/srv/', fdlimit: 1024 },
    ...{ pgft_maj: 0, pgft_min: 0, vm_size: 1, vm_rss: 1, vm_swap: 0 },
    cgroups: Buffer.from(cgroupsOf(actor.where), 'latin1'),
    ...{ tty: actor.tty ?? 0, vpgid: 1, loginuid: actor.loginuid ?? -1, pgid: 1, gid: 0 },
    ...{ cap_inheritable: 0, cap_permitted: capabilities, cap_effective: capabilities },
    ...{ exe_ino: 2, exe_ino_ctime: 1, exe_ino_mtime: 1, uid: actor.uid ?? 0 },
    ...act.values,
  };
  return { code: act.code, values };
}

/** Write the scene as a capture. */
function writeScene(path: string, { by = {}, does }: Scene): void {
  const writer = createCapture(path, { force: true });
  writeStart(writer, by);
  let time = START;
  const write = (act: Act, tid: number): void => {
    time += STEP;
    writer.writeEvent({
      cpu: 0,
      time,
      tid,
      code: act.code,
      params: encodeEvent(act.code, act.values),
    });
  };
  for (const facts of Object.values(CONTAINERS)) {
    write(containerEvent(facts), -1);
  }
  for (const act of by.isBorn === true ? [birth(by), ...does] : does) {
    write(withActor(act, by), ACTOR);
  }
  writer.close();
}

/** A capture of the scene in a temporary file, for as long as `use` works. */
export async function withCapture<T>(scene: Scene, use: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tiercel-scene-'));
  try {
    const path = join(folder, 'scene.scap');
    writeScene(path, scene);
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// --- what an actor does ---------------------------------------------------------------------------------------------

/** What is particular about a program that is started. */
export interface ProgramFacts {
  /** First argument, where it is not the program's name. */
  readonly exe?: string;
  readonly exepath?: string;
  /** What was asked to be started: a script, where the executable is its interpreter. */
  readonly filename?: string;
  readonly env?: readonly string[];
  /** 2: in the container's own layer; 4: from memory. */
  readonly flags?: number;
  /** Seconds before the scene at which the file was changed; long ago, where it is missing. */
  readonly writtenBefore?: number;
}

/** Start a program. */
export function runs(command: readonly string[], facts: ProgramFacts = {}): Act {
  const [program = '', ...args] = command;
  const exepath = facts.exepath ?? `/usr/bin/${program}`;
  return {
    code: EVENT.EXECVE_19_X,
    values: {
      ...{ res: 0, exe: facts.exe ?? program, comm: program.slice(0, 15), args },
      ...{ env: facts.env ?? [], flags: facts.flags ?? 0 },
      ...{ trusted_exepath: exepath, filename: facts.filename ?? exepath },
      ...(facts.writtenBefore === undefined
        ? {}
        : { exe_ino_ctime: START - BigInt(facts.writtenBefore) * SECOND }),
    },
  };
}

const FOR_READING = 1;
const FOR_WRITING = 2;
const CREATING = 4;
const EMPTYING = 256;
/** The kernel says that the file was not there before. */
const CREATED = 16384;
const HERE = -100;

function opens(path: string, flags: number, mode = 0o644): Act {
  const values = { fd: 9, dirfd: HERE, name: path, flags, mode, dev: 1, ino: 77 };
  return { code: EVENT.OPENAT_2_X, values };
}

export const reads = (path: string): Act => opens(path, FOR_READING);
export const writes = (path: string): Act => opens(path, FOR_WRITING);
export const creates = (path: string): Act => opens(path, FOR_WRITING | CREATING);
export const createsProgram = (path: string): Act => opens(path, FOR_WRITING | CREATING, 0o755);
export const makes = (path: string): Act =>
  opens(path, FOR_WRITING | CREATING | EMPTYING | CREATED);
export const empties = (path: string): Act => opens(path, FOR_WRITING | EMPTYING);

export const renames = (oldpath: string, newpath: string): Act => ({
  code: EVENT.RENAME_X,
  values: { res: 0, oldpath, newpath },
});
export const removes = (path: string): Act => ({
  code: EVENT.UNLINK_2_X,
  values: { res: 0, path },
});
export const makesFolder = (path: string): Act => ({
  code: EVENT.MKDIR_2_X,
  values: { res: 0, path, mode: 0o755 },
});
export const linksSoftly = (target: string, linkpath: string): Act => ({
  code: EVENT.SYMLINK_X,
  values: { res: 0, target, linkpath },
});
export const linksHard = (oldpath: string, newpath: string): Act => ({
  code: EVENT.LINK_2_X,
  values: { res: 0, oldpath, newpath },
});
export const setsMode = (filename: string, mode: number): Act => ({
  code: EVENT.CHMOD_X,
  values: { res: 0, filename, mode },
});

/** Any other call, by the names of its parameters. */
export const calls = (code: number, values: Act['values']): Act => ({ code, values });

const bytesOf = (address: string): Uint8Array => Uint8Array.from(address.split('.').map(Number));
const OWN_ADDRESS = bytesOf('10.1.2.3');
const PEER = 40000;

/** Make a TCP socket and connect it. */
export const connects = (address: string, port: number): readonly Act[] =>
  connectsBy(STREAM, address, port);

/** Make a UDP socket and connect it. */
export const connectsByUdp = (address: string, port: number): readonly Act[] =>
  connectsBy(DATAGRAM, address, port);

const STREAM = { type: 1, proto: 6 };
const DATAGRAM = { type: 2, proto: 17 };

function connectsBy(kind: typeof STREAM, address: string, port: number): readonly Act[] {
  const source = { address: OWN_ADDRESS, port: PEER };
  const destination = { address: bytesOf(address), port };
  const tuple = { source, destination };
  return [
    { code: EVENT.SOCKET_X, values: { fd: 8, domain: 2, ...kind } },
    { code: EVENT.CONNECT_X, values: { res: 0, tuple, fd: 8, addr: destination } },
  ];
}

/** Connect to the unix socket at a path. */
export function connectsTo(path: string): readonly Act[] {
  const tuple = { source: 1n, destination: 2n, path };
  return [
    { code: EVENT.SOCKET_X, values: { fd: 8, domain: 1, type: 1, proto: 0 } },
    { code: EVENT.CONNECT_X, values: { res: 0, tuple, fd: 8, addr: { path } } },
  ];
}

/** Take a TCP connection at a port. */
export function accepts(port: number): Act {
  const source = { address: bytesOf('192.0.2.9'), port: PEER };
  const tuple = { source, destination: { address: OWN_ADDRESS, port } };
  const values = { fd: 8, tuple, queuepct: 0, queuelen: 0, queuemax: 5 };
  return { code: EVENT.ACCEPT_5_X, values };
}

/** Read these bytes from descriptor 8. */
export function receives(data: Uint8Array): Act {
  return { code: EVENT.READ_X, values: { res: data.length, data, fd: 8, size: 4096 } };
}
