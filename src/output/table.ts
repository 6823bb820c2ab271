/**
 * Tables for readers: plain borders (cli-table3), no colour, every cell harmless, and nothing cut. On a terminal columns
 * share its width, and what is longer goes on below, with CONTINUED at the end of each line that is not the last; files
 * and pipes get every row in one line. Columns are as wide as their widest cells, so a table is known when its last row
 * is; long results are tables one below the other, and memory holds one of them.
 */
import Table from 'cli-table3';
import { columnsOf, padToColumns, wrapToColumns } from './display-width.js';
import { escapeText } from './escape.js';
import type { Sink } from './sink.js';

/** Where tables are written. */
export type TableSink = Pick<Sink, 'writeText' | 'columns'>;

/** Rows of one table, and what they may take: each is as wide as the widest. */
const PAGE_ROWS = 1000;
const PAGE_COLUMNS = 8_000_000;

/** Behind a line of a cell that goes on below. Text that has it is escaped: a name cannot take the row below for itself. */
export const CONTINUED = '↵';
/** On both sides of a cell; the one behind it gives way to CONTINUED. */
const PADDING = ' ';
const BORDER = '│';
/** How a line between two rows begins; no cell does. */
const BETWEEN = '├';
/** No column gets less than this of a terminal, even if lines become longer than it is wide. */
const MIN_COLUMN = 8;

/** Writes rows as tables, each with the heading. */
export class TableWriter {
  readonly #head: readonly string[];
  #rows: (readonly string[])[] = [];
  #widths: readonly number[];
  #hasWritten = false;

  constructor(head: readonly string[]) {
    this.#head = head.map(shownCell);
    this.#widths = this.#head.map(columnsOf);
  }

  /** All cells are text. */
  row(sink: TableSink, cells: readonly string[]): void {
    const shown = this.#head.map((_, at) => shownCell(cells[at] ?? ''));
    const widths = this.#widths.map((width, at) => Math.max(width, columnsOf(shown[at] ?? '')));
    if (sum(widths) * (this.#rows.length + 1) > PAGE_COLUMNS && this.#rows.length > 0) {
      this.#write(sink);
      this.row(sink, cells);
      return;
    }
    this.#rows.push(shown);
    this.#widths = widths;
    if (this.#rows.length >= PAGE_ROWS) {
      this.#write(sink);
    }
  }

  /** After the last row; without any, the heading stands alone. */
  end(sink: TableSink): void {
    if (this.#rows.length > 0 || !this.#hasWritten) {
      this.#write(sink);
    }
  }

  #write(sink: TableSink): void {
    const widths = sink.columns === undefined ? this.#widths : shareOut(this.#widths, sink.columns);
    sink.writeText(`${renderTable([this.#head, ...this.#rows], widths)}\n`);
    this.#rows = [];
    this.#widths = this.#head.map(columnsOf);
    this.#hasWritten = true;
  }
}

/**
 * A cell as it is shown: one harmless line. A blank at its very end would be taken for the room behind it, and is
 * shown as `\x20`.
 */
export function shownCell(text: string): string {
  return escapeText(text).replaceAll(CONTINUED, '\\u21b5').replace(/ $/, '\\x20');
}

/** Widths of columns that together, with borders, take at most `columns`: narrow ones keep theirs, wide ones share the rest. */
function shareOut(widths: readonly number[], columns: number): readonly number[] {
  const borders = widths.length * (BORDER + PADDING + PADDING).length + BORDER.length;
  let left = columns - borders;
  let count = widths.length;
  let share = Infinity;
  for (const width of [...widths].sort((a, b) => a - b)) {
    share = Math.floor(left / count);
    if (width > share) {
      break;
    }
    left -= width;
    count -= 1;
    share = Infinity;
  }
  return widths.map((width) => Math.min(width, Math.max(share, MIN_COLUMN)));
}

/**
 * cli-table3 draws the table of blanks, and the text is put into it: by its own measure (string-width 4) some characters
 * are wider than they are, and it cuts what does not fit.
 */
function renderTable(rows: readonly (readonly string[])[], widths: readonly number[]): string {
  const wrapped = rows.map((row) =>
    row.map((cell, at) => linesOfCell(cell, widths[at] ?? MIN_COLUMN)),
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
