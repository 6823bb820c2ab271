import { describe, expect, it } from 'vitest';
import { EVENT } from '../../src/events/index.js';
import { Machine, process } from './machine.js';

const THREAD = 1 << 13;
const IN_PIDNS = 1 << 29;
const VFORK = 1 << 27;

/** What both sides of a clone tell of a child called `comm`. */
function clone(facts: {
  res: number;
  comm?: string;
  flags?: number;
  pid?: number;
  ptid?: number;
  vtid?: number;
  vpid?: number;
  cgroups?: readonly string[];
}) {
  return {
    exe: `/bin/${facts.comm ?? 'child'}`,
    args: ['-x'],
    comm: 'child',
    tid: 0,
    pid: 0,
    ptid: 0,
    fdlimit: 1024,
    pgft_maj: 0,
    pgft_min: 0,
    vm_size: 1,
    vm_rss: 1,
    vm_swap: 0,
    flags: 0,
    uid: 1000,
    gid: 1000,
    vtid: 0,
    vpid: 0,
    cgroups: [],
    ...facts,
  };
}

function exec(facts: Record<string, string | number | readonly string[]> = {}) {
  return {
    res: 0,
    exe: 'ls',
    args: ['-l'],
    tid: 0,
    pid: 0,
    ptid: 0,
    fdlimit: 1024,
    comm: 'ls',
    ...facts,
  };
}

describe('a clone', () => {
  it("makes a child with the caller's program, directory, session and descriptors", () => {
    const machine = new Machine(
      process(10, 'bash', { cwd: '/tmp', sid: 10, exepath: '/bin/bash' }),
    );
    machine.event(EVENT.OPENAT_2_X, 10, { fd: 3, dirfd: -100, name: '/etc/passwd', flags: 1 });
    machine.event(EVENT.CLONE_20_X, 10, clone({ res: 11 }));
    const child = machine.thread(11);
    expect(child).toMatchObject({
      pid: 11,
      ptid: 10,
      comm: 'child',
      exepath: '/bin/bash',
      sid: 10,
      args: '-x',
    });
    expect(machine.world.cwdOf(child)).toBe('/tmp/');
    expect(machine.fdName(11, 3)).toBe('/etc/passwd');
  });

  it('gives the child its own copy of the descriptors', () => {
    const machine = new Machine(process(10, 'bash'));
    machine.event(EVENT.OPENAT_2_X, 10, { fd: 3, dirfd: -100, name: '/a', flags: 1 });
    machine.event(EVENT.CLONE_20_X, 10, clone({ res: 11 }));
    machine.event(EVENT.CLOSE_X, 11, { res: 0, fd: 3 });
    machine.event(EVENT.GETUID_X, 11);
    expect(machine.fdName(11, 3)).toBeUndefined();
    expect(machine.fdName(10, 3)).toBe('/a');
  });

  it('is not made twice when both sides of it are seen, in either order', () => {
    const machine = new Machine(process(10, 'bash'));
    machine.event(EVENT.CLONE_20_X, 10, clone({ res: 11 }));
    const known = machine.thread(11);
    machine.event(EVENT.CLONE_20_X, 11, clone({ res: 0, pid: 11, ptid: 10, vtid: 11, vpid: 11 }));
    expect(machine.thread(11)).toBe(known);

    machine.event(EVENT.CLONE_20_X, 12, clone({ res: 0, pid: 12, ptid: 10, vtid: 12, vpid: 12 }));
    const early = machine.thread(12);
    machine.event(EVENT.CLONE_20_X, 10, clone({ res: 12 }));
    expect(machine.thread(12)).toBe(early);
  });

  it('leaves a child in a pid namespace to its own return, which tells its real id', () => {
    const machine = new Machine(process(10, 'runc'));
    machine.event(EVENT.CLONE_20_X, 10, clone({ res: 2, flags: IN_PIDNS }));
    expect(machine.world.thread(2)).toBeUndefined();
    machine.event(
      EVENT.CLONE_20_X,
      500,
      clone({ res: 0, pid: 500, ptid: 10, vtid: 2, vpid: 2, flags: IN_PIDNS }),
    );
    expect(machine.thread(500)).toMatchObject({ vpid: 2, isInPidNamespace: true, ptid: 10 });
  });

  it('does not bring back a child that has exited before the parent returned', () => {
    const machine = new Machine(process(10, 'bash'));
    machine.event(EVENT.CLONE_20_X, 11, clone({ res: 0, pid: 11, ptid: 10, vtid: 11, vpid: 11 }));
    machine.event(EVENT.PROCEXIT_1_E, 11, { status: 0 });
    machine.event(EVENT.CLONE_20_X, 10, clone({ res: 11 }));
    expect(machine.world.thread(11)).toBeUndefined();
  });

  it('leaves a vforked child to its own return', () => {
    const machine = new Machine(process(10, 'bash'));
    machine.event(EVENT.CLONE3_X, 10, clone({ res: 11, flags: VFORK }));
    machine.event(EVENT.VFORK_20_X, 10, clone({ res: 12 }));
    expect(machine.world.thread(11)).toBeUndefined();
    expect(machine.world.thread(12)).toBeUndefined();
  });

  it('replaces a thread that had the id of the child, whose exit was not seen', () => {
    const machine = new Machine(process(10, 'bash'), process(11, 'old'));
    machine.event(EVENT.CLONE_20_X, 10, clone({ res: 11 }));
    expect(machine.thread(11).comm).toBe('child');
    expect(machine.thread(11).group?.aliveCount).toBe(1);
  });

  it('makes a thread that shares descriptors, directory and environment with its process', () => {
    const machine = new Machine(process(10, 'java', { env: 'A=1\0' }));
    machine.event(EVENT.CLONE3_X, 10, clone({ res: 11, flags: THREAD }));
    const thread = machine.thread(11);
    expect(thread).toMatchObject({ pid: 10, isMain: false, ptid: 1 });
    machine.event(EVENT.OPENAT_2_X, 11, { fd: 5, dirfd: -100, name: 'x', flags: 1 });
    expect(machine.fdName(10, 5)).toBe('/home/x');
    expect(machine.world.environmentOf(thread)).toBe('A=1');
    expect(thread.group?.aliveCount).toBe(2);
  });

  it('that failed changes nothing', () => {
    const machine = new Machine(process(10, 'bash'));
    machine.event(EVENT.CLONE_20_X, 10, clone({ res: -11 }));
    expect(machine.world.threads.size).toBe(2);
  });
});

describe('an exec', () => {
  it('replaces the program, and closes what is closed on exec', () => {
    const machine = new Machine(process(10, 'bash'));
    machine.event(EVENT.OPENAT_2_X, 10, { fd: 3, dirfd: -100, name: '/kept', flags: 1 });
    machine.event(EVENT.OPENAT_2_X, 10, {
      fd: 4,
      dirfd: -100,
      name: '/closed',
      flags: 1 | (1 << 12),
    });
    machine.event(
      EVENT.EXECVE_19_X,
      10,
      exec({
        pid: 10,
        trusted_exepath: '/usr/bin/ls',
        args: ['-l', 'a b'],
        flags: 1,
        pgid: 9,
        uid: 0,
      }),
    );
    expect(machine.thread(10)).toMatchObject({
      comm: 'ls',
      exe: 'ls',
      exepath: '/usr/bin/ls',
      args: '-l\0a b',
      isExeWritable: true,
      pgid: 9,
      uid: 0,
      gid: 1000,
    });
    expect(machine.fdName(10, 3)).toBe('/kept');
    expect(machine.fdName(10, 4)).toBeUndefined();
  });

  it('finds the executable from the name that was asked for, where the kernel told none', () => {
    const machine = new Machine(process(10, 'bash', { cwd: '/opt' }));
    machine.half(EVENT.EXECVE_19_E, 10, { filename: './bin/../tool' });
    machine.event(EVENT.EXECVE_19_X, 10, exec({ pid: 10 }));
    expect(machine.thread(10).exepath).toBe('/opt/tool');
  });

  it('does not take "(deleted)" for a part of the path', () => {
    const machine = new Machine(process(10, 'bash'));
    machine.event(EVENT.EXECVE_19_X, 10, exec({ pid: 10, trusted_exepath: '/tmp/x (deleted)' }));
    expect(machine.thread(10).exepath).toBe('/tmp/x');
  });

  it('ends the other threads of the process', () => {
    const machine = new Machine(process(10, 'java'));
    machine.event(EVENT.CLONE3_X, 10, clone({ res: 11, flags: THREAD }));
    machine.event(EVENT.EXECVE_19_X, 10, exec({ pid: 10 }));
    expect(machine.world.thread(11)).toBeUndefined();
    expect(machine.thread(10).group?.aliveCount).toBe(1);
  });

  it('that failed changes nothing', () => {
    const machine = new Machine(process(10, 'bash'));
    machine.event(EVENT.EXECVE_19_X, 10, exec({ res: -2, pid: 10 }));
    expect(machine.thread(10).comm).toBe('bash');
  });
});

describe('an exit', () => {
  it('removes the thread before the next event, not before', () => {
    const machine = new Machine(process(10, 'ls'));
    const moment = machine.event(EVENT.PROCEXIT_1_E, 10, { status: 0 });
    expect(moment.thread?.comm).toBe('ls');
    machine.event(EVENT.GETUID_X, 1);
    expect(machine.world.thread(10)).toBeUndefined();
    expect(machine.world.threadGroups.has(10)).toBe(false);
  });

  it('gives the children to the reaper that the kernel named', () => {
    const machine = new Machine(
      process(10, 'shim'),
      process(20, 'bash'),
      process(21, 'sleep', { ptid: 20 }),
    );
    machine.event(EVENT.GETUID_X, 1);
    machine.event(EVENT.PROCEXIT_1_E, 20, { status: 0, ret: 0, sig: 0, core: 0, reaper_tid: 10 });
    machine.event(EVENT.GETUID_X, 1);
    expect(machine.thread(21).ptid).toBe(10);
  });

  it('gives the children to the nearest subreaper, or to init, where no reaper is named', () => {
    const machine = new Machine(
      process(10, 'systemd-user'),
      process(20, 'bash', { ptid: 10 }),
      process(21, 'a', { ptid: 20 }),
      process(22, 'b', { ptid: 21 }),
    );
    machine.event(EVENT.PRCTL_X, 10, { res: 0, option: 36, arg2_str: '', arg2_int: 1 });
    machine.event(EVENT.PROCEXIT_1_E, 20, { status: 0 });
    machine.event(EVENT.PROCEXIT_1_E, 10, { status: 0 });
    expect(machine.thread(21).ptid).toBe(10);
    machine.event(EVENT.GETUID_X, 1);
    expect(machine.thread(21).ptid).toBe(1);
  });

  it('keeps a main thread while others of its process live: they use its descriptors', () => {
    const machine = new Machine(process(10, 'java'));
    machine.event(EVENT.OPENAT_2_X, 10, { fd: 3, dirfd: -100, name: '/a', flags: 1 });
    machine.event(EVENT.CLONE3_X, 10, clone({ res: 11, flags: THREAD }));
    machine.event(EVENT.PROCEXIT_1_E, 10, { status: 0 });
    expect(machine.event(EVENT.GETUID_X, 11).thread?.isDead).toBe(false);
    expect(machine.thread(10).isDead).toBe(true);
    expect(machine.fdName(11, 3)).toBe('/a');
    machine.event(EVENT.PROCEXIT_1_E, 11, { status: 0 });
    machine.event(EVENT.GETUID_X, 1);
    expect(machine.world.threads.size).toBe(1);
  });
});

describe('many processes and threads', () => {
  it('leave nothing behind when they have exited', () => {
    const machine = new Machine(process(10, 'bash'));
    machine.event(EVENT.GETUID_X, 10);
    for (let i = 0; i < 3000; i += 1) {
      const tid = 1000 + (i % 700);
      machine.event(EVENT.CLONE_20_X, 10, clone({ res: tid }));
      machine.event(EVENT.CLONE3_X, tid, clone({ res: tid + 10_000, flags: THREAD }));
      machine.event(EVENT.PROCEXIT_1_E, tid, { status: 0 });
      machine.event(EVENT.PROCEXIT_1_E, tid + 10_000, { status: 0 });
      // ids are used again only after a while
      machine.event(EVENT.GETUID_X, 10, {}, 3_000_000);
    }
    const { world } = machine;
    expect([world.threads.size, world.threadGroups.size]).toEqual([2, 2]);
    expect(machine.thread(10).children?.size ?? 0).toBe(0);
  });
});

describe('a thread that nothing described', () => {
  it('gets a placeholder, which its exec fills', () => {
    const machine = new Machine();
    expect(machine.event(EVENT.GETUID_X, 77).thread).toMatchObject({
      comm: '<NA>',
      pid: -1,
      uid: 4294967295,
    });
    machine.event(EVENT.EXECVE_19_X, 77, exec({ pid: 77, ptid: 1 }));
    expect(machine.thread(77)).toMatchObject({ comm: 'ls', pid: 77, ptid: 1, vpid: 77 });
    expect(machine.world.parentOf(machine.thread(77))?.comm).toBe('init');
  });

  it('stays unknown to switches, exits and meta events', () => {
    const machine = new Machine();
    machine.event(EVENT.SCHEDSWITCH_6_E, 78, { next: 1 });
    machine.event(EVENT.PROCEXIT_1_E, 78, { status: 0 });
    machine.event(EVENT.DROP_E, 78);
    expect(machine.moment.thread).toBeUndefined();
    expect(machine.world.threads.size).toBe(1);
  });
});

describe('who a thread is', () => {
  it.each([
    ['setuid', EVENT.SETUID_X, { res: 0, uid: 0 }, { uid: 0 }],
    ['setresuid', EVENT.SETRESUID_X, { res: 0, ruid: 1, euid: 2, suid: 3 }, { uid: 2 }],
    ['setreuid', EVENT.SETREUID_X, { res: 0, ruid: 1, euid: 2 }, { uid: 2 }],
    ['setgid', EVENT.SETGID_X, { res: 0, gid: 7 }, { gid: 7 }],
    ['setresgid', EVENT.SETRESGID_X, { res: 0, rgid: 1, egid: 2, sgid: 3 }, { gid: 2 }],
    ['setregid', EVENT.SETREGID_X, { res: 0, rgid: 1, egid: 2 }, { gid: 2 }],
    ['a failed setuid', EVENT.SETUID_X, { res: -1, uid: 0 }, { uid: 1000 }],
    ['setsid', EVENT.SETSID_X, { res: 10 }, { sid: 10 }],
    ['chdir', EVENT.CHDIR_X, { res: 0, path: '../var/./log' }, { cwd: '/var/log/' }],
    ['getcwd', EVENT.GETCWD_X, { res: 0, path: '/srv' }, { cwd: '/srv/' }],
    ['chroot', EVENT.CHROOT_X, { res: 0, path: 'jail' }, { root: '/home/jail' }],
    [
      'capset',
      EVENT.CAPSET_X,
      { res: 0, cap_inheritable: 1n, cap_permitted: 2n, cap_effective: 3n },
      { capInheritable: 1n, capPermitted: 2n, capEffective: 3n },
    ],
    [
      'unshare of users',
      EVENT.UNSHARE_X,
      { res: 0, flags: 1 << 20 },
      { capEffective: (1n << 41n) - 1n },
    ],
    ['getrlimit', EVENT.GETRLIMIT_X, { res: 0, cur: 63, max: 63, resource: 7 }, { fdLimit: 63 }],
    ['setrlimit', EVENT.SETRLIMIT_X, { res: 0, cur: 64, max: 64, resource: 7 }, { fdLimit: 64 }],
    [
      'prlimit of itself',
      EVENT.PRLIMIT_X,
      { res: 0, newcur: 65, pid: 0, resource: 7 },
      { fdLimit: 65 },
    ],
    [
      'a limit of something else',
      EVENT.SETRLIMIT_X,
      { res: 0, cur: 64, max: 64, resource: 3 },
      { fdLimit: 1024 },
    ],
    [
      'mmap',
      EVENT.MMAP_X,
      { res: 0, vm_size: 5, vm_rss: 4, vm_swap: 3 },
      { vmSizeKb: 5, vmRssKb: 4, vmSwapKb: 3 },
    ],
    ['procinfo', EVENT.PROCINFO_E, { cpu_usr: 5, cpu_sys: 6 }, { cpuUser: 5, cpuSystem: 6 }],
  ] as const)('changes by %s', (_call, code, params, facts) => {
    const machine = new Machine(process(10, 'a'));
    machine.event(code, 10, params);
    expect(machine.thread(10)).toMatchObject(facts);
  });

  it('keeps its name through prctl, as in the reference', () => {
    const machine = new Machine(process(10, 'a'));
    machine.event(EVENT.PRCTL_X, 10, { res: 0, option: 15, arg2_str: 'b', arg2_int: 0 });
    expect(machine.thread(10).comm).toBe('a');
  });
});

describe('the start of a pid namespace', () => {
  const BOOT = 1_795_315_200_000_000_000n;
  const STARTED = 7_706_895_408_227n;

  it.each([
    ['since the epoch, as the reference writes it', BOOT + STARTED, BOOT + STARTED],
    ['since boot, as our older recordings have it', STARTED, BOOT + STARTED],
    ['at boot, for the host itself', BOOT, BOOT],
    ['that is not known', 0n, 0n],
  ])('is read from a process list %s', (_what, listed, expected) => {
    const machine = new Machine();
    machine.load({
      kind: 'machine',
      cpuCount: 1,
      memoryBytes: 1n,
      hostname: 'lab',
      bootTime: BOOT,
    });
    machine.load({
      kind: 'processes',
      processes: [{ ...process(10, 'a'), pidnsInitStart: listed }],
    });
    expect(machine.thread(10).pidnsInitStart).toBe(expected);
  });
});
