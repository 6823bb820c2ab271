/** Parameters that a big-endian machine recorded. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventRecord } from '../../src/capture/index.js';
import { openEvidence } from '../../src/capture/index.js';
import {
  argsText,
  encodeEvent,
  EVENT,
  EVENT_TABLE,
  NO_NAMES,
  swapParameters,
  type ParamRow,
  type ParamValue,
} from '../../src/events/index.js';
import { replay } from '../../src/pipeline.js';
import { capture, event, fileOf, Packer, section } from '../capture/blocks.js';
import { record, rowOf } from './records.js';

const CODES = EVENT_TABLE.filter(({ params }) => params.length > 0).map(({ code }) => code);

/** A record of any event, whose lengths may lie, with bytes around it that are not its own. */
const hostile = fc
  .record({
    code: fc.oneof(fc.constantFrom(...CODES), fc.nat({ max: 600 })),
    params: fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 }),
    isWide: fc.boolean(),
    isCountless: fc.boolean(),
    lie: fc.option(fc.record({ at: fc.nat(100), byte: fc.nat(255) })),
    cut: fc.nat(20),
    paramCount: fc.option(fc.nat(0xffff_ffff)),
  })
  .map(({ lie, cut, paramCount, ...facts }): EventRecord => {
    const made = record(facts);
    if (lie !== null && lie.at < made.end - made.lengthsAt) {
      made.bytes[made.lengthsAt + lie.at] = lie.byte;
    }
    made.end = Math.max(made.lengthsAt, made.end - cut);
    made.paramCount = made.paramCount < 0 ? -1 : (paramCount ?? made.paramCount);
    return made;
  });

describe('the parameters of the other byte order', () => {
  it('are themselves again when they are turned around twice', () => {
    fc.assert(
      fc.property(hostile, (made) => {
        const before = Buffer.from(made.bytes);
        swapParameters(made);
        swapParameters(made);
        expect(made.bytes.equals(before)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('stay where they are: nothing but the values of the record changes, however its lengths lie', () => {
    fc.assert(
      fc.property(hostile, (made) => {
        const before = Buffer.from(made.bytes);
        const step = made.hasWideLengths ? 4 : 2;
        const from = Math.min(made.lengthsAt + Math.max(made.paramCount, 0) * step, made.end);
        swapParameters(made);
        expect(made.bytes.subarray(0, from).equals(before.subarray(0, from))).toBe(true);
        expect(made.bytes.subarray(made.end).equals(before.subarray(made.end))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('are left alone in the old block types, which do not tell how many there are', () => {
    const made = record({ code: EVENT.CLOSE_X, params: { res: -2, fd: 3 }, isCountless: true });
    const before = Buffer.from(made.bytes);
    swapParameters(made);
    expect(made.bytes.equals(before)).toBe(true);
  });
});

/** Numbers in big-endian order, packed as a machine of that order would: written anew, not turned around. */
const big = () => new Packer(false);
const at = Buffer.from([10, 0, 0, 1]);
const to = Buffer.from([192, 168, 7, 9]);
const at6 = Buffer.from('20010db8000000000000000000000001', 'hex');
const to6 = Buffer.from('fe800000000000000000000000000002', 'hex');

/** The same parameter as a little-endian and as a big-endian machine writes it. */
const TWINS: readonly (readonly [what: string, type: string, ParamValue, Uint8Array])[] = [
  ['a number of 8 bytes', 'errno', -13, big().u64(-13).bytes],
  ['a number of 4 bytes', 'uint32', 0x01020304, big().u32(0x01020304).bytes],
  ['a number of 2 bytes', 'flags16', 0x0102, big().u16(0x0102).bytes],
  ['a single byte', 'uint8', 0x7f, big().u8(0x7f).bytes],
  ['a mode', 'mode', 0o644, big().u32(0o644).bytes],
  ['text', 'charbuf', 'text', Buffer.from('text\0')],
  ['bytes', 'bytebuf', Buffer.from('\u0001\u0002\u0003\u0004'), Buffer.from([1, 2, 3, 4])],
  ['a path', 'fspath', '/etc/passwd', Buffer.from('/etc/passwd\0')],
  ['an IPv4 address', 'sockaddr', { address: at, port: 80 }, big().u8(2).raw(at).u16(80).bytes],
  [
    'an IPv6 address',
    'sockaddr',
    { address: at6, port: 443 },
    big().u8(10).raw(at6).u16(443).bytes,
  ],
  ['a unix address', 'sockaddr', { path: '/run/a' }, big().u8(1).raw('/run/a\0').bytes],
  [
    'an IPv4 tuple',
    'socktuple',
    { source: { address: at, port: 40000 }, destination: { address: to, port: 80 } },
    big().u8(2).raw(at).u16(40000).raw(to).u16(80).bytes,
  ],
  [
    'an IPv6 tuple',
    'socktuple',
    { source: { address: at6, port: 40000 }, destination: { address: to6, port: 443 } },
    big().u8(10).raw(at6).u16(40000).raw(to6).u16(443).bytes,
  ],
  [
    'a unix tuple',
    'socktuple',
    { source: 0xffff_8881_0000_1000n, destination: 0n, path: '/run/a' },
    big().u8(1).u64(0xffff_8881_0000_1000n, 0n).raw('/run/a\0').bytes,
  ],
  [
    'a list of descriptors',
    'fdlist',
    [
      { fd: 3, flags: 1 },
      { fd: 300, flags: 0x104 },
    ],
    big().u16(2).u64(3).u16(1).u64(300).u16(0x104).bytes,
  ],
  ['a dynamic number', 'dyn', { selector: 2, value: 77 }, big().u8(2).u32(77).bytes],
  [
    'a dynamic text of bytes',
    'dyn',
    { selector: 0, value: Buffer.from('abcd') },
    big().u8(0).raw('abcd').bytes,
  ],
];

/** An event with a parameter of the type; for dynamic ones setsockopt, whose alternatives are known. */
function placeOf(type: string): { code: number; param: ParamRow } {
  const code =
    type === 'dyn'
      ? EVENT.SETSOCKOPT_X
      : CODES.find((known) => rowOf(known).params.some((param) => param.type === type));
  const param = rowOf(code ?? 0).params.find((known) => known.type === type);
  if (code === undefined || param === undefined) {
    throw new Error(`no event has a ${type}`);
  }
  return { code, param };
}

describe('a parameter of a big-endian machine becomes its little-endian twin', () => {
  it.each(TWINS)('%s', (_, type, value, bytes) => {
    const { code, param } = placeOf(type);
    const index = rowOf(code).params.indexOf(param);
    const little = encodeEvent(code, { [param.name]: value });
    const made = record({ code, params: little.map((own, i) => (i === index ? bytes : own)) });
    swapParameters(made);
    expect(made.bytes.toString('hex')).toBe(record({ code, params: little }).bytes.toString('hex'));
  });

  it('an event of a type that the table does not know stays as it is', () => {
    const made = record({ code: 9999, params: [Buffer.from([1, 2, 3, 4])] });
    const before = Buffer.from(made.bytes);
    swapParameters(made);
    expect(made.bytes.equals(before)).toBe(true);
  });
});

/** What every event of a capture prints. */
async function printed(bytes: Uint8Array): Promise<readonly string[]> {
  const lines: string[] = [];
  await replay(await openEvidence(fileOf(bytes)), {
    onMoment: ({ event: shown, fd }) => {
      const args = argsText(shown, NO_NAMES);
      lines.push(`${shown.number} ${shown.tid} ${shown.row.name} ${args} ${fd?.name ?? '-'}`);
      return true;
    },
  });
  return lines;
}

interface Facts {
  readonly fd: number;
  readonly port: number;
  readonly flags: number;
  readonly inode: bigint;
  readonly timeout: number;
}

/** A file that is opened, polled and closed, and a connection, as a machine of either order writes them. */
function story(isLittle: boolean, { fd, port, flags, inode, timeout }: Facts): Uint8Array {
  const pack = () => new Packer(isLittle);
  const u64 = (value: bigint | number): Uint8Array => pack().u64(value).bytes;
  const u32 = (value: number): Uint8Array => pack().u32(value).bytes;
  const tuple = pack().u8(2).raw(at).u16(port).raw(to).u16(443).bytes;
  const address = pack().u8(2).raw(to).u16(443).bytes;
  const list = pack()
    .u16(1)
    .u64(fd)
    .u16(flags & 0xff).bytes;
  const name = Buffer.from('/etc/passwd\0');
  const write = (code: number, ...params: readonly Uint8Array[]): Uint8Array =>
    event({ isLittle, code, params, type: code === EVENT.POLL_X ? 0x222 : 0x216 });
  return capture(
    section(isLittle),
    write(EVENT.OPEN_X, u64(fd), name, u32(flags), u32(0o644), u32(8), u64(inode)),
    write(EVENT.POLL_X, u64(1), list, u64(timeout)),
    write(EVENT.CLOSE_X, u64(0), u64(fd)),
    write(EVENT.SOCKET_X, u64(fd), u32(2), u32(1), u32(6), u32(0)),
    write(EVENT.CONNECT_X, u64(-115), tuple, u64(fd), address),
  );
}

describe('a capture of a big-endian machine', () => {
  it('replays as its little-endian twin does', async () => {
    const facts = fc.record({
      fd: fc.integer({ min: 3, max: 70_000 }),
      port: fc.nat(0xffff),
      flags: fc.nat(0xffff),
      inode: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      timeout: fc.integer(),
    });
    await fc.assert(
      fc.asyncProperty(facts, async (told) => {
        const little = await printed(story(true, told));
        expect(little).toHaveLength(5);
        expect(await printed(story(false, told))).toEqual(little);
      }),
      { numRuns: 30 },
    );
  });

  it('shows its descriptors and ports', async () => {
    const told = { fd: 5, port: 40000, flags: 1, inode: 9n, timeout: 100 };
    const lines = (await printed(story(false, told))).join('\n');
    expect(lines).toContain('10.0.0.1:40000->192.168.7.9:443');
    expect(lines).toContain('ino=9');
  });
});
