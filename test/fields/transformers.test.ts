import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JOINERS, TRANSFORMERS, type Value, type ValueType } from '../../src/fields/index.js';

const TEXT: ValueType = { type: 'charbuf', isList: false };
const TEXTS: ValueType = { type: 'charbuf', isList: true };
const NUMBER: ValueType = { type: 'int64', isList: false };

describe('a transformer', () => {
  it.each<[keyof typeof TRANSFORMERS, Value, Value]>([
    ['tolower', 'ABC-\xc4', 'abc-\xc4'],
    ['toupper', 'abc-\xe4', 'ABC-\xe4'],
    ['toupper', ['a', 'b'], ['A', 'B']],
    ['basename', '/usr/bin/ls', 'ls'],
    ['basename', 'ls', 'ls'],
    ['basename', '/usr/bin/', ''],
    ['b64', 'aGVsbG8=', 'hello'],
    ['b64', 'aGVsbG8', 'hello'],
    ['b64', 'aGVsbG8==', 'hello'],
    ['b64', '', ''],
    ['b64', 'aGVsbG9', undefined],
    ['b64', 'a', undefined],
    ['b64', 'not base64!', undefined],
    ['len', 'abc', 3],
    ['len', ['a', 'b'], 2],
    ['len', '', 0],
    ['len', undefined, undefined],
    ['tolower', undefined, undefined],
  ])('%s of %j is %j', (name, value, expected) => {
    expect(TRANSFORMERS[name].apply(value)).toEqual(expected);
  });

  it('says which types it takes and what it makes of them', () => {
    expect(TRANSFORMERS.tolower.result(TEXT)).toEqual(TEXT);
    expect(TRANSFORMERS.tolower.result(NUMBER)).toBeUndefined();
    expect(TRANSFORMERS.len.result(TEXTS)).toEqual({ type: 'uint64', isList: false });
    expect(TRANSFORMERS.len.result(NUMBER)).toBeUndefined();
    expect(TRANSFORMERS.b64.result({ type: 'bytebuf', isList: false })?.type).toBe('bytebuf');
  });

  it('decodes what Base64 encodes, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = Buffer.from(bytes).latin1Slice();
        expect(TRANSFORMERS.b64.apply(Buffer.from(bytes).toString('base64'))).toBe(text);
        for (const row of Object.values(TRANSFORMERS)) {
          row.apply(text);
        }
      }),
    );
  });
});

describe('a joiner', () => {
  it('joins the items of a list', () => {
    expect(JOINERS.join.apply(['-', ['a', 'b']])).toBe('a-b');
    expect(JOINERS.join.apply(['-', []])).toBe('');
    expect(JOINERS.join.apply(['-', undefined])).toBeUndefined();
  });

  it('puts texts one after the other', () => {
    expect(JOINERS.concat.apply(['a', 'b', 'c'])).toBe('abc');
    expect(JOINERS.concat.apply(['a', undefined])).toBeUndefined();
  });

  it('says what is wrong with its arguments', () => {
    expect(JOINERS.join.problem([TEXT, TEXTS])).toBeUndefined();
    expect(JOINERS.join.problem([TEXT])).toContain('two arguments');
    expect(JOINERS.join.problem([TEXTS, TEXTS])).toContain('separator');
    expect(JOINERS.join.problem([TEXT, TEXT])).toContain('list');
    expect(JOINERS.concat.problem([TEXT, TEXT])).toBeUndefined();
    expect(JOINERS.concat.problem([TEXT])).toContain('two');
    expect(JOINERS.concat.problem([TEXT, TEXTS])).toContain('texts');
  });
});
