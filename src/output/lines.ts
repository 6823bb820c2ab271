/**
 * Rows as lines `name: value`, a blank line between rows: for rows that have no room as a table. On a terminal, values that
 * are longer than it is wide go on below, under their begin; files and pipes get each value in one line.
 */
import { columnsOf, shortenToColumns, wrapToColumns } from './display-width.js';
import { escapeText } from './escape.js';
import type { Sink } from './sink.js';

/** Where rows are written. */
export type RowSink = Pick<Sink, 'writeText' | 'columns'>;

/** Behind a line of a cell that goes on below. Text that has it is escaped: a name cannot take the row below for itself. */
export const CONTINUED = '↵';
/** No value gets less than this of a terminal, even if lines become longer than it is wide. */
const MIN_VALUE = 20;

/**
 * A cell as it is shown: one harmless line. A blank at its very end would be taken for the room behind it, and is
 * shown as `\x20`.
 */
export function shownCell(text: string): string {
  return escapeText(text).replaceAll(CONTINUED, '\\u21b5').replace(/ $/, '\\x20');
}

/** Writes rows as lines. */
export class LineWriter {
  readonly #labels: readonly string[];
  readonly #layout: 'wrap' | 'brief' | 'wide';
  readonly #indent: string;
  #hasWritten = false;

  /** `layout` says what becomes of values that are longer than a terminal is wide. */
  constructor(head: readonly string[], layout: 'wrap' | 'brief' | 'wide' = 'wrap') {
    const names = head.map(shownCell);
    const width = Math.max(0, ...names.map(columnsOf));
    this.#labels = names.map((name) => `${' '.repeat(width - columnsOf(name))}${name}: `);
    this.#layout = layout;
    this.#indent = ' '.repeat(width + ': '.length);
  }

  row(sink: RowSink, cells: readonly string[]): void {
    this.shownRow(sink, cells.map(shownCell));
  }

  /** The same of cells that are harmless already. */
  shownRow(sink: RowSink, cells: readonly string[]): void {
    const lines = this.#labels.map((label, at) => {
      const value = this.#value(cells[at] ?? '', sink);
      return value === '' ? label.trimEnd() : label + value;
    });
    sink.writeText(`${this.#hasWritten ? '\n' : ''}${lines.join('\n')}\n`);
    this.#hasWritten = true;
  }

  /** After the last row. */
  end(): void {
    // every row is written when it comes
  }

  #value(cell: string, { columns }: RowSink): string {
    if (columns === undefined || this.#layout === 'wide') {
      return cell;
    }
    const width = Math.max(MIN_VALUE, columns - this.#indent.length - CONTINUED.length);
    if (this.#layout === 'brief') {
      return shortenToColumns(cell, width + CONTINUED.length);
    }
    return wrapToColumns(cell, width).join(`${CONTINUED}\n${this.#indent}`);
  }
}
