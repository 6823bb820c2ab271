/**
 * Captures that are small and cost much, one row for each way that was found or thought of. `size` counts what the bomb is made of; the
 * whole run is measured by `bombs.test.ts` and by the bench. To add one, add a row.
 */
import { EVENT } from '../../src/events/index.js';
import type { BombWriter } from './bomb-writer.js';

export interface Bomb {
  readonly name: string;
  /** Of a quick run, and of the whole one. */
  readonly sizes: readonly [quick: number, whole: number];
  readonly write: (bomb: BombWriter, size: number) => void;
  /** The condition of the one rule; without it, `evt.type = execve`. */
  readonly condition?: string;
}

const KB = 1024;
const CHILD = 1_000_000;

/** `base` and a number that makes it another text. */
function varied(length: number, i: number): string {
  return 'x'.repeat(length - 9) + String(i).padStart(9, '0');
}

function init(bomb: BombWriter): void {
  bomb.processes(1, () => ({ tid: 1, ptid: 0 }));
}

/** Each the parent of the next, from 10 on; the ids of all but the first differ from those in their namespace. */
function chain(bomb: BombWriter, length: number, isInNamespace = false): void {
  init(bomb);
  bomb.processes(length, (i) => ({
    tid: 10 + i,
    ptid: i === 0 ? 1 : 9 + i,
    ...(isInNamespace ? { vpid: 2 } : {}),
  }));
}

// prettier-ignore
export const BOMBS: readonly Bomb[] = [
  { name: 'forks of a process with 4,096 descriptors', sizes: [1_000, 9_000], write: (bomb, size) => {
    init(bomb);
    bomb.files(1, 4096, (i) => `/tmp/f${i}`);
    for (let i = 0; i < size; i += 1) {bomb.fork(1, CHILD + i);}
  } },
  { name: 'forks of such a process, each child and the parent opening one more', sizes: [1_000, 9_000], write: (bomb, size) => {
    init(bomb);
    bomb.files(1, 4000, (i) => `/tmp/f${i}`);
    for (let i = 0; i < size; i += 1) {
      bomb.fork(1, CHILD + i);
      bomb.event(EVENT.OPENAT_2_X, CHILD + i, { fd: 4050, dirfd: -100, name: '/a', flags: 1 });
      bomb.event(EVENT.OPENAT_2_X, 1, { fd: 4051, dirfd: -100, name: '/b', flags: 1 });
    }
  } },
  { name: 'forks of a process with 4,096 descriptors far from each other, each child opening one more', sizes: [200, 3_000], write: (bomb, size) => {
    init(bomb);
    bomb.files(1, 4000, (i) => `/tmp/f${i}`, 1000);
    for (let i = 0; i < size; i += 1) {
      bomb.fork(1, CHILD + i);
      bomb.event(EVENT.OPENAT_2_X, CHILD + i, { fd: 4050, dirfd: -100, name: '/a', flags: 1 });
    }
  } },
  { name: 'ranges of descriptors that are closed, by many children', sizes: [200, 3_000], write: (bomb, size) => {
    init(bomb);
    bomb.files(1, 4096, (i) => `/tmp/f${i}`);
    for (let i = 0; i < size; i += 1) {
      bomb.fork(1, CHILD + i);
      bomb.event(EVENT.CLOSE_RANGE_X, CHILD + i, { res: 0, first: 1, last: 9999, flags: 0 });
    }
  } },
  { name: 'descriptors with long names, listed for many processes', sizes: [20, 400], write: (bomb, size) => {
    init(bomb);
    bomb.processes(size, (i) => ({ tid: 10 + i }));
    for (let i = 0; i < size; i += 1) {bomb.files(10 + i, 1000, (fd) => varied(500, 1000 * i + fd));}
  } },
  { name: 'many processes with descriptors of their own', sizes: [50_000, 800_000], write: (bomb, size) => {
    init(bomb);
    bomb.processes(Math.ceil(size / 1000), (i) => ({ tid: 10 + i }));
    for (let i = 0; i < size; i += 1) {
      bomb.event(EVENT.OPENAT_2_X, 10 + (i % Math.ceil(size / 1000)), { fd: i % 4000, dirfd: -100, name: varied(200, i), flags: 1 });
    }
  } },
  { name: 'ancestors whose descendants exit', sizes: [5_000, 60_000], write: (bomb, size) => {
    chain(bomb, size, true);
    for (let i = 0; i < 4000; i += 1) {
      bomb.fork(9 + size, CHILD + 2 * i);
      bomb.fork(CHILD + 2 * i, CHILD + 2 * i + 1);
      bomb.exit(CHILD + 2 * i);
      bomb.exit(CHILD + 2 * i + 1);
    }
  } },
  { name: 'ancestors that exit themselves, from the top', sizes: [5_000, 60_000], write: (bomb, size) => {
    chain(bomb, size);
    for (let i = 0; i < size; i += 1) {bomb.exit(10 + i);}
  } },
  { name: 'ancestors that exit themselves, from the bottom', sizes: [5_000, 60_000], write: (bomb, size) => {
    chain(bomb, size);
    for (let i = size - 1; i >= 0; i -= 1) {bomb.exit(10 + i);}
  } },
  { name: 'children that are handed on', sizes: [5_000, 50_000], write: (bomb, size) => {
    init(bomb);
    bomb.processes(2001, (i) => ({ tid: 10 + i }));
    bomb.processes(size, (i) => ({ tid: CHILD + i, ptid: 10 }));
    for (let i = 0; i < 2000; i += 1) {bomb.exit(10 + i, 11 + i);}
  } },
  { name: 'children that are handed on by each of two that fork again', sizes: [5_000, 50_000], write: (bomb, size) => {
    init(bomb);
    bomb.processes(size, (i) => ({ tid: CHILD + i, ptid: 10 }));
    bomb.processes(2, (i) => ({ tid: 10 + i }));
    for (let i = 0; i < 2000; i += 1) {
      bomb.exit(10 + (i % 2), 10 + ((i + 1) % 2));
      bomb.fork(1, 10 + (i % 2));
    }
  } },
  { name: 'a rule about all ancestors of a deep process', sizes: [5_000, 60_000], condition: 'proc.aname = nobody or proc.aexepath contains nowhere', write: (bomb, size) => {
    chain(bomb, size);
    for (let i = 0; i < size / 2; i += 1) {
      bomb.event(EVENT.CHDIR_X, 9 + size, { res: 0, path: '/' });
      bomb.event(EVENT.SETSID_X, 9 + size, { res: i });
    }
  } },
  { name: 'an ancestor by a large number', sizes: [5_000, 60_000], condition: 'proc.aname[50000] = x or proc.aenv[50000] contains x', write: (bomb, size) => {
    chain(bomb, size);
    for (let i = 0; i < size / 2; i += 1) {bomb.event(EVENT.SETSID_X, 9 + size, { res: i });}
  } },
  { name: 'execs with different environments of 60 kB', sizes: [500, 9_000], write: (bomb, size) => {
    init(bomb);
    for (let i = 0; i < size; i += 1) {
      bomb.fork(1, CHILD + i);
      bomb.exec(CHILD + i, { env: [varied(60 * KB, i)] });
    }
  } },
  { name: 'execs with different command lines of 60 kB', sizes: [500, 9_000], write: (bomb, size) => {
    init(bomb);
    for (let i = 0; i < size; i += 1) {
      bomb.fork(1, CHILD + i);
      bomb.exec(CHILD + i, { args: [varied(60 * KB, i)] });
    }
  } },
  { name: 'clones with command lines of 60 kB', sizes: [500, 9_000], write: (bomb, size) => {
    init(bomb);
    for (let i = 0; i < size; i += 1) {bomb.fork(1, CHILD + i, [varied(60 * KB, i)]);}
  } },
  { name: 'executables with long paths and cgroups', sizes: [500, 9_000], write: (bomb, size) => {
    init(bomb);
    for (let i = 0; i < size; i += 1) {
      bomb.fork(1, CHILD + i);
      bomb.exec(CHILD + i, { trusted_exepath: varied(30 * KB, i), cgroups: [`cpu=/${varied(30 * KB, i)}`] });
    }
  } },
  { name: 'forks without end', sizes: [10_000, 400_000], write: (bomb, size) => {
    init(bomb);
    for (let i = 0; i < size; i += 1) {bomb.fork(1, CHILD + i);}
  } },
  { name: 'listed processes with long cgroups, environments and command lines', sizes: [200, 4_000], write: (bomb, size) => {
    init(bomb);
    bomb.processes(size, (i) => ({
      tid: 10 + i, cgroups: `cpu=/${varied(30 * KB, i)}\0`, env: `A=${varied(30 * KB, i)}\0`, args: `${varied(30 * KB, i)}\0`,
    }));
  } },
  { name: 'events that were dropped, over and over', sizes: [100_000, 4_000_000], write: (bomb, size) => {
    init(bomb);
    for (let i = 0; i < size; i += 1) {bomb.event(EVENT.DROP_E, 1, { ratio: 1 });}
  } },
  { name: 'threads that nobody described', sizes: [10_000, 400_000], write: (bomb, size) => {
    init(bomb);
    for (let i = 0; i < size; i += 1) {bomb.event(EVENT.GETUID_X, CHILD + i, { uid: 0 });}
  } },
  { name: 'listed users with long names', sizes: [500, 9_000], write: (bomb, size) => {
    for (let first = 0; first < size; first += 500) {bomb.users(500, (i) => varied(20 * KB, first + i));}
    init(bomb);
  } },
  { name: 'users of containers with long names and ids', sizes: [500, 9_000], write: (bomb, size) => {
    init(bomb);
    for (let i = 0; i < size; i += 1) {
      bomb.event(EVENT.USER_ADDED_E, 1, { uid: i, gid: i, name: varied(20 * KB, i), home: '/', shell: '/', container_id: varied(20 * KB, i) });
    }
  } },
  { name: 'groups of many containers', sizes: [5_000, 200_000], write: (bomb, size) => {
    init(bomb);
    for (let i = 0; i < size; i += 1) {
      bomb.event(EVENT.GROUP_ADDED_E, 1, { gid: i, name: 'x', container_id: `c${i}` });
    }
  } },
  { name: 'containers with many labels and mounts', sizes: [50, 2_000], write: (bomb, size) => {
    init(bomb);
    for (let i = 0; i < size; i += 1) {
      const labels = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`label-${at}-${i}`, 'x'.repeat(20)]));
      const container = { id: `c${i}`, labels, Mounts: Array.from({ length: 5000 }, () => ({})) };
      bomb.event(EVENT.CONTAINER_JSON_2_E, -1, { json: JSON.stringify({ container }) });
    }
  } },
  { name: 'containers with long ids of one length', sizes: [100, 4_000], write: (bomb, size) => {
    init(bomb);
    for (let i = 0; i < size; i += 1) {
      bomb.event(EVENT.CONTAINER_JSON_2_E, -1, { json: JSON.stringify({ container: { id: varied(40 * KB, i) } }) });
    }
  } },
  { name: 'datagrams where there are many interfaces', sizes: [2_000, 60_000], write: (bomb, size) => {
    bomb.interfaces(Math.min(size, 50_000));
    init(bomb);
    for (let i = 0; i < size; i += 1) {
      bomb.event(EVENT.SOCKET_X, 1, { fd: 3, domain: 2, type: 2, proto: 17 });
      bomb.event(EVENT.SENDTO_X, 1, { res: 1, data: Buffer.from('x'), fd: 3, size: 1, tuple: {
        source: { address: Uint8Array.of(0, 0, 0, 0), port: 1 }, destination: { address: Uint8Array.of(99, i >> 16, i >> 8, i), port: 53 } } });
    }
  } },
  { name: 'interfaces of which each has a network mask of its own', sizes: [2_000, 60_000], write: (bomb, size) => {
    bomb.interfaces(Math.min(size, 50_000), true);
    init(bomb);
    for (let i = 0; i < size; i += 1) {
      bomb.event(EVENT.SOCKET_X, 1, { fd: 3, domain: 2, type: 2, proto: 17 });
      bomb.event(EVENT.SENDTO_X, 1, { res: 1, data: Buffer.from('x'), fd: 3, size: 1, tuple: {
        source: { address: Uint8Array.of(0, 0, 0, 0), port: 1 }, destination: { address: Uint8Array.of(99, i >> 16, i >> 8, i), port: 53 } } });
    }
  } },
  { name: 'unix sockets with long names', sizes: [500, 9_000], write: (bomb, size) => {
    init(bomb);
    for (let i = 0; i < size; i += 1) {
      bomb.event(EVENT.SOCKET_X, 1, { fd: i % 4000, domain: 1, type: 1, proto: 0 });
      bomb.event(EVENT.CONNECT_X, 1, { res: 0, fd: i % 4000, tuple: { source: 1n, destination: 2n, path: `/${varied(60 * KB, i)}` } });
    }
  } },
  { name: 'ranges of descriptors that are marked, by many children', sizes: [200, 3_000], write: (bomb, size) => {
    init(bomb);
    bomb.files(1, 4096, (i) => `/tmp/f${i}`);
    for (let i = 0; i < size; i += 1) {
      bomb.fork(1, CHILD + i);
      bomb.event(EVENT.CLOSE_RANGE_X, CHILD + i, { res: 0, first: 0, last: 9999, flags: 4 });
    }
  } },
  { name: 'ids beyond 32 bits', sizes: [5_000, 200_000], write: (bomb, size) => {
    init(bomb);
    for (let i = 0; i < size; i += 1) {bomb.fork(1, 2 ** 40 + i);}
  } },
];
