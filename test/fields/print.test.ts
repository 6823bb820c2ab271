import { describe, expect, it } from 'vitest';
import {
  jsonValue,
  printValue,
  type CompiledField,
  type FieldRow,
  type Value,
} from '../../src/fields/index.js';
import { bufferText } from '../../src/fields/print.js';
import { MOMENTS } from './moments.js';
import { field, START } from './scene.js';

/** A field that always has this value. */
function made(value: Value, row: Partial<FieldRow>): CompiledField {
  const read = (): Value => value;
  const full: FieldRow = { name: 'x', type: 'charbuf', subject: 'type', doc: 'X.', read, ...row };
  return { row: full, text: 'x', argument: undefined, type: full.type, read };
}

describe('a value as text', () => {
  it.each<[string, Value, Partial<FieldRow>, string]>([
    ['absent', undefined, {}, '<NA>'],
    ['text', 'a\tb\xff', {}, 'a\tb\xff'],
    ['text with a NUL, as far as that', 'a\0b', {}, 'a'],
    ['a number', -5, { type: 'int64' }, '-5'],
    ['a number beyond 2^53', 18446744073709551615n, { type: 'uint64' }, '18446744073709551615'],
    ['a hexadecimal number', 0x10_3205, { type: 'int32', format: 'hex' }, '103205'],
    [
      'a negative hexadecimal number in its own width',
      -1,
      { type: 'int32', format: 'hex' },
      'FFFFFFFF',
    ],
    ['an octal number', 0o755, { type: 'uint32', format: 'oct' }, '755'],
    ['nanoseconds', 5, { type: 'reltime', format: 'padded' }, '000000005'],
    ['a long padded number', 12_345_678_901n, { type: 'reltime', format: 'padded' }, '12345678901'],
    ['a number that has no text', 1, { type: 'uint32', format: 'none' }, '<NA>'],
    ['yes', true, { type: 'bool' }, 'true'],
    ['no', false, { type: 'bool' }, 'false'],
    ['a number with one decimal', 0.15, { type: 'double' }, '0.1'],
    ['an exact half above an even digit', 0.25, { type: 'double' }, '0.2'],
    ['an exact half above an odd digit', 0.75, { type: 'double' }, '0.8'],
    ['a negative half', -0.25, { type: 'double' }, '-0.2'],
    ['a whole number', 100, { type: 'double' }, '100.0'],
    ['an IPv4 address', Uint8Array.of(127, 0, 0, 1), { type: 'ipaddr' }, '127.0.0.1'],
    [
      'an IPv6 address',
      Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0)),
      { type: 'ipaddr' },
      '::1',
    ],
    ['an address of no known length', Uint8Array.of(1), { type: 'ipaddr' }, '<NA>'],
    ['a buffer', 'a\0b\n~\x7f', { type: 'bytebuf' }, 'a.b.~.'],
    ['a list', ['a', 'b'], { isList: true }, '(a,b)'],
    ['an empty list', [], { isList: true }, '()'],
    ['a list of numbers', [1n, 2n], { type: 'uint64', isList: true }, '(1,2)'],
  ])('%s', (_what, value, row, expected) => {
    expect(printValue(made(value, row), value)).toBe(expected);
  });

  it('is cut in lists and buffers where the reference cuts it', () => {
    const long = 'x'.repeat(2000);
    expect(printValue(made([long], { isList: true }), [long])).toHaveLength(1023);
    expect(bufferText('y'.repeat(1022))).toHaveLength(1022);
    expect(bufferText('y'.repeat(1023))).toHaveLength(1021);
  });
});

describe('a value for JSON', () => {
  it.each<[string, Value, Partial<FieldRow>, unknown]>([
    ['null where absent', undefined, {}, null],
    ['exact numbers', 2n ** 64n - 1n, { type: 'uint64' }, 2n ** 64n - 1n],
    ['padded numbers as numbers', 5n, { type: 'reltime', format: 'padded' }, 5n],
    ['hexadecimal numbers as text', 255, { type: 'int32', format: 'hex' }, 'FF'],
    ['null for numbers without text', 1, { type: 'uint32', format: 'none' }, null],
    ['yes and no', true, { type: 'bool' }, true],
    ['addresses as text', Uint8Array.of(1, 2, 3, 4), { type: 'ipaddr' }, '1.2.3.4'],
    ['lists', ['a', 'b'], { isList: true }, ['a', 'b']],
  ])('has %s', (_what, value, row, expected) => {
    expect(jsonValue(made(value, row), MOMENTS.open())).toEqual(expected);
  });

  it.each([
    'evt.time',
    'evt.time.s',
    'evt.time.iso8601',
    'evt.datetime',
    'evt.datetime.s',
    'evt.outputtime',
  ])('has nanoseconds for %s', (text) => {
    expect(jsonValue(field(text), MOMENTS.open())).toBe(START);
  });

  it('has null for fields that only filters may use', () => {
    expect(jsonValue(field('fd.cnet'), MOMENTS.tcp())).toBeNull();
  });
});
