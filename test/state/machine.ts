/** A machine that tests describe by facts: who runs, which events happen. Times are nanoseconds after an hour. */
import type { FdEntry, Metadata, ProcessEntry } from '../../src/capture/index.js';
import { EventDecoder, type ParamValue } from '../../src/events/index.js';
import {
  applyEvent,
  applyUnwatched,
  loadMetadata,
  Moment,
  World,
  type Thread,
} from '../../src/state/index.js';
import { emptyEvent, record } from '../events/records.js';

type Params = Readonly<Record<string, ParamValue>> | readonly Uint8Array[];

const PROCESS: Omit<ProcessEntry, 'tid' | 'pid' | 'ptid' | 'comm'> = {
  sid: 1,
  vpgid: 1,
  exe: '/bin/program',
  exepath: '/bin/program',
  args: '',
  cwd: '/home/',
  fdLimit: 1024n,
  flags: 0,
  uid: 1000,
  gid: 1000,
  vmSizeKb: undefined,
  vmRssKb: undefined,
  vmSwapKb: undefined,
  majorFaults: undefined,
  minorFaults: undefined,
  env: undefined,
  vtid: undefined,
  vpid: undefined,
  cgroups: undefined,
  root: '/',
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

const DESCRIPTOR: Omit<FdEntry, 'fd' | 'type'> = {
  inode: 0n,
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

/** A listed process: a child of init, called as told, with its own ids inside its namespace. */
export function process(
  tid: number,
  comm: string,
  facts: Partial<ProcessEntry> = {},
): ProcessEntry {
  return { ...PROCESS, tid, pid: tid, ptid: 1, vtid: tid, vpid: tid, comm, ...facts };
}

/** A listed descriptor; `type` is the number of the format note. */
export function descriptor(fd: number, type: number, facts: Partial<FdEntry> = {}): FdEntry {
  return { ...DESCRIPTOR, fd, type, ...facts };
}

export class Machine {
  readonly world = new World();
  readonly moment = new Moment(this.world, emptyEvent());
  readonly #decoder = new EventDecoder({ raw: false });
  #time = 3_600_000;

  /** Init and these processes run when the capture begins. */
  constructor(...processes: readonly ProcessEntry[]) {
    this.load({ kind: 'processes', processes: [process(1, 'init', { ptid: 0 }), ...processes] });
  }

  load(metadata: Metadata): void {
    loadMetadata(this.world, metadata);
  }

  /** An event happens, one microsecond after the one before unless told otherwise. */
  event(code: number, tid: number, params: Params = {}, afterNs = 1000): Moment {
    this.#time += afterNs;
    this.#decoder.decode(record({ code, tid, params, time: this.#time }), this.moment.event);
    applyEvent(this.moment);
    return this.moment;
  }

  /** The same, where nobody looks at it: applied without an event if that can be. Returns whether it was. */
  unseen(code: number, tid: number, params: Params = {}): boolean {
    const made = record({ code, tid, params, time: this.#time + 1000 });
    if (this.#decoder.passUnwatched(made) && applyUnwatched(this.world, made)) {
      this.#time += 1000;
      return true;
    }
    this.event(code, tid, params);
    return false;
  }

  /** Parameters as they come: for old layouts and for damage. */
  half(code: number, tid: number, params: Params): void {
    this.#time += 10;
    this.#decoder.decode(record({ code, tid, params, time: this.#time }), this.moment.event);
  }

  thread(tid: number): Thread {
    const thread = this.world.thread(tid);
    if (thread === undefined) {
      throw new Error(`no thread ${tid} is known`);
    }
    return thread;
  }

  /** Name of a descriptor of the process of `tid`, or `undefined` if it is not open. */
  fdName(tid: number, fd: number): string | undefined {
    return this.world.fdTableOf(this.thread(tid))?.get(fd)?.name;
  }
}
