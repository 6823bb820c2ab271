import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeEvent,
  encodeParam,
  EVENT,
  EVENT_TABLE,
  EventDecoder,
  rawParam,
  type ParamRow,
  type ParamType,
  type ParamValue,
} from '../../src/events/index.js';
import { emptyEvent, record, rowOf } from './records.js';

const text = fc.string({ unit: 'binary-ascii' }).map((words) => words.replaceAll('\0', ' '));

const bits = (count: 8 | 16 | 32): fc.Arbitrary<number> => fc.nat({ max: 2 ** count - 1 });
const signedBits = (count: 8 | 16 | 32): fc.Arbitrary<number> =>
  fc.integer({ min: -(2 ** (count - 1)), max: 2 ** (count - 1) - 1 });
const long = fc.oneof(fc.maxSafeNat(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }));

/** Values of each type that read back as they were given. */
const VALUES: Partial<Record<ParamType, fc.Arbitrary<ParamValue>>> = {
  int8: signedBits(8),
  int16: signedBits(16),
  int32: signedBits(32),
  int64: fc.maxSafeInteger(),
  errno: fc.maxSafeInteger(),
  fd: fc.maxSafeInteger(),
  pid: fc.maxSafeInteger(),
  uint8: bits(8),
  flags8: bits(8),
  enumflags8: bits(8),
  sigtype: bits(8),
  uint16: bits(16),
  flags16: bits(16),
  enumflags16: bits(16),
  syscallid: bits(16),
  uint32: bits(32),
  flags32: bits(32),
  enumflags32: bits(32),
  uid: bits(32),
  gid: bits(32),
  mode: bits(32),
  sigset: bits(32),
  uint64: long,
  reltime: long,
  abstime: long,
  charbuf: text,
  fspath: text,
  fsrelpath: text,
};

describe('encodeEvent', () => {
  it('writes what decodes to the same values, for every event and parameter', () => {
    const decoder = new EventDecoder({ raw: true });
    const event = emptyEvent();
    for (const row of EVENT_TABLE) {
      const pairs = row.params.flatMap((param) => {
        const values = VALUES[param.type];
        return values === undefined ? [] : [[param.name, values] as const];
      });
      fc.assert(
        fc.property(fc.record(Object.fromEntries(pairs)), (params) => {
          decoder.decode(record({ code: row.code, params }), event);
          const read = pairs.map(([name]) => {
            const index = row.params.findIndex((param) => param.name === name);
            return rawParam(event, index)?.value;
          });
          expect(read).toEqual(pairs.map(([name]) => params[name]));
        }),
        { numRuns: 5 },
      );
    }
  });

  it('leaves parameters empty that are not given', () => {
    expect(encodeEvent(EVENT.CLOSE_X, { fd: 1 }).map((bytes) => bytes.length)).toEqual([0, 8]);
  });

  it('writes a list of texts with a NUL behind each', () => {
    const [, , args] = encodeEvent(EVENT.EXECVE_19_X, { args: ['-l', '/'] });
    expect(args).toEqual(Buffer.from('-l\0/\0'));
  });

  it('refuses a parameter that the event has not, and a value that its type cannot hold', () => {
    expect(() => encodeEvent(EVENT.CLOSE_X, { name: 'x' })).toThrow('no parameter called name');
    const data = rowOf(EVENT.READ_X).params[1] as ParamRow;
    expect(() => encodeParam(data, 5)).toThrow('data is a bytebuf');
  });
});
