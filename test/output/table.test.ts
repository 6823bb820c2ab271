/** Tables lose no text: what is taken out of one, by the columns of its frame, is what was put in. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTable } from '../../src/output/index.js';
import { columnsOf, graphemesOf } from '../../src/output/display-width.js';
import { CONTINUED, shownCell } from '../../src/output/lines.js';

/** What a table writer writes for a terminal of so many columns, or for a pipe. */
async function tableOf(
  head: readonly string[],
  rows: Iterable<readonly string[]>,
  columns?: number,
): Promise<string> {
  let written = '';
  const table = await openTable(head);
  const sink = { columns, writeText: (text: string) => (written += text) };
  for (const row of rows) {
    table.row(sink, row);
  }
  table.end(sink);
  return written;
}

/** The text between two columns of a line on a terminal; a mark at its begin stands on the blank before it. */
function cut(line: readonly (readonly [string, number])[], from: number, to: number): string {
  return line.filter(([, at]) => at >= from && at < to).map(([piece]) => piece).join(''); // prettier-ignore
}

/** A line in pieces, each with the column where it begins; marks without a width are at the column of their base. */
function laidOut(line: string): (readonly [string, number])[] {
  let at = 0;
  return graphemesOf(line).map((piece) => {
    const begin = at;
    at += columnsOf(piece);
    return [piece, begin] as const;
  });
}

/**
 * The rows of a table, the heading first: a frame says where columns are; a line of a cell ends at CONTINUED and goes on
 * below, or is its last, with blanks behind it.
 */
function rowsIn(table: string): string[][] {
  const [frame = '', ...lines] = table.trimEnd().split('\n');
  const edges = Array.from(frame).flatMap((char, at) => (/[┌┬┐]/.test(char) ? [at] : []));
  const rows: string[][] = [];
  let goesOn = false;
  for (const line of lines.filter((each) => each.startsWith('│'))) {
    const laid = laidOut(line);
    const cells = edges.slice(1).map((edge, at) => cut(laid, (edges[at] ?? 0) + 1, edge).slice(1));
    const row: string[] = goesOn ? (rows.at(-1) ?? []) : [];
    goesOn = cells.some((cell) => cell.includes(CONTINUED));
    if (row.length === 0) {
      rows.push(row);
    }
    cells.forEach((cell, at) => {
      const [text = '', ...more] = cell.split(CONTINUED);
      row[at] = (row[at] ?? '') + (more.length > 0 ? text : text.replace(/ +$/, ''));
    });
  }
  return rows;
}

/** Any text, with what tables must be careful about in it more often than chance would have it. */
const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom('a', ' ', '中', 'e\u0301', '👨‍👩‍👧', '🇨🇿', '\u0301', '│', CONTINUED, 'ｱ', '한', '각', 'क्षि', '\u200b', '\n'), // prettier-ignore
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 60,
});
const tables = fc
  .integer({ min: 1, max: 4 })
  .chain((width) => fc.array(fc.array(hostile, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 })); // prettier-ignore

describe('tables', () => {
  it('give back every cell, on terminals of any width and in pipes', async () => {
    await fc.assert(
      fc.asyncProperty(
        tables,
        fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
        async ([head = [], ...rows], columns) => {
          const table = await tableOf(head, rows, columns);
          expect(rowsIn(table)).toEqual([head, ...rows].map((row) => row.map(shownCell)));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('show a cell as it is, but for controls, what shows as nothing, and a blank at its end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-composite' }), (text) => {
        fc.pre(!/[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029]| $/u.test(text));
        expect(shownCell(text)).toBe(text.replaceAll(CONTINUED, String.raw`\u21b5`));
      }),
    );
    expect(shownCell('a ')).toBe(String.raw`a\x20`);
  });

  it('have lines of one width, which fits the terminal', async () => {
    await fc.assert(
      fc.asyncProperty(tables, fc.integer({ min: 50, max: 200 }), async ([head = [], ...rows], columns) => {
        const lines = (await tableOf(head, rows, columns)).trimEnd().split('\n');
        const widths = new Set(lines.map(columnsOf));
        expect(widths.size).toBe(1);
        expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
      }), // prettier-ignore
    );
  });

  it('have a line for a row in a pipe, however long it is', async () => {
    const wide = '中'.repeat(1000);
    expect((await tableOf(['a'], [[wide]])).split('\n')[3]).toBe(`│ ${wide} │`);
  });

  it('wrap by columns, not by characters, and mark what goes on below', async () => {
    expect((await tableOf(['name', 'n'], [['中文字符文件名', '1']], 20)).trimEnd().split('\n')).toEqual([
      '┌──────────────┬───┐',
      '│ name         │ n │',
      '├──────────────┼───┤',
      '│ 中文字符文件↵│ 1 │',
      '│ 名           │   │',
      '└──────────────┴───┘',
    ]); // prettier-ignore
  });

  it('keep narrow columns whole, and let wide ones share the rest', async () => {
    const [frame = ''] = (await tableOf(['id', 'a', 'b'], [['1', 'x'.repeat(90), 'y'.repeat(90)]], 60)).split('\n'); // prettier-ignore
    expect(frame.split('┬').map((each) => each.length)).toEqual([5, 26, 27]);
  });

  it('let no name pass for a line that goes on', async () => {
    const table = await tableOf(['a'], [[`x${CONTINUED}`], ['y']]);
    expect(rowsIn(table)).toEqual([['a'], [String.raw`x\u21b5`], ['y']]);
  });

  it('hold little in memory where one cell is huge', async () => {
    const rows = Array.from({ length: 900 }, (_, at) => [at === 5 ? 'x'.repeat(100_000) : 'y']);
    const table = await tableOf(['a'], rows);
    expect(table.length).toBeLessThan(20_000_000);
    expect(table.match(/│ y/g)).toHaveLength(899);
  });
});

describe('columnsOf', () => {
  it.each([
    ['plain text', 'abc', 3],
    ['ideographs', '中文', 4],
    ['full-width letters', 'ＡＢ', 4],
    ['half-width katakana', 'ｱｲ', 2],
    ['a letter with marks', 'e\u0301\u0323', 1],
    ['a mark alone', '\u0301', 0],
    ['a Hangul syllable in parts', '\u1100\u1161\u11a8', 2],
    ['an emoji', '😀', 2],
    ['an emoji sequence', '👨‍👩‍👧', 2],
    ['a flag', '🇨🇿', 2],
    ['a keycap', '1️⃣', 2],
    ['half of a flag', '🇨', 1],
    ['an accented letter', 'ž', 1],
  ])('knows %s', (_what, text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });
});
