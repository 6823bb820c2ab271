import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Operator } from '../../../src/rules/ast.js';
import type { Literal } from '../../../src/rules/engine/literal.js';
import { readLiteral } from '../../../src/rules/engine/literal.js';
import { compileTest } from '../../../src/rules/engine/operators.js';
import type { Scalar } from '../../../src/fields/index.js';

const holds = (value: Scalar, operator: Operator, ...right: Literal[]) =>
  compileTest(operator, undefined, right)(value);
const network = (text: string): Literal => {
  const literal = readLiteral('ipnet', text);
  if (!literal.ok) {
    throw new Error(text);
  }
  return literal.value;
};

describe('operators on text', () => {
  it.each([
    ['=', 'bash', 'bash', true],
    ['!=', 'bash', 'bash', false],
    ['contains', '/usr/lib', 'r/l', true],
    ['icontains', '/USR/Lib', 'r/l', true],
    ['startswith', '/etc/passwd', '/etc', true],
    ['endswith', 'libc.so.6', '.so.6', true],
    ['endswith', 'so', 'libc.so', false],
    ['glob', '/usr/lib/x/libc.so', '/usr/*/lib?.so', true],
    ['iglob', '/ETC/hosts', '/etc/H*', true],
    ['regex', '/etc/hosts', '/etc/[a-z]+', true],
    ['regex', '/etc/hosts.bak', '/etc/[a-z]+', false],
    ['pmatch', '/etc/hosts', '/etc', true],
    ['pmatch', '/etcetera', '/etc', false],
    ['pmatch', '/var', '/var/run', false],
    ['pmatch', '/home/eve/.ssh/id', '/home/*/.ssh', true],
    ['<', 'a', 'b', true],
    ['bcontains', '\x01\x02\x03', '0203', true],
    ['bstartswith', '\x01\x02\x03', '0203', false],
  ] as const)('%s: "%s" and "%s"', (operator, value, right, expected) => {
    expect(holds(value, operator, right)).toBe(expected);
  });

  it('compares bytes, not letters, beyond ASCII', () => {
    expect(holds('\xc3\x84', 'icontains', '\xc3\xa4')).toBe(false);
  });
});

describe('operators on numbers', () => {
  it('takes a bigint and a number of the same value for equal', () => {
    expect(holds(5n, '=', 5)).toBe(true);
    expect(holds(5n, 'in', 4, 5)).toBe(true);
    expect(holds(2n ** 63n, '>', 5)).toBe(true);
  });

  it('compares a value whose type only the event tells with a literal kept as text', () => {
    expect(holds(512, '<=', '512')).toBe(true);
    expect(holds(-2n, '=', '-2')).toBe(true);
    expect(holds('-2', '=', '-2')).toBe(true);
  });
});

describe('operators on addresses', () => {
  it.each([
    ['inside', [10, 1, 2, 3], '10.0.0.0/8', true],
    ['outside', [11, 1, 2, 3], '10.0.0.0/8', false],
    ['inside by odd bits', [192, 168, 3, 255], '192.168.2.0/23', true],
    ['anything in /0', [1, 2, 3, 4], '0.0.0.0/0', true],
    ['of another family', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], '0.0.0.0/0', false],
  ])('an address %s', (_why, bytes, range, expected) => {
    expect(holds(Uint8Array.from(bytes), '=', network(range))).toBe(expected);
    expect(holds(Uint8Array.from(bytes), '!=', network(range))).toBe(!expected);
  });
});

describe('modifiers', () => {
  it.each([
    ['oneof', 'ab', true, 'exactly one part is in it'],
    ['oneof', 'abc', false, 'two parts are in it'],
    ['anyof', 'abc', true, 'some part is in it'],
    ['allof', 'ab', false, 'one part is missing'],
    ['allof', 'abc', true, 'every part is in it'],
  ] as const)('%s on "%s" is %s: %s', (modifier, value, expected, _why) => {
    expect(compileTest('contains', modifier, ['b', 'c'])(value)).toBe(expected);
  });
});

const REGEX_OF = new Map([
  ['*', '.*'],
  ['?', '.'],
  ['.', '\\.'],
  ['[!a]', '[^a]'],
]);

describe('globs', () => {
  it('match what an equivalent regular expression matches', () => {
    const byte = fc.constantFrom('a', 'b', '/', '.');
    const piece = fc.constantFrom('a', 'b', '/', '.', '*', '?', '[ab]', '[!a]', '[a-b/]');
    fc.assert(
      fc.property(fc.array(piece), fc.string({ unit: byte }), (pieces, text) => {
        const regex = pieces.map((p) => REGEX_OF.get(p) ?? p).join('');
        expect(holds(text, 'glob', pieces.join(''))).toBe(
          new RegExp(`^(?:${regex})$`, 's').test(text),
        );
      }),
    );
  });

  it('take time in proportion to pattern and text, however many stars there are', () => {
    expect(holds('a'.repeat(20_000), 'glob', `${'a*'.repeat(200)}b`)).toBe(false);
  });

  it.each([
    ['[', '[', true],
    ['\\*', '*', true],
    ['\\*', 'x', false],
    ['[[:digit:]]x', '7x', true],
    ['[]a]', ']', true],
    ['', '', true],
  ])('"%s" on "%s"', (pattern, text, expected) => {
    expect(holds(text, 'glob', pattern)).toBe(expected);
  });
});
