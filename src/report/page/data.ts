/** The data in the page, unpacked: tables in columns, read by row number. */
import type { ColumnOf, PackedReport, PackedTable, TableName } from '../tables.js';

/** A table. Rows are numbered from 0; what a row lacks is `undefined`. */
export class Table<T extends TableName> {
  readonly count: number;
  readonly #table: PackedTable;
  readonly #base: number;

  constructor(table: PackedTable, base: number) {
    this.count = table.count;
    this.#table = table;
    this.#base = base;
  }

  text(name: ColumnOf<T, 'text'>, row: number): string | undefined {
    const column = this.#table.columns[String(name)];
    const at = column?.kind === 'text' ? column.at[row] : undefined;
    return column?.kind === 'text' && typeof at === 'number' ? column.words[at] : undefined;
  }

  number(name: ColumnOf<T, 'number'>, row: number): number | undefined {
    const column = this.#table.columns[String(name)];
    return (column?.kind === 'number' ? column.values[row] : undefined) ?? undefined;
  }

  /** Milliseconds since the epoch, to some hundred nanoseconds. */
  time(name: ColumnOf<T, 'time'>, row: number): number | undefined {
    const column = this.#table.columns[String(name)];
    const seconds = column?.kind === 'time' ? column.seconds[row] : undefined;
    return column?.kind === 'time' && typeof seconds === 'number'
      ? (this.#base + seconds) * 1000 + (column.ns[row] ?? 0) / 1e6
      : undefined;
  }

  /** Nanoseconds within the second. */
  nanoseconds(name: ColumnOf<T, 'time'>, row: number): number {
    const column = this.#table.columns[String(name)];
    return column?.kind === 'time' ? (column.ns[row] ?? 0) : 0;
  }

  /** Numbers of all rows. */
  rows(): number[] {
    return Array.from({ length: this.count }, (_, row) => row);
  }
}

/** All that a page shows. */
export interface Data extends Omit<PackedReport, 'tables'> {
  readonly tables: { readonly [T in TableName]: Table<T> };
}

/** Unpack the data that the page holds. */
export async function loadData(base64: string): Promise<Data> {
  const packed = new Blob([bytesOf(base64)]).stream();
  const text = await new Response(packed.pipeThrough(new DecompressionStream('gzip'))).text();
  const report = JSON.parse(text) as PackedReport;
  const tables = Object.fromEntries(
    Object.entries(report.tables).map(([name, table]) => [name, new Table(table, report.base)]),
  ) as unknown as Data['tables'];
  return { ...report, tables };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const modern = Uint8Array as unknown as {
    fromBase64?: (text: string) => Uint8Array<ArrayBuffer>;
  };
  return (
    modern.fromBase64?.(base64) ??
    Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  );
}
