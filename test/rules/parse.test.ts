import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition, Resolved } from '../../src/rules/ast.js';
import { SyntaxFault } from '../../src/rules/cursor.js';
import { parseCondition } from '../../src/rules/parse.js';
import { printCondition } from '../../src/rules/print-condition.js';
import { SourceFile } from '../../src/rules/source-text.js';
import { anyCondition, damaged } from './arbitraries.js';

const parse = (text: string): Condition => parseCondition(new SourceFile('filter', text));
/** The condition as it is understood, with every parenthesis that matters. */
const read = (text: string): string => printCondition(parse(text) as Resolved);

/** Without places, and without what is only about how a thing was written. */
function bare(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part: unknown) =>
      key === 'at' || key === 'fieldAt' || key === 'isBare' || part === undefined
        ? undefined
        : part,
    ),
  );
}

/** `not not x` is `x`. */
function withoutDoubleNot(node: Resolved): Resolved {
  switch (node.kind) {
    case 'comparison':
      return node;
    case 'not': {
      const child = withoutDoubleNot(node.child);
      return child.kind === 'not' ? child.child : { ...node, child };
    }
    default:
      return { ...node, children: node.children.map(withoutDoubleNot) };
  }
}

describe('parseCondition', () => {
  it.each([
    ['"and" binds more than "or"', 'a.b=1 or a.b=2 and a.b=3', 'a.b = 1 or a.b = 2 and a.b = 3'],
    ['parentheses bind most', '(a.b=1 or a.b=2) and a.b=3', '(a.b = 1 or a.b = 2) and a.b = 3'],
    ['"not" binds more than "and"', 'not a.b=1 and a.b=2', 'not a.b = 1 and a.b = 2'],
    ['two "not" are none', 'not not a.b=1', 'a.b = 1'],
    ['three "not" are one', 'not not not(a.b=1)', 'not a.b = 1'],
    [
      'a parenthesis may follow "and", "or", "not" at once',
      'a.b=1 and(a.b=2)or(not(a.b=3))',
      'a.b = 1 and a.b = 2 or not a.b = 3',
    ],
    ['any blanks may stand between', '\n a.b\t=\n1\n', 'a.b = 1'],
    ['signs need no blanks', 'a.b>=1 and a.b<2 and a.b!=x', 'a.b >= 1 and a.b < 2 and a.b != x'],
    ['a sign can be a text', 'evt.dir = <', 'evt.dir = <'],
    ['a list may be empty', 'a.b in ()', 'a.b in ()'],
    ['a list needs no blank before it', 'a.b in(x,"y z")', 'a.b in (x, "y z")'],
    [
      'texts may hold brackets, colons and stars',
      'a.b in (runc:[0:PARENT], /home/*/.ssh)',
      'a.b in (runc:[0:PARENT], /home/*/.ssh)',
    ],
    ['quotes undo escapes', String.raw`a.b = "x\ty\"z\\w"`, String.raw`a.b = "x\ty\"z\\w"`],
    [
      'an escaped blank is a backslash, as in the reference',
      String.raw`a.b = "x\ y"`,
      String.raw`a.b = x\y`,
    ],
    [
      'the other quote needs no escape',
      `a.b = "it's" and a.b = 'a "b"'`,
      String.raw`a.b = "it's" and a.b = "a \"b\""`,
    ],
    ['an empty text can be written', `a.b = "" and a.b = ''`, 'a.b = "" and a.b = ""'],
    [
      'an argument may be quoted',
      'evt.arg["a b"] = x and evt.arg[1] = y',
      'evt.arg["a b"] = x and evt.arg[1] = y',
    ],
    ['functions may be around each other', 'toupper(b64(a.b)) = X', 'toupper(b64(a.b)) = X'],
    [
      'functions may take several values',
      'join("-", (a.b, "x", 5))[q] = y',
      'join("-", (a.b, "x", 5))[q] = y',
    ],
    ['a text may be put into a function', 'tolower("ABC") = abc', 'tolower("ABC") = abc'],
    [
      '"val" compares with a field',
      'a.b = val(c.d[1]) and a.b in val(c.d)',
      'a.b = val(c.d[1]) and a.b in val(c.d)',
    ],
    ['a function needs no "val"', 'a.b = tolower(c.d)', 'a.b = tolower(c.d)'],
    [
      'modifiers take lists',
      'a.b startswith anyof (x, y) and a.b != allof (z)',
      'a.b startswith anyof (x, y) and a.b != allof (z)',
    ],
    [
      'a modifier without a list is a text',
      'a.b = oneof and a.b = anyof',
      'a.b = oneof and a.b = anyof',
    ],
    [
      'words may begin like operators',
      'a.b = inside and a.b = existing',
      'a.b = inside and a.b = existing',
    ],
    ['"exists" may stand before a parenthesis', '(a.b exists)', 'a.b exists'],
    [
      'numbers have signs, fractions and exponents',
      'a.b > -1.5e+3 and a.b < +7',
      'a.b > -1.5e+3 and a.b < +7',
    ],
  ])('reads that %s', (_fact, text, understood) => {
    expect(read(text)).toBe(understood);
  });

  it('takes a word alone for a macro', () => {
    expect(bare(parse('notable and order or not android'))).toEqual({
      kind: 'or',
      children: [
        {
          kind: 'and',
          children: [
            { kind: 'macro', name: 'notable' },
            { kind: 'macro', name: 'order' },
          ],
        },
        { kind: 'not', child: { kind: 'macro', name: 'android' } },
      ],
    });
  });

  it('turns texts into byte strings', () => {
    const node = parse('proc.name = "ä" and proc.name = ä') as Resolved & { kind: 'and' };
    expect(node.children.map((child) => child.kind === 'comparison' && bare(child.right))).toEqual([
      { kind: 'literal', text: '\u00c3\u00a4' },
      { kind: 'literal', text: '\u00c3\u00a4' },
    ]);
  });

  it('gives every node its place', () => {
    const node = parse('(a.b = x and\n  not c.d in (y))') as Resolved & { kind: 'and' };
    expect(node.at).toEqual({ file: 'filter', line: 1, column: 2 });
    const [, second] = node.children;
    expect(second?.at).toEqual({ file: 'filter', line: 2, column: 3 });
    const inner = second?.kind === 'not' ? second.child : undefined;
    expect(inner?.kind === 'comparison' && inner.right?.at).toEqual({
      file: 'filter',
      line: 2,
      column: 14,
    });
  });

  it('refuses deep nesting with a clear message, and takes what is just less deep', () => {
    const nested = (depth: number): string => `${'('.repeat(depth)}a.b = 1${')'.repeat(depth)}`;
    expect(() => parse(nested(10_000))).toThrow(`more than 500 parentheses are open here`);
    expect(read(nested(500))).toBe('a.b = 1');
    expect(() => parse(`${'tolower('.repeat(10_000)}a.b${')'.repeat(10_000)} = x`)).toThrow(
      'functions are around each other',
    );
  });

  it('reads back whatever it prints', () => {
    fc.assert(
      fc.property(anyCondition, (condition) => {
        const wanted = withoutDoubleNot(condition);
        expect(bare(parse(printCondition(wanted)))).toEqual(bare(wanted));
      }),
    );
  });

  it('ends with a condition or a fault inside the text, whatever the text', () => {
    const text = fc.oneof(
      damaged(anyCondition.map(printCondition)),
      fc.string({ unit: 'binary', maxLength: 60 }),
    );
    fc.assert(
      fc.property(text, (condition) => {
        try {
          parse(condition);
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxFault);
          const { at } = error as SyntaxFault;
          const lines = condition.split('\n');
          expect(at.line).toBeLessThanOrEqual(lines.length);
          expect(at.column).toBeLessThanOrEqual((lines[at.line - 1] ?? '').length + 1);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
