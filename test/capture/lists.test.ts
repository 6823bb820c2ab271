/** Blocks that list what there was when a capture began: every type and version. */
import { describe, expect, it } from 'vitest';
import type { Packer } from './blocks.js';
import { block, capture, pack, readBytes, section } from './blocks.js';

describe('the machine', () => {
  const head = () =>
    pack()
      .u32(4)
      .u64(8_000_000_000n, 99)
      .raw(Buffer.from('web-1'.padEnd(128, '\0')));

  it.each([0x201, 0x8002abcd])('of type 0x%s is read', async (type) => {
    const body = head().u64(1_699_999_999_000_000_000n, 0, 0, 0).bytes;
    const { lists, ids } = await readBytes(capture(section(), block(type, body)));
    expect(ids).toEqual([]);
    expect(lists).toEqual([
      {
        kind: 'machine',
        cpuCount: 4,
        memoryBytes: 8_000_000_000n,
        hostname: 'web-1',
        bootTime: 1_699_999_999_000_000_000n,
      },
    ]);
  });

  it('has no boot time in older files', async () => {
    const { lists, ids } = await readBytes(capture(section(), block(0x201, head().bytes)));
    expect(ids).toEqual([]);
    expect(lists).toMatchObject([{ hostname: 'web-1', bootTime: undefined }]);
  });
});

describe('a process list', () => {
  const OLDEST = [0x8000abcd, 0x8013abcd, 0x8014abcd];

  /** One entry as the version lays it out, without a length. */
  function entry(version: number): Packer {
    const to = pack().u64(10, 9, 1);
    if (version >= 6) {
      to.u64(8);
    }
    if (version >= 8) {
      to.u64(7);
    }
    to.string('sh', '/bin/sh');
    if (version >= 7) {
      to.string('/usr/bin/dash');
    }
    to.string('-c\0id\0', '/root/').u64(1024).u32(3, 1000, 1001);
    if (version >= 2) {
      to.u32(10, 20, 30).u64(40, 50);
    }
    if (version >= 3) {
      to.string('A=1\0');
    }
    if (version >= 4) {
      to.u64(-1, 5).string('cpu=/docker/abc');
    }
    if (version >= 5) {
      to.string('/jail/');
    }
    return to;
  }

  const expected = (version: number) => ({
    tid: 10,
    pid: 9,
    ptid: 1,
    sid: version >= 6 ? 8 : undefined,
    vpgid: version >= 8 ? 7 : undefined,
    comm: 'sh',
    exe: '/bin/sh',
    exepath: version >= 7 ? '/usr/bin/dash' : undefined,
    args: '-c\0id\0',
    cwd: '/root/',
    fdLimit: 1024n,
    flags: 3,
    uid: 1000,
    gid: 1001,
    vmSizeKb: version >= 2 ? 10 : undefined,
    vmSwapKb: version >= 2 ? 30 : undefined,
    minorFaults: version >= 2 ? 50n : undefined,
    env: version >= 3 ? 'A=1\0' : undefined,
    vtid: version >= 4 ? -1 : undefined,
    vpid: version >= 4 ? 5 : undefined,
    cgroups: version >= 4 ? 'cpu=/docker/abc' : undefined,
    root: version >= 5 ? '/jail/' : undefined,
    loginuid: undefined,
  });

  it.each([
    [1, 0x202],
    [1, OLDEST[0] as number],
    [2, 0x207],
    [2, OLDEST[1] as number],
    [3, 0x209],
    [3, OLDEST[2] as number],
    [4, 0x210],
    [5, 0x211],
    [6, 0x212],
    [7, 0x213],
    [8, 0x214],
  ])('of version %i (type %i) gives what that version has', async (version, type) => {
    const body = capture(entry(version).bytes, entry(version).bytes);
    const { lists, ids } = await readBytes(capture(section(), block(type, body)));
    expect(ids).toEqual([]);
    expect(lists).toMatchObject([
      { kind: 'processes', processes: [expected(version), expected(version)] },
    ]);
  });

  function measured(tail: Packer): Buffer {
    const body = capture(entry(9).bytes, tail.bytes);
    return pack()
      .u32(body.length + 4)
      .raw(body).bytes;
  }

  const caps = (to: Packer) => to.u8(1).u64(1, 2, 3);
  const NONE = { pidnsInitStart: undefined, tty: undefined, pgid: undefined };

  it.each([
    ['no tail', pack(), { ...NONE, loginuid: undefined, isExeWritable: undefined }],
    ['a login uid only', pack().u32(500), { ...NONE, loginuid: 500, isExeWritable: undefined }],
    [
      'the 29 bytes from before libs 0.10',
      caps(pack().u32(500)),
      { ...NONE, loginuid: 500, isExeWritable: true, capInheritable: 1n, capEffective: 3n },
    ],
    [
      'all that is known, and bytes that are not',
      caps(pack().u64(77).u32(34816, 0xffffffff)).u8(0).u64(4, 5, 6).u8(1).u8(0).u64(-1).raw('new'),
      {
        pidnsInitStart: 77n,
        tty: 34816,
        loginuid: 0xffffffff,
        isExeWritable: true,
        capPermitted: 2n,
        isExeUpperLayer: false,
        exeInode: 4n,
        exeInodeCtime: 5n,
        exeInodeMtime: 6n,
        isExeFromMemfd: true,
        isExeLowerLayer: false,
        pgid: -1,
      },
    ],
  ])('of version 9 with %s gives as much as its length reaches', async (_what, tail, facts) => {
    const body = capture(measured(tail), measured(pack()));
    const { lists, ids } = await readBytes(capture(section(), block(0x215, body)));
    expect(ids).toEqual([]);
    expect(lists).toMatchObject([
      {
        processes: [
          { ...expected(8), ...facts },
          { ...expected(8), loginuid: undefined },
        ],
      },
    ]);
  });
});

describe('an fd list', () => {
  const V4 = Buffer.from([10, 0, 0, 1]);
  const W4 = Buffer.from([192, 0, 2, 9]);
  const V6 = Buffer.from('20010db8000000000000000000000001', 'hex');
  const PATHS = [1, 2, 7, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21];
  const cases: [number, (to: Packer) => Packer, object][] = [
    [
      3,
      (to) => to.raw(V4).raw(W4).u16(4000, 443).u8(6),
      { sourcePort: 4000, destinationPort: 443, l4proto: 6 },
    ],
    [4, (to) => to.raw(V6).raw(V6).u16(1, 2).u8(17), { sourcePort: 1, destinationPort: 2 }],
    [
      5,
      (to) => to.raw(V4).u16(80).u8(6),
      { sourcePort: 80, l4proto: 6, destinationPort: undefined },
    ],
    [6, (to) => to.raw(V6).u16(80).u8(6), { sourcePort: 80, destinationAddress: undefined }],
    [
      8,
      (to) => to.u64(0xffff_8880_0000_0001n, 2).string('/run/x'),
      { unixSource: 0xffff_8880_0000_0001n, unixDestination: 2n, name: '/run/x' },
    ],
    [
      16,
      (to) => to.u32(0x41).string('/etc/x'),
      { openFlags: 0x41, name: '/etc/x', dev: undefined },
    ],
    ...PATHS.map((type): (typeof cases)[number] => [
      type,
      (to) => to.string('/a/b'),
      { name: '/a/b' },
    ]),
  ];

  it.each(cases)('has what belongs to type %i, in both versions', async (type, fill, facts) => {
    const entry = fill(pack().u64(5, 1234).u8(type)).bytes;
    const old = pack().u64(42).raw(entry).raw(entry).bytes;
    const measured = pack()
      .u32(entry.length + 4)
      .raw(entry).bytes;
    const newer = pack().u64(42).raw(measured).raw(measured).bytes;
    const { lists, ids } = await readBytes(
      capture(section(), block(0x203, old), block(0x8001abcd, old), block(0x218, newer)),
    );
    expect(ids).toEqual([]);
    const fd = { fd: 5, inode: 1234n, type, ...facts };
    const list = { kind: 'fds', tid: 42, fds: [fd, fd] };
    expect(lists).toMatchObject([list, list, list]);
  });

  it('gives the addresses as they are on the wire', async () => {
    const entry = pack().u64(5, 1).u8(3).raw(V4).raw(W4).u16(1, 2).u8(6).bytes;
    const { lists } = await readBytes(
      capture(section(), block(0x203, pack().u64(1).raw(entry).bytes)),
    );
    expect(lists).toMatchObject([
      { fds: [{ sourceAddress: Uint8Array.from(V4), destinationAddress: Uint8Array.from(W4) }] },
    ]);
  });

  it('has the device of a file where the entry reaches so far', async () => {
    const body = pack().u64(5, 1).u8(16).u32(0).string('/x').u32(0xfd00).raw('later').bytes;
    const entry = pack()
      .u32(body.length + 4)
      .raw(body).bytes;
    const { lists } = await readBytes(
      capture(section(), block(0x218, pack().u64(1).raw(entry).raw(entry).bytes)),
    );
    expect(lists).toMatchObject([{ fds: [{ dev: 0xfd00 }, { dev: 0xfd00 }] }]);
  });

  it('keeps a type that is not known yet, and reads on behind it', async () => {
    const strange = pack().u64(6, 1).u8(99).raw('????').bytes;
    const body = pack()
      .u64(1)
      .u32(strange.length + 4)
      .raw(strange)
      .u32(25)
      .u64(7, 1)
      .u8(1)
      .string('/a').bytes;
    const { lists, ids } = await readBytes(capture(section(), block(0x218, body)));
    expect(ids).toEqual([]);
    expect(lists).toMatchObject([
      {
        fds: [
          { fd: 6, type: 99 },
          { fd: 7, name: '/a' },
        ],
      },
    ]);
  });
});

describe('interfaces and users', () => {
  it('are read in both versions', async () => {
    const v4 = pack()
      .u16(1, 4)
      .raw('\x0a\0\0\x01\xff\0\0\0\x0a\xff\xff\xff')
      .u64(1000)
      .raw('eth0').bytes;
    const v4slow = pack().u16(3, 2).raw('\x7f\0\0\x01\xff\0\0\0\0\0\0\0').raw('lo').bytes;
    const v6 = pack().u16(2, 4).raw(Buffer.alloc(48, 1)).u64(10).raw('eth0').bytes;
    const v6slow = pack().u16(4, 2).raw(Buffer.alloc(48, 2)).raw('lo').bytes;
    const all = [v4, v4slow, v6, v6slow];
    const old = capture(...all);
    const newer = capture(...all.map((each) => pack().u32(each.length).raw(each).bytes));
    const { lists, ids } = await readBytes(
      capture(section(), block(0x205, old), block(0x8011abcd, old), block(0x219, newer)),
    );
    expect(ids).toEqual([]);
    const list = {
      kind: 'interfaces',
      interfaces: [
        { name: 'eth0', address: Uint8Array.of(10, 0, 0, 1), linkSpeed: 1000n },
        { name: 'lo', netmask: Uint8Array.of(255, 0, 0, 0), linkSpeed: undefined },
        { name: 'eth0', address: new Uint8Array(16).fill(1), linkSpeed: 10n },
        { name: 'lo', broadcast: new Uint8Array(16).fill(2), linkSpeed: undefined },
      ],
    };
    expect(lists).toMatchObject([list, list, list]);
  });

  it('of users have groups among them', async () => {
    const user = pack().u8(0).u32(1000, 1001).string('ada', '/home/ada', '/bin/sh').bytes;
    const group = pack().u8(1).u32(1001).string('staff').bytes;
    const old = capture(user, group);
    const newer = capture(
      ...[user, group].map(
        (each) =>
          pack()
            .u32(each.length + 4)
            .raw(each).bytes,
      ),
    );
    const { lists, ids } = await readBytes(
      capture(section(), block(0x206, old), block(0x8012abcd, old), block(0x220, newer)),
    );
    expect(ids).toEqual([]);
    const list = {
      kind: 'users',
      users: [{ uid: 1000, gid: 1001, name: 'ada', home: '/home/ada', shell: '/bin/sh' }],
      groups: [{ gid: 1001, name: 'staff' }],
    };
    expect(lists).toEqual([list, list, list]);
  });
});
