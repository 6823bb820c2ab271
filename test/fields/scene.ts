/**
 * A small machine and moments on it: the path is the program's own (metadata, records, decoder, state), so a
 * field is read as a replay reads it.
 */
import type { FdEntry, ProcessEntry } from '../../src/capture/index.js';
import {
  EVENT_TABLE,
  Event,
  EventDecoder,
  VISIBILITY,
  type ParamValue,
} from '../../src/events/index.js';
import {
  compileFieldText,
  renderField,
  type CompiledField,
  type FieldSettings,
} from '../../src/fields/index.js';
import { applyEvent, loadMetadata, Moment, World } from '../../src/state/index.js';
import { record } from '../events/records.js';

/** 2023-11-14T22:13:20.123456789Z */
export const START = 1_700_000_000_123_456_789n;
const BOOT = 1_699_999_000_000_000_000n;

export const CONTAINER_ID = '3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3601e';
export const POD_ID = 'aaaabbbbcccc0000111122223333444455556666777788889999aaaabbbbcccc';

const NO_PROCESS: ProcessEntry = {
  tid: 0,
  pid: 0,
  ptid: 0,
  sid: undefined,
  vpgid: undefined,
  comm: '',
  exe: '',
  exepath: undefined,
  args: '',
  cwd: '/',
  fdLimit: 1024n,
  flags: 0,
  uid: 0,
  gid: 0,
  vmSizeKb: undefined,
  vmRssKb: undefined,
  vmSwapKb: undefined,
  majorFaults: undefined,
  minorFaults: undefined,
  env: undefined,
  vtid: undefined,
  vpid: undefined,
  cgroups: undefined,
  root: undefined,
  pidnsInitStart: undefined,
  tty: undefined,
  loginuid: undefined,
  isExeWritable: undefined,
  capInheritable: undefined,
  capPermitted: undefined,
  capEffective: undefined,
  isExeUpperLayer: undefined,
  exeInode: undefined,
  exeInodeCtime: undefined,
  exeInodeMtime: undefined,
  isExeFromMemfd: undefined,
  isExeLowerLayer: undefined,
  pgid: undefined,
};

const NO_FD: FdEntry = {
  fd: 0,
  inode: 0n,
  type: 1,
  name: undefined,
  openFlags: undefined,
  dev: undefined,
  sourceAddress: undefined,
  destinationAddress: undefined,
  sourcePort: undefined,
  destinationPort: undefined,
  l4proto: undefined,
  unixSource: undefined,
  unixDestination: undefined,
};

/** What an event is made of; times count from {@link START}, in nanoseconds. */
export interface EventFacts {
  readonly code: number;
  readonly params?: Readonly<Record<string, ParamValue>>;
  readonly tid?: number;
  readonly after?: number;
  readonly cpu?: number;
}

const DOCKER = `/docker/${CONTAINER_ID}`;

// prettier-ignore
const PROCESSES: readonly ProcessEntry[] = [
  { ...NO_PROCESS, tid: 1, pid: 1, comm: 'systemd', exe: '/sbin/init', exepath: '/usr/lib/systemd/systemd',
    vtid: 1, vpid: 1, sid: 1, vpgid: 1, pgid: 1, env: 'HOME=/\0LANG=C\0SHARED=init\0' },
  { ...NO_PROCESS, tid: 100, pid: 100, ptid: 1, comm: 'bash', exe: '-bash', exepath: '/usr/bin/bash', args: '-i\0',
    vtid: 100, vpid: 100, sid: 100, vpgid: 100, pgid: 100, env: 'HOME=/home/ada\0SHARED=  shell \0', uid: 1000, gid: 1000 },
  { ...NO_PROCESS, tid: 200, pid: 200, ptid: 100, comm: 'curl', exe: 'curl', exepath: '/usr/bin/curl',
    args: '-s\0http://example.org\0', cwd: '/home/ada', env: 'PATH=/usr/bin:/bin\0EMPTY=\0HOME=/home/ada\0',
    vtid: 200, vpid: 200, sid: 100, vpgid: 200, pgid: 200, uid: 1000, gid: 1000, loginuid: 1000, tty: 34816,
    fdLimit: 8n, cgroups: 'cpu=/user.slice\0mem_cgroup=/user.slice\0perf=/\0', vmSizeKb: 5000, vmRssKb: 600, vmSwapKb: 7,
    majorFaults: 3n, minorFaults: 44n, isExeWritable: true, isExeUpperLayer: true, isExeLowerLayer: false, isExeFromMemfd: true,
    capPermitted: 0x21n, capInheritable: 0n, capEffective: 1n << 40n,
    exeInode: 9_007_199_254_740_993n, exeInodeCtime: 1_600_000_000_000_000_001n, exeInodeMtime: 1_500_000_000_000_000_002n },
  { ...NO_PROCESS, tid: 201, pid: 200, ptid: 100, comm: 'curl-dns', exe: 'curl', exepath: '/usr/bin/curl',
    vtid: 201, vpid: 200, sid: 100, vpgid: 200, pgid: 200, uid: 1000, gid: 1000, vmSizeKb: 5000, vmRssKb: 600 },
  { ...NO_PROCESS, tid: 300, pid: 300, ptid: 1, comm: 'nginx', exe: 'nginx', exepath: '/usr/sbin/nginx', args: '-g\0daemon off;\0',
    vtid: 1, vpid: 1, uid: 101, gid: 101, cgroups: `cpu=${DOCKER}\0`, root: '/', pidnsInitStart: 1_699_999_900_000_000_000n },
];

const IPV4 = (text: string): Uint8Array => Uint8Array.from(text.split('.').map(Number));
const LOOPBACK_6 = Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0));

// prettier-ignore
const FDS: readonly FdEntry[] = [
  { ...NO_FD, fd: 0, type: 16, name: '/dev/pts/0', openFlags: 3, dev: 0x88 },
  { ...NO_FD, fd: 1, type: 7, name: 'pipe:[9]', inode: 9n },
  { ...NO_FD, fd: 3, type: 3, sourceAddress: IPV4('10.0.0.5'), destinationAddress: IPV4('93.184.216.34'), sourcePort: 40000, destinationPort: 80, l4proto: 2 },
  { ...NO_FD, fd: 4, type: 16, name: '/home/ada/out.txt', openFlags: 2, dev: 0x10_3205, inode: 2n ** 62n + 1n },
  { ...NO_FD, fd: 5, type: 2, name: '/srv/data' },
  { ...NO_FD, fd: 6, type: 8, name: '/dev/log', unixSource: 1n, unixDestination: 2n },
  { ...NO_FD, fd: 7, type: 4, sourceAddress: LOOPBACK_6, destinationAddress: LOOPBACK_6, sourcePort: 5000, destinationPort: 53, l4proto: 3 },
  { ...NO_FD, fd: 8, type: 5, sourceAddress: IPV4('0.0.0.0'), sourcePort: 8080, l4proto: 2 },
];

/** The machine; every call is a new one. */
export class Scene {
  readonly world = new World();
  readonly moment: Moment;
  readonly #decoder = new EventDecoder({ raw: false });
  #count = 0;

  constructor() {
    this.moment = new Moment(this.world, new Event(EVENT_TABLE[0] as (typeof EVENT_TABLE)[number]));
    this.world.reset();
    loadMetadata(this.world, {
      kind: 'machine',
      cpuCount: 2,
      memoryBytes: 1n,
      hostname: 'lab',
      bootTime: BOOT,
    });
    loadMetadata(this.world, { kind: 'processes', processes: PROCESSES });
    loadMetadata(this.world, { kind: 'fds', tid: 200, fds: FDS });
    loadMetadata(this.world, {
      kind: 'interfaces',
      interfaces: [
        {
          name: 'eth0',
          address: IPV4('10.0.0.5'),
          netmask: IPV4('255.0.0.0'),
          broadcast: IPV4('10.255.255.255'),
          linkSpeed: undefined,
        },
      ],
    });
    loadMetadata(this.world, {
      kind: 'users',
      users: [{ uid: 1000, gid: 1000, name: 'ada', home: '/home/ada', shell: '/bin/bash' }],
      groups: [{ gid: 1000, name: 'ada' }],
    });
  }

  /** Let something happen; the answer is the scene's one moment. */
  at({ code, params, tid, after, cpu }: EventFacts): Moment {
    const facts = record({ code, tid: tid ?? 200, ...(params === undefined ? {} : { params }) });
    const time = START + BigInt(after ?? 0);
    facts.timeHigh = Number(time >> 32n);
    facts.timeLow = Number(time & 0xffff_ffffn);
    facts.cpu = cpu ?? 0;
    this.#count += 1;
    facts.number = this.#count;
    const visibility = this.#decoder.decode(facts, this.moment.event);
    if (visibility === VISIBILITY.HIDDEN) {
      this.moment.skip(facts.code, facts.timeHigh, facts.timeLow);
      return this.moment;
    }
    applyEvent(this.moment);
    if (visibility === VISIBILITY.SHOWN) {
      this.moment.show();
    }
    return this.moment;
  }
}

/** A field that must exist. */
export function field(text: string, settings?: FieldSettings): CompiledField {
  const result = compileFieldText(text, 'syscall', settings);
  if (result.field === undefined) {
    throw new Error(`${text}: ${JSON.stringify(result.problem)}`);
  }
  return result.field;
}

/** How a field prints; `undefined` where it is absent. */
export function print(moment: Moment, text: string): string | undefined {
  return renderField(field(text), moment);
}
