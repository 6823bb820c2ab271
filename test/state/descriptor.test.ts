import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT, type ParamValue } from '../../src/events/index.js';
import { FdTable } from '../../src/state/fd-table.js';
import { FD_KINDS, FileDescriptor } from '../../src/state/index.js';
import { descriptor, Machine, process } from './machine.js';

const CLOEXEC = 1 << 12;

function open(machine: Machine, fd: number, name: string, flags = 1) {
  return machine.event(EVENT.OPENAT_2_X, 10, {
    fd,
    dirfd: -100,
    name,
    flags,
    mode: 0,
    dev: 0x801,
    ino: 77n,
  });
}

/** Exec closes what is closed on exec. */
function exec(machine: Machine): void {
  machine.event(EVENT.EXECVE_19_X, 10, { res: 0, exe: 'a', pid: 10, fdlimit: 10, comm: 'a' });
}

describe('an open', () => {
  it('is about the file that it opened: path, flags, device, inode', () => {
    const machine = new Machine(process(10, 'a'));
    const { fd, thread } = open(machine, 3, 'b/../c', 3);
    expect(fd).toMatchObject({
      kind: 'file',
      name: '/home/c',
      rawName: 'b/../c',
      openFlags: 3,
      dev: 0x801,
      inode: 77n,
    });
    expect(thread?.lastEventFd).toBe(3);
    expect(machine.moment.isFdNameChanged).toBe(true);
  });

  it('that failed is about no descriptor', () => {
    const machine = new Machine(process(10, 'a'));
    open(machine, 3, '/x');
    const { fd, thread } = open(machine, -2, '/nope');
    expect(fd).toBeUndefined();
    expect(thread?.lastEventFd).toBe(-1);
  });

  it.each([
    ['the directory that dirfd names', 4, '/srv/data/f'],
    ['nothing known, where dirfd is not open', 9, '<UNKNOWN>f'],
    ['the working directory', -100, '/home/f'],
  ])('starts at %s', (_why, dirfd, name) => {
    const machine = new Machine(process(10, 'a'));
    open(machine, 4, '/srv/data', 1 << 10);
    expect(machine.moment.fd?.kind).toBe('directory');
    machine.event(EVENT.OPENAT2_X, 10, { fd: 5, dirfd, name: 'f', flags: 1 });
    expect(machine.fdName(10, 5)).toBe(name);
  });

  it('believes the name before the call more than the one after it', () => {
    const machine = new Machine(process(10, 'a'));
    machine.half(EVENT.OPEN_E, 10, { name: '/etc/shadow', flags: 2, mode: 0 });
    const { fd } = machine.event(EVENT.OPEN_X, 10, {
      fd: 3,
      name: '/tmp/harmless',
      flags: 1 | (1 << 14),
    });
    expect(fd).toMatchObject({ name: '/etc/shadow', openFlags: 2 | (1 << 14) });
  });

  it.each(['<NA>', '(NULL)'])(
    'does not take %s for a name that was seen before the call',
    (name) => {
      const machine = new Machine(process(10, 'a'));
      machine.half(EVENT.OPENAT_2_E, 10, { dirfd: -100, name, flags: 2, mode: 0 });
      expect(open(machine, 3, 'f').fd).toMatchObject({ name: '/home/f', openFlags: 1 });
    },
  );

  it('has no device where an openat tells no inode, unlike an open', () => {
    const machine = new Machine(process(10, 'a'));
    const facts = { fd: 3, name: '/f', dev: 0x801 };
    expect(machine.event(EVENT.OPENAT_2_X, 10, { ...facts, dirfd: -100 }).fd?.dev).toBe(0);
    expect(machine.event(EVENT.OPENAT2_X, 10, { ...facts, dirfd: -100 }).fd?.dev).toBe(0);
    expect(machine.event(EVENT.OPEN_X, 10, facts).fd?.dev).toBe(0x801);
  });

  it.each([
    [
      'creat',
      EVENT.CREAT_X,
      { fd: 3, name: 'x', mode: 0, dev: 1, ino: 2n, creat_flags: 1 },
      { name: '/home/x', isUpperLayer: true },
    ],
    [
      'open_by_handle_at',
      EVENT.OPEN_BY_HANDLE_AT_X,
      { fd: 3, mountfd: 1, flags: 1 << 16, path: '/a/b' },
      { name: '/a/b', isLowerLayer: true },
    ],
  ] as const)('may be a %s', (_call, code, params, facts) => {
    expect(new Machine(process(10, 'a')).event(code, 10, params).fd).toMatchObject(facts);
  });
});

describe('a call that makes a descriptor', () => {
  it.each([
    ['eventfd', EVENT.EVENTFD_X, { res: 3 }, 'event'],
    ['eventfd2', EVENT.EVENTFD2_X, { res: 3, flags: CLOEXEC }, 'event'],
    ['signalfd', EVENT.SIGNALFD_X, { res: 3 }, 'signalfd'],
    ['signalfd4', EVENT.SIGNALFD4_X, { res: 3, flags: CLOEXEC }, 'signalfd'],
    ['timerfd_create', EVENT.TIMERFD_CREATE_X, { res: 3 }, 'timerfd'],
    ['inotify_init', EVENT.INOTIFY_INIT_X, { res: 3 }, 'inotify'],
    ['inotify_init1', EVENT.INOTIFY_INIT1_X, { res: 3, flags: CLOEXEC }, 'inotify'],
    ['bpf', EVENT.BPF_2_X, { fd: 3 }, 'bpf'],
    ['userfaultfd', EVENT.USERFAULTFD_X, { res: 3 }, 'userfaultfd'],
    ['io_uring_setup', EVENT.IO_URING_SETUP_X, { res: 3 }, 'io_uring'],
    ['epoll_create', EVENT.EPOLL_CREATE_X, { res: 3 }, 'eventpoll'],
    ['epoll_create1', EVENT.EPOLL_CREATE1_X, { res: 3, flags: 1 }, 'eventpoll'],
    ['memfd_create', EVENT.MEMFD_CREATE_X, { fd: 3, name: 'm', flags: 1 }, 'memfd'],
    ['pidfd_open', EVENT.PIDFD_OPEN_X, { fd: 3, pid: 1, flags: 0 }, 'pidfd'],
  ] as const)('%s', (_call, code, params, kind) => {
    const machine = new Machine(process(10, 'a'));
    expect(machine.event(code, 10, params).fd).toMatchObject({ number: 3, kind });
    const hasFlag = 'flags' in params && params.flags !== 0;
    exec(machine);
    expect(machine.world.fdTableOf(machine.thread(10))?.get(3) === undefined).toBe(hasFlag);
  });

  it.each([
    ['memfd_create', EVENT.MEMFD_CREATE_X, { fd: -24, name: 'm', flags: 1 }],
    ['pidfd_getfd', EVENT.PIDFD_GETFD_X, { fd: -9, pid_fd: 3, target_fd: 3, flags: 0 }],
    ['pipe2', EVENT.PIPE2_X, { res: -24, fd1: -1, fd2: -1 }],
  ] as const)('makes none where it failed: %s', (_call, code, params) => {
    const machine = new Machine(process(10, 'a'));
    expect(machine.event(code, 10, params).fd).toBeUndefined();
    expect(machine.thread(10).fds.size).toBe(0);
  });

  it('has names for memory and processes', () => {
    const machine = new Machine(process(10, 'a'));
    machine.event(EVENT.MEMFD_CREATE_X, 10, { fd: 3, name: 'payload', flags: 0 });
    machine.event(EVENT.PIDFD_OPEN_X, 10, { fd: 4, pid: 1, flags: 0 });
    expect([machine.fdName(10, 3), machine.fdName(10, 4)]).toEqual(['payload', '/proc/1']);
  });

  it('makes both ends of a pipe, and is about the second', () => {
    const machine = new Machine(process(10, 'a'));
    const { fd } = machine.event(EVENT.PIPE2_X, 10, {
      res: 0,
      fd1: 3,
      fd2: 4,
      ino: 99n,
      flags: CLOEXEC,
    });
    expect(fd).toMatchObject({ number: 4, kind: 'pipe', inode: 99n });
    expect(machine.thread(10).fds.size).toBe(2);
  });

  it('makes both ends of a socket pair, and is about the first', () => {
    const machine = new Machine(process(10, 'a'));
    const { fd, thread } = machine.event(EVENT.SOCKETPAIR_X, 10, {
      res: 0,
      fd1: 3,
      fd2: 4,
      source: 10n,
      peer: 11n,
    });
    expect(fd).toMatchObject({ number: 3, kind: 'unix', unixSource: 10n, unixDestination: 11n });
    expect(thread?.lastEventFd).toBe(4);
  });

  it("takes another process's descriptor over through a pidfd", () => {
    const machine = new Machine(process(10, 'a'), process(11, 'b'));
    machine.event(EVENT.OPENAT_2_X, 11, { fd: 8, dirfd: -100, name: '/secret', flags: 1 });
    machine.event(EVENT.PIDFD_OPEN_X, 10, { fd: 3, pid: 11, flags: 0 });
    const { fd } = machine.event(EVENT.PIDFD_GETFD_X, 10, {
      fd: 4,
      pid_fd: 3,
      target_fd: 8,
      flags: 0,
    });
    expect(fd).toMatchObject({ number: 4, name: '/secret', isClosedOnExec: true });
  });
});

describe('a descriptor', () => {
  it.each<[string, number, Readonly<Record<string, ParamValue>>, boolean]>([
    ['dup', EVENT.DUP_1_X, { res: 5, oldfd: 3 }, false],
    ['dup2', EVENT.DUP2_X, { res: 5, oldfd: 3, newfd: 5 }, false],
    ['dup3', EVENT.DUP3_X, { res: 5, oldfd: 3, newfd: 5, flags: CLOEXEC }, true],
    ['F_DUPFD', EVENT.FCNTL_X, { res: 5, fd: 3, cmd: 1 }, false],
    ['F_DUPFD_CLOEXEC', EVENT.FCNTL_X, { res: 5, fd: 3, cmd: 26 }, true],
  ])(
    'is copied by %s, which decides alone whether exec closes the copy',
    (_call, code, params, isClosed) => {
      const machine = new Machine(process(10, 'a'));
      open(machine, 3, '/a', 1 | CLOEXEC);
      expect(machine.event(code, 10, params).fd).toMatchObject({
        number: 5,
        name: '/a',
        isClosedOnExec: isClosed,
      });
      expect(machine.thread(10).lastEventFd).toBe(5);
    },
  );

  it('goes when it was closed, after the close was seen', () => {
    const machine = new Machine(process(10, 'a'));
    open(machine, 3, '/a');
    expect(machine.event(EVENT.CLOSE_X, 10, { res: 0, fd: 3 }).fd?.name).toBe('/a');
    expect(machine.event(EVENT.READ_X, 10, { res: -9, fd: 3 }).fd).toBeUndefined();
  });

  it('stays when closing it failed', () => {
    const machine = new Machine(process(10, 'a'));
    open(machine, 3, '/a');
    machine.event(EVENT.CLOSE_X, 10, { res: -5, fd: 3 });
    expect(machine.event(EVENT.READ_X, 10, { res: 1, fd: 3 }).fd?.name).toBe('/a');
  });

  it('may be closed in a range, or only marked', () => {
    const machine = new Machine(process(10, 'a'));
    for (const fd of [3, 4, 5, 6]) {
      open(machine, fd, `/${fd}`);
    }
    machine.event(EVENT.CLOSE_RANGE_X, 10, { res: 0, first: 4, last: 5, flags: 0 });
    expect([3, 4, 5, 6].map((fd) => machine.fdName(10, fd))).toEqual([
      '/3',
      undefined,
      undefined,
      '/6',
    ]);
    machine.event(EVENT.CLOSE_RANGE_X, 10, { res: 0, first: 6, last: 4294967295, flags: 4 });
    exec(machine);
    expect([3, 6].map((fd) => machine.fdName(10, fd))).toEqual(['/3', undefined]);
  });

  it('is marked by fcntl, and by nothing that failed', () => {
    const machine = new Machine(process(10, 'a'));
    open(machine, 3, '/3');
    open(machine, 4, '/4');
    machine.event(EVENT.FCNTL_X, 10, { res: 0, fd: 3, cmd: 3, arg: 1n });
    machine.event(EVENT.FCNTL_X, 10, { res: -9, fd: 4, cmd: 3, arg: 1n });
    exec(machine);
    expect([3, 4].map((fd) => machine.fdName(10, fd))).toEqual([undefined, '/4']);
  });

  it('leads its process to a directory', () => {
    const machine = new Machine(process(10, 'a'));
    open(machine, 3, '/srv', 1 << 10);
    machine.event(EVENT.FCHDIR_X, 10, { res: 0, fd: 3 });
    expect(machine.world.cwdOf(machine.thread(10))).toBe('/srv/');
  });

  it('may have any number', () => {
    const machine = new Machine(process(10, 'a'));
    open(machine, 2_000_000_000, '/far');
    expect(machine.event(EVENT.READ_X, 10, { res: 1, fd: 2_000_000_000 }).fd?.name).toBe('/far');
    machine.event(EVENT.CLOSE_X, 10, { res: 0, fd: 2_000_000_000 });
    machine.event(EVENT.GETUID_X, 10);
    expect(machine.thread(10).fds.size).toBe(0);
  });

  it('is one of at most 4096, and more are reported', () => {
    const machine = new Machine(process(10, 'a'));
    for (let fd = 0; fd < 5000; fd += 1) {
      open(machine, fd, '/x');
    }
    expect(machine.thread(10).fds.size).toBe(4096);
    expect(machine.world.diagnostics.map(({ id }) => id)).toEqual(['state/table-full']);
  });
});

describe('a table of descriptors', () => {
  it('holds what a map would hold, in the order of numbers', () => {
    const fd = fc.oneof(
      fc.integer({ min: 0, max: 80 }),
      fc.constantFrom(120, 180, 240, 255, 1000, 2 ** 31),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fd, fc.boolean()), { maxLength: 60 }), (steps) => {
        const table = new FdTable();
        const model = new Map<number, FileDescriptor>();
        for (const [number, isOpened] of steps) {
          if (isOpened) {
            const opened = new FileDescriptor(number);
            table.set(opened);
            model.set(number, opened);
          } else {
            table.delete(number);
            model.delete(number);
          }
        }
        expect(table.size).toBe(model.size);
        expect([...table]).toEqual([...model.values()].sort((a, b) => a.number - b.number));
        const copy = new FdTable();
        copy.copyFrom(table);
        expect([...copy].map(({ number }) => number)).toEqual(
          [...table].map(({ number }) => number),
        );
      }),
    );
  });
});

describe('a listed descriptor', () => {
  const LISTED = Object.entries(FD_KINDS).filter(([kind, { code }]) => code > 0 && kind !== 'ipv6');

  it.each(LISTED)('may be of kind %s', (kind, { code }) => {
    const machine = new Machine(process(10, 'a'));
    machine.load({ kind: 'fds', tid: 10, fds: [descriptor(7, code, { name: 'n' })] });
    expect(machine.event(EVENT.FSTAT_X, 10, { res: 0, fd: 7 }).fd).toMatchObject({
      number: 7,
      kind,
    });
  });

  it('is a file with open flags, in newer lists', () => {
    const machine = new Machine(process(10, 'a'));
    machine.load({
      kind: 'fds',
      tid: 10,
      fds: [descriptor(7, 16, { name: '/n', openFlags: 5, dev: 6 })],
    });
    expect(machine.thread(10).fds.get(7)).toMatchObject({
      kind: 'file',
      name: '/n',
      openFlags: 5,
      dev: 6,
    });
  });
});
