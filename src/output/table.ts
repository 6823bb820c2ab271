/**
 * Tables for readers: plain borders (cli-table3), no colour, every cell harmless, and nothing cut. On a terminal columns
 * share its width, and what is longer goes on below, with CONTINUED at the end of each line that is not the last; files
 * and pipes get every row in one line. Columns are as wide as their widest cells, so a table is known when its last row
 * is; long results are tables one below the other, and memory holds one of them.
 */
import Table from 'cli-table3';
import {
  columnsOf,
  padToColumns,
  shortenToColumns,
  widestWord,
  wrapToColumns,
} from './display-width.js';
import { CONTINUED, LineWriter, shownCell, type RowSink } from './lines.js';

/**
 * How a terminal shows what is wider than it is: `wrap` goes on below, `brief` shortens cells with an ellipsis, `wide` lets
 * lines be longer than the terminal, and `fit` wraps, or shows each row as lines where its columns have no room beside each other.
 */
export type TableLayout = 'wrap' | 'brief' | 'wide' | 'fit';

/** Rows of one table, and what they may take: each is as wide as the widest. */
const PAGE_ROWS = 1000;
const PAGE_COLUMNS = 8_000_000;

/** On both sides of a cell; the one behind it gives way to CONTINUED. */
const PADDING = ' ';
const BORDER = '│';
/** How a line between two rows begins; no cell does. */
const BETWEEN = '├';
/** No column gets less than this of a terminal, even if lines become longer than it is wide. */
const MIN_COLUMN = 8;
/** Words of up to this width are kept whole, if the terminal has the room: a time has 30. */
const MAX_WHOLE_WORD = 30;

/** Writes rows as tables, each with the heading. */
export class TableWriter {
  readonly #head: readonly string[];
  readonly #layout: TableLayout;
  #rows: (readonly string[])[] = [];
  #widths: readonly number[];
  /** Widths of the widest words. */
  #needs: readonly number[];
  #hasWritten = false;
  /** Where rows go if they have no room as a table. */
  #lines: LineWriter | undefined;

  constructor(head: readonly string[], layout: TableLayout = 'wrap') {
    this.#head = head.map(shownCell);
    this.#layout = layout;
    this.#widths = this.#head.map(columnsOf);
    this.#needs = this.#head.map(need);
  }

  /** All cells are text. */
  row(sink: RowSink, cells: readonly string[]): void {
    if (this.#lines !== undefined) {
      this.#lines.row(sink, cells);
      return;
    }
    const shown = this.#head.map((_, at) => shownCell(cells[at] ?? ''));
    const widths = this.#widths.map((width, at) => Math.max(width, columnsOf(shown[at] ?? '')));
    if (sum(widths) * (this.#rows.length + 1) > PAGE_COLUMNS && this.#rows.length > 0) {
      this.#write(sink);
      this.row(sink, cells);
      return;
    }
    this.#rows.push(shown);
    this.#widths = widths;
    if (sink.columns !== undefined) {
      this.#needs = this.#needs.map((each, at) => Math.max(each, need(shown[at] ?? '')));
    }
    if (this.#rows.length >= PAGE_ROWS) {
      this.#write(sink);
    }
  }

  /** After the last row; without any, the heading stands alone. */
  end(sink: RowSink): void {
    if (this.#rows.length > 0 || !this.#hasWritten) {
      this.#write(sink);
    }
  }

  #write(sink: RowSink): void {
    const { columns } = sink;
    if (columns !== undefined && this.#layout === 'fit' && !this.#fits(columns)) {
      const lines = new LineWriter(this.#head);
      this.#rows.forEach((row) => {
        lines.shownRow(sink, row);
      });
      this.#lines = lines;
    } else {
      const isWide = columns === undefined || this.#layout === 'wide';
      const widths = isWide ? this.#widths : shareOut(this.#widths, this.#needs, columns);
      const rows = [this.#head, ...this.#rows];
      sink.writeText(`${renderTable(rows, widths, this.#layout === 'brief')}\n`);
    }
    this.#rows = [];
    this.#widths = this.#head.map(columnsOf);
    this.#needs = this.#head.map(need);
    this.#hasWritten = true;
  }

  /** Whether every column has room for its words. Without rows there is nothing to be shown as lines. */
  #fits(columns: number): boolean {
    return this.#rows.length === 0 || sum(this.#needs) <= roomIn(columns, this.#head.length);
  }
}

function need(cell: string): number {
  return widestWord(cell, MAX_WHOLE_WORD);
}

/** What borders leave of a terminal for `count` columns. */
function roomIn(columns: number, count: number): number {
  return columns - count * (BORDER + PADDING + PADDING).length - BORDER.length;
}

/**
 * Widths of columns that together, with borders, take at most `columns`: narrow ones keep theirs, wide ones share the rest, but
 * none gets less than it needs for its words. Where that is impossible, wide ones are equally narrow.
 */
function shareOut(
  widths: readonly number[],
  needs: readonly number[],
  columns: number,
): readonly number[] {
  const room = roomIn(columns, widths.length);
  const least = sum(needs) <= room ? needs : needs.map(() => MIN_COLUMN);
  const shares = (share: number): readonly number[] =>
    widths.map((width, at) => Math.min(width, Math.max(share, least[at] ?? MIN_COLUMN)));
  let [fits, tooMuch] = [0, Math.max(1, ...widths) + 1];
  while (tooMuch - fits > 1) {
    const middle = Math.floor((fits + tooMuch) / 2);
    [fits, tooMuch] = sum(shares(middle)) <= room ? [middle, tooMuch] : [fits, middle];
  }
  return shares(fits);
}

/**
 * cli-table3 draws the table of blanks, and the text is put into it: by its own measure (string-width 4) some characters
 * are wider than they are, and it cuts what does not fit.
 */
function renderTable(
  rows: readonly (readonly string[])[],
  widths: readonly number[],
  isBrief: boolean,
): string {
  const wrapped = rows.map((row) =>
    row.map((cell, at) => {
      const width = widths[at] ?? MIN_COLUMN;
      return linesOfCell(isBrief ? shortenToColumns(cell, width) : cell, width);
    }),
  );
  const blanks = wrapped.map((cells) => cells.map((lines) => '\n'.repeat(lines.length - 1)));
  const [head = [], ...body] = blanks;
  const table = new Table({
    head,
    style: { head: [], border: [] },
    colWidths: widths.map((width) => width + 2 * PADDING.length),
  });
  table.push(...body);
  const texts = wrapped.flatMap(linesOfRow).values();
  const drawn = table.toString().split('\n');
  const heading = drawn.findIndex((line) => line.startsWith(BETWEEN));
  return drawn
    .filter((line, at) => at === heading || !line.startsWith(BETWEEN))
    .map((line) => (line.startsWith(BORDER) ? putInto(line, texts.next().value ?? []) : line))
    .join('\n');
}

/** The lines of a cell, each with what stands behind it. */
function linesOfCell(cell: string, width: number): readonly string[] {
  const lines = wrapToColumns(cell, width);
  return lines.map((line, at) => (at === lines.length - 1 ? line + PADDING : line + CONTINUED));
}

/** What each line of a row has in its columns. */
function linesOfRow(cells: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => cells.map((lines) => lines[line] ?? ''));
}

/** A drawn line of blanks with texts in its columns. */
function putInto(blank: string, texts: readonly string[]): string {
  return blank
    .split(BORDER)
    .map((room, at) => {
      const text = texts[at - 1];
      const width = room.length - PADDING.length;
      return text === undefined ? room : PADDING + padToColumns(text, width);
    })
    .join(BORDER);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
