/** What the writer writes reads back equal, and nothing is overwritten unasked. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCapture, type Metadata, type ProcessEntry } from '../../src/capture/index.js';
import { UserError } from '../../src/errors.js';
import { capture, event, readFile, scratch, section } from './blocks.js';

let count = 0;
const freshPath = () => {
  count += 1;
  return scratch(`written-${count}.scap`);
};

const byteString = (maxLength = 40) =>
  fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes).latin1Slice());
const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const u64 = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
const pid = fc.oneof(fc.constant(-1), fc.integer({ min: 0, max: 4_194_304 }), fc.maxSafeInteger());
const ip = fc
  .constantFrom(4, 16)
  .chain((size) => fc.uint8Array({ minLength: size, maxLength: size }));

const NO_TAIL = {
  pidnsInitStart: fc.constant(undefined),
  tty: fc.constant(undefined),
  loginuid: fc.constant(undefined),
  isExeWritable: fc.constant(undefined),
  capInheritable: fc.constant(undefined),
  capPermitted: fc.constant(undefined),
  capEffective: fc.constant(undefined),
  isExeUpperLayer: fc.constant(undefined),
  exeInode: fc.constant(undefined),
  exeInodeCtime: fc.constant(undefined),
  exeInodeMtime: fc.constant(undefined),
  isExeFromMemfd: fc.constant(undefined),
  isExeLowerLayer: fc.constant(undefined),
  pgid: fc.constant(undefined),
};
const OLD_TAIL = {
  ...NO_TAIL,
  loginuid: u32,
  isExeWritable: fc.boolean(),
  capInheritable: u64,
  capPermitted: u64,
  capEffective: u64,
};
const NEW_TAIL = {
  ...OLD_TAIL,
  pidnsInitStart: u64,
  tty: u32,
  isExeUpperLayer: fc.boolean(),
  exeInode: u64,
  exeInodeCtime: u64,
  exeInodeMtime: u64,
};
const NEWEST_TAIL = {
  ...NEW_TAIL,
  isExeFromMemfd: fc.boolean(),
  isExeLowerLayer: fc.boolean(),
  pgid: pid,
};

const processWith = (tail: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record({
    tid: pid,
    pid,
    ptid: pid,
    sid: pid,
    vpgid: pid,
    comm: byteString(),
    exe: byteString(),
    exepath: byteString(),
    args: byteString(),
    cwd: byteString(),
    fdLimit: u64,
    flags: u32,
    uid: u32,
    gid: u32,
    vmSizeKb: u32,
    vmRssKb: u32,
    vmSwapKb: u32,
    majorFaults: u64,
    minorFaults: u64,
    env: byteString(),
    vtid: pid,
    vpid: pid,
    cgroups: byteString(),
    root: byteString(),
    ...tail,
  }) as fc.Arbitrary<unknown> as fc.Arbitrary<ProcessEntry>;

const processEntry = fc.oneof(
  processWith(NO_TAIL),
  processWith(OLD_TAIL),
  processWith(NEW_TAIL),
  processWith(NEWEST_TAIL),
);

const NO_DETAIL = {
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
const bytesOf = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
const fdOf = (type: fc.Arbitrary<number>, detail: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record({ fd: pid, inode: u64, type, ...detail }).map((entry) => ({ ...NO_DETAIL, ...entry }));
const socket = (type: number, size: number) =>
  fdOf(fc.constant(type), {
    sourceAddress: bytesOf(size),
    destinationAddress: bytesOf(size),
    sourcePort: u16,
    destinationPort: u16,
    l4proto: u8,
  });
const server = (type: number, size: number) =>
  fdOf(fc.constant(type), { sourceAddress: bytesOf(size), sourcePort: u16, l4proto: u8 });
const fdEntry = fc.oneof(
  socket(3, 4),
  socket(4, 16),
  server(5, 4),
  server(6, 16),
  fdOf(fc.constant(8), { unixSource: u64, unixDestination: u64, name: byteString() }),
  fdOf(fc.constant(16), {
    openFlags: u32,
    name: byteString(),
    dev: fc.option(u32, { nil: undefined }),
  }),
  fdOf(fc.constantFrom(1, 2, 7, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21), {
    name: byteString(),
  }),
  fdOf(fc.constantFrom(0, 22, 255), {}),
);

const metadata: fc.Arbitrary<Metadata> = fc.oneof(
  fc.record({
    kind: fc.constant('machine' as const),
    cpuCount: u32,
    memoryBytes: u64,
    hostname: byteString(127).map((name) => name.replaceAll('\0', '')),
    bootTime: fc.option(
      u64.filter((time) => time > 0n),
      { nil: undefined },
    ),
  }),
  fc.record({
    kind: fc.constant('processes' as const),
    processes: fc.array(processEntry, { maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('fds' as const),
    tid: pid,
    fds: fc.array(fdEntry, { maxLength: 6 }),
  }),
  fc.record({
    kind: fc.constant('interfaces' as const),
    interfaces: fc.array(
      ip.chain((address) =>
        fc.record({
          name: byteString(15).map((name) => name.replaceAll('\0', '')),
          address: fc.constant(address),
          netmask: bytesOf(address.length),
          broadcast: bytesOf(address.length),
          linkSpeed: fc.option(u64, { nil: undefined }),
        }),
      ),
      { maxLength: 4 },
    ),
  }),
  fc.record({
    kind: fc.constant('users' as const),
    users: fc.array(
      fc.record({
        uid: u32,
        gid: u32,
        name: byteString(),
        home: byteString(),
        shell: byteString(),
      }),
      { maxLength: 4 },
    ),
    groups: fc.array(fc.record({ gid: u32, name: byteString() }), { maxLength: 4 }),
  }),
);

const eventFacts = fc.record({
  cpu: u16,
  time: u64,
  tid: pid,
  code: fc.integer({ min: 0, max: 0xffff }),
  params: fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 20 }),
});

describe('what the writer writes', () => {
  it.each(['none', 'gzip'] as const)('reads back equal (compression: %s)', async (compression) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(metadata, { maxLength: 4 }),
        fc.array(eventFacts, { maxLength: 10 }),
        async (lists, events) => {
          const path = freshPath();
          const writer = createCapture(path, { compression });
          writer.writeSectionHeader();
          lists.forEach((list) => {
            writer.writeMetadata(list);
          });
          events.forEach((each) => {
            writer.writeEvent(each);
          });
          writer.close();
          const reading = await readFile(path);
          expect(reading.ids).toEqual([]);
          expect(reading.sections).toBe(1);
          expect(reading.lists).toEqual(lists);
          expect(reading.events).toMatchObject(
            events.map(({ params, ...facts }) => ({
              ...facts,
              params: params.map((param) => Buffer.from(param).latin1Slice()),
            })),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([
    ['a parameter beyond 64 KB', [new Uint8Array(70_000).fill(7)], 0x221],
    [
      'parameters that are beyond 64 KB together',
      Array.from({ length: 3 }, () => new Uint8Array(30_000)),
      0x221,
    ],
    ['as many bytes as a small block can have', [new Uint8Array(65_000)], 0x216],
  ])('is a block of the right size for %s', async (_what, params, type) => {
    const path = freshPath();
    const writer = createCapture(path);
    writer.writeSectionHeader();
    writer.writeEvent({ cpu: 0, time: 1n, tid: 1, code: 3, params });
    writer.close();
    expect(readFileSync(path).readUInt32LE(28)).toBe(type);
    const { events, ids } = await readFile(path);
    expect(ids).toEqual([]);
    expect(events[0]?.params?.map((param) => param.length)).toEqual(
      params.map(({ length }) => length),
    );
  });

  it.each([
    ['a plugin event', 322],
    ['a container', 324],
    ['an asynchronous event', 402],
  ])(
    'is a large block for %s, however small: the reference reads no other',
    async (_what, code) => {
      const path = freshPath();
      const writer = createCapture(path);
      writer.writeSectionHeader();
      writer.writeEvent({ cpu: 0, time: 1n, tid: 1, code, params: [Buffer.from('ab')] });
      writer.close();
      expect(readFileSync(path).readUInt32LE(28)).toBe(0x221);
      const { events } = await readFile(path);
      expect(events[0]?.params?.map((param) => param.length)).toEqual([2]);
    },
  );

  it('is byte for byte what was read, if blocks are copied', async () => {
    const bytes = capture(section(), event({ params: ['a'] }), section(), event({ type: 0x204 }));
    const path = freshPath();
    writeFileSync(path, bytes);
    const { blocks } = await readFile(path);
    const copy = freshPath();
    const writer = createCapture(copy);
    writer.writeBlock(Buffer.from(blocks, 'latin1'));
    writer.close();
    expect(readFileSync(copy)).toEqual(bytes);
  });

  it('can be read up to the last whole gzip member while it is being written', async () => {
    const path = freshPath();
    const writer = createCapture(path, { compression: 'gzip' });
    writer.writeSectionHeader();
    for (let index = 0; index < 100; index += 1) {
      writer.writeEvent({ cpu: 0, time: 1n, tid: 1, code: 3, params: [new Uint8Array(100_000)] });
    }
    const { events, ids } = await readFile(path);
    expect(events.length).toBeGreaterThan(80);
    expect(ids).toEqual(['capture/truncated-block']);
    writer.close();
    expect((await readFile(path)).events).toHaveLength(100);
  });
});

describe('createCapture', () => {
  const refusal = (path: string, force = false) => {
    try {
      createCapture(path, { force }).close();
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      return (error as UserError).story;
    }
    return undefined;
  };

  it('makes a file that only its owner may read, whatever was there', () => {
    const path = freshPath();
    createCapture(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o644);
    createCapture(path, { force: true }).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('does not overwrite unasked', () => {
    const path = freshPath();
    writeFileSync(path, 'precious');
    expect(refusal(path)).toMatchObject({ code: 'OUTPUT_EXISTS', where: path });
    expect(readFileSync(path, 'utf8')).toBe('precious');
    expect(refusal(path, true)).toBeUndefined();
    expect(readFileSync(path)).toHaveLength(0);
  });

  it('is never written through a link, also not with force', () => {
    const [target, link] = [freshPath(), freshPath()];
    writeFileSync(target, 'precious');
    symlinkSync(target, link);
    expect(refusal(link)).toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
    expect(refusal(link, true)).toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
    expect(readFileSync(target, 'utf8')).toBe('precious');
  });

  it('lets a capture replace itself while it is being read', async () => {
    const path = freshPath();
    writeFileSync(path, capture(section(), event({ code: 1 }), event({ code: 2 })));
    const { blocks } = await readFile(path);
    const writer = createCapture(path, { force: true });
    writer.writeBlock(Buffer.from(blocks, 'latin1'));
    writer.close();
    expect((await readFile(path)).events).toHaveLength(2);
  });

  it('writes to a device without removing it', () => {
    expect(refusal('/dev/null')).toBeUndefined();
    expect(refusal('/dev/null', true)).toBeUndefined();
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('says what is wrong with a place', () => {
    mkdirSync(scratch('a-folder'), { recursive: true });
    writeFileSync(scratch('a-file'), '');
    const cases: readonly [string, string][] = [
      [scratch('a-folder'), 'this is a directory'],
      [scratch('nowhere/x.scap'), 'does not exist'],
      [scratch('a-file/x.scap'), 'is a file'],
    ];
    for (const [path, why] of cases) {
      expect(refusal(path, true)).toMatchObject({ code: 'OUTPUT_UNWRITABLE', where: path });
      expect(refusal(path)?.why).toContain(why);
    }
  });

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full', () => {
    const writer = createCapture('/dev/full');
    writer.writeSectionHeader();
    expect(() => {
      writer.close();
    }).toThrow('the disk is full');
  });
});
