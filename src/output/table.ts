/**
 * Tables for readers (cli-table3): plain borders, no colour, every cell one harmless line. A table's columns are
 * as wide as its widest cells, so it is known when its last row is; long results are tables of PAGE_ROWS rows, one
 * below the other, and memory holds one of them.
 */
import Table from 'cli-table3';
import { escapeText } from './escape.js';
import type { Sink } from './sink.js';

/** Rows of one table. */
const PAGE_ROWS = 1000;

/** Wider columns are wrapped, never cut: what is hidden might be what matters. */
const MAX_COLUMN = 100;
const PADDING = 2;
/** How a line between two rows begins; no cell does. */
const BETWEEN = '├';

/** Writes rows as tables, each with the heading. */
export class TableWriter {
  readonly #head: readonly string[];
  #rows: (readonly string[])[] = [];
  #hasWritten = false;

  constructor(head: readonly string[]) {
    this.#head = head;
  }

  /** All cells are text. */
  row(sink: Sink, cells: readonly string[]): void {
    this.#rows.push(cells);
    if (this.#rows.length >= PAGE_ROWS) {
      this.#write(sink);
    }
  }

  /** After the last row; without any, the heading stands alone. */
  end(sink: Sink): void {
    if (this.#rows.length > 0 || !this.#hasWritten) {
      this.#write(sink);
    }
  }

  #write(sink: Sink): void {
    sink.writeText(`${renderTable(this.#head, this.#rows)}\n`);
    this.#rows = [];
    this.#hasWritten = true;
  }
}

function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(escapeText));
  const widths = head.map((name, at) =>
    Math.min(
      MAX_COLUMN,
      cells.reduce((widest, row) => Math.max(widest, row[at]?.length ?? 0), name.length),
    ),
  );
  const table = new Table({
    head: [...head],
    style: { head: [], border: [] },
    colWidths: widths.map((width) => width + PADDING),
    wordWrap: true,
    wrapOnWordBoundary: false,
  });
  table.push(...cells);
  const lines = table.toString().split('\n');
  const heading = lines.findIndex((line) => line.startsWith(BETWEEN));
  return lines.filter((line, at) => at === heading || !line.startsWith(BETWEEN)).join('\n');
}
