/** Rows for people: tables that fit, lines where they do not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openLines, openTable, type TableLayout } from '../../src/output/index.js';
import { columnsOf, shortenToColumns, wrapToColumns } from '../../src/output/display-width.js';
import { CONTINUED, shownCell } from '../../src/output/lines.js';

type Rows = readonly (readonly string[])[];

async function shown(rows: Rows, layout: TableLayout | 'line', columns?: number): Promise<string> {
  const [head = [], ...body] = rows;
  let written = '';
  const sink = { columns, writeText: (text: string) => (written += text) };
  const writer = layout === 'line' ? await openLines(head) : await openTable(head, layout);
  body.forEach((row) => {
    writer.row(sink, row);
  });
  writer.end(sink);
  return written;
}

const SENTENCE = 'All of them happened in container web.';
const TIME = '2026-11-22T06:49:29.047329683Z';

describe('wrapping', () => {
  it('breaks behind blanks, and where a word is wider than the room', () => {
    expect(wrapToColumns('one two  three', 6)).toEqual(['one ', 'two  ', 'three']);
    expect(wrapToColumns('/usr/local/bin/x', 6)).toEqual(['/usr/l', 'ocal/b', 'in/x']);
    expect(wrapToColumns('中文 字符字符', 6)).toEqual(['中文 ', '字符字', '符']);
  });

  it('leaves nothing out, and no line is wider than asked', () => {
    const unit = fc.constantFrom('a', 'b', ' ', '中', 'e\u0301', '👨‍👩‍👧', '/');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 80 }), fc.integer({ min: 2, max: 30 }), (text, columns) => {
        const lines = wrapToColumns(text, columns);
        expect(lines.join('')).toBe(text);
        expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(columns);
        expect(columnsOf(shortenToColumns(text, columns))).toBeLessThanOrEqual(columns);
      }),
    ); // prettier-ignore
  });
});

describe('a row that does not fit', () => {
  const rows = [
    ['first', 'last', 'why'],
    [TIME, TIME, SENTENCE],
  ];

  it('goes on below where its columns have room for their words', async () => {
    expect((await shown(rows, 'fit', 90)).split('\n').slice(3, 6)).toEqual([
      `│ ${TIME} │ ${TIME} │ All of them ↵        │`,
      `│                                │                                │ happened in ↵        │`,
      `│                                │                                │ container web.       │`,
    ]);
  });

  it('is shown as lines where they have not, values under each other', async () => {
    expect(await shown(rows, 'fit', 40)).toBe(
      [
        `first: ${TIME}`,
        ` last: ${TIME}`,
        '  why: All of them happened in ↵',
        '       container web.',
        '',
      ].join('\n'),
    );
  });

  it('stays a table where a table was asked for', async () => {
    expect(await shown(rows, 'wrap', 40)).toContain('┌');
  });

  it('is shortened with an ellipsis, or longer than the terminal, as asked', async () => {
    const brief = await shown(rows, 'brief', 90);
    expect(brief.split('\n')[3]).toBe(`│ ${TIME} │ ${TIME} │ All of them happene… │`);
    expect((await shown(rows, 'wide', 40)).split('\n')[3]).toBe(`│ ${TIME} │ ${TIME} │ ${SENTENCE} │`); // prettier-ignore
  });

  it('is whole in a pipe, in whatever layout', async () => {
    for (const layout of ['fit', 'wrap', 'brief', 'wide', 'line'] as const) {
      expect(await shown(rows, layout)).toContain(SENTENCE);
    }
  });
});

describe('lines', () => {
  it('are a blank line apart, and no value can be taken for a line', async () => {
    const rows = [['a', 'name'], ['1', 'x\nname: forged'], ['2', `y${CONTINUED}`]];
    expect(await shown(rows, 'line')).toBe(
      '   a: 1\nname: x\\nname: forged\n\n   a: 2\nname: y\\u21b5\n',
    );
  }); // prettier-ignore

  it('give back every value on terminals of any width', async () => {
    const values = fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(values, fc.integer({ min: 1, max: 90 }), async (row, columns) => {
        const head = row.map((_, at) => `n${at}`);
        const text = await shown([head, row], 'line', columns);
        const lines = text.replaceAll(new RegExp(`${CONTINUED}\n {4}`, 'g'), '').split('\n');
        expect(lines.slice(0, -1)).toEqual(row.map((value, at) => `n${at}: ${shownCell(value)}`.trimEnd()));
      }),
    );
  }); // prettier-ignore
});
