/** Writes hostile captures by facts, a few bytes of source for many of capture. Times are a microsecond apart. */
import { createCapture, type ProcessEntry } from '../../src/capture/index.js';
import { EVENT, EVENT_TABLE, encodeEvent, type ParamValue } from '../../src/events/index.js';
import { descriptor, process } from '../state/machine.js';

const START = 1_700_000_000_000_000_000n;
/** Threads that one block lists. */
const PER_BLOCK = 500;

type Params = Readonly<Record<string, ParamValue>>;

const USAGE = { fdlimit: 1024, pgft_maj: 0, pgft_min: 0, vm_size: 1, vm_rss: 1, vm_swap: 0 };

export class BombWriter {
  readonly #writer;
  #time = START;

  constructor(path: string) {
    this.#writer = createCapture(path, { force: true });
    this.#writer.writeSectionHeader();
  }

  processes(count: number, describe: (i: number) => Partial<ProcessEntry> & { tid: number }): void {
    for (let first = 0; first < count; first += PER_BLOCK) {
      const length = Math.min(PER_BLOCK, count - first);
      const processes = Array.from({ length }, (_, i) => {
        const facts = describe(first + i);
        return process(facts.tid, 'x', facts);
      });
      this.#writer.writeMetadata({ kind: 'processes', processes });
    }
  }

  /** Files that `tid` has open when the capture begins, under every `stride`-th number. */
  files(tid: number, count: number, name: (i: number) => string, stride = 1): void {
    const fds = Array.from({ length: count }, (_, i) =>
      descriptor(i * stride, 1, { name: name(i) }),
    );
    this.#writer.writeMetadata({ kind: 'fds', tid, fds });
  }

  users(count: number, name: (i: number) => string): void {
    const users = Array.from({ length: count }, (_, uid) => ({
      uid,
      gid: uid,
      name: name(uid),
      home: name(uid),
      shell: '/bin/sh',
    }));
    this.#writer.writeMetadata({ kind: 'users', users, groups: [] });
  }

  /** Each in a network of its own; with `hasOddMasks`, each with a mask of its own. */
  interfaces(count: number, hasOddMasks = false): void {
    const address = (i: number) => Uint8Array.of(10, i >> 16, i >> 8, i);
    const interfaces = Array.from({ length: count }, (_, i) => ({
      name: `veth${i}`,
      address: address(i),
      netmask: Uint8Array.of(255, 255, ...(hasOddMasks ? [i >> 8, i] : [255, 255])),
      broadcast: address(i),
      linkSpeed: 0n,
    }));
    this.#writer.writeMetadata({ kind: 'interfaces', interfaces });
  }

  event(code: number, tid: number, params: Params = {}): void {
    this.#time += 1000n;
    const size = EVENT_TABLE[code]?.params.length ?? 0;
    const encoded = encodeEvent(code, params);
    this.#writer.writeEvent({
      cpu: 0,
      time: this.#time,
      tid,
      code,
      params: encoded.slice(0, size),
    });
  }

  /** The parent's return of a fork. */
  fork(tid: number, child: number, args: readonly string[] = []): void {
    this.event(EVENT.CLONE_20_X, tid, {
      ...USAGE,
      res: child,
      exe: 'x',
      args,
      tid,
      pid: tid,
      ptid: 1,
      comm: 'x',
      flags: 0,
      uid: 0,
      gid: 0,
      vtid: tid,
      vpid: tid,
    });
  }

  exec(tid: number, facts: Params = {}): void {
    this.event(EVENT.EXECVE_19_X, tid, {
      ...USAGE,
      res: 0,
      exe: 'x',
      args: [],
      tid,
      pid: tid,
      ptid: 1,
      comm: 'x',
      ...facts,
    });
  }

  /** `reaper` gets its children; 0: the kernel named none. */
  exit(tid: number, reaper = 0): void {
    this.event(EVENT.PROCEXIT_1_E, tid, { status: 0, ret: 0, sig: 0, core: 0, reaper_tid: reaper });
  }

  close(): void {
    this.#writer.close();
  }
}
