/** The rows of a case that a report is made of, before they are packed. */
import { readColumns, type SqlValue, type TableColumns } from '../store/index.js';
import { REPORT_TABLES, type ColumnOf, type TableName } from './tables.js';

/** All tables of a report. */
export type ReportRows = { readonly [T in TableName]: Rows<T> };

/** Read them from the case at `path`. */
export function readRows(path: string): ReportRows {
  const asked = Object.fromEntries(
    Object.entries(REPORT_TABLES).map(([table, columns]) => [table, Object.keys(columns)]),
  );
  const read = readColumns(path, asked);
  return Object.fromEntries(
    (Object.keys(REPORT_TABLES) as TableName[]).map((table) => [
      table,
      new Rows(table, read[table] ?? { count: 0, columns: {} }),
    ]),
  ) as unknown as ReportRows;
}

/** A table in columns. Rows are numbered from 0; what a row lacks is `undefined`. */
export class Rows<T extends TableName> {
  readonly count: number;
  readonly table: T;
  readonly #columns: TableColumns['columns'];

  constructor(table: T, { count, columns }: TableColumns) {
    this.table = table;
    this.count = count;
    this.#columns = columns;
  }

  value(column: string, row: number): SqlValue {
    return this.#columns[column]?.[row] ?? null;
  }

  /** The values of all rows. */
  column(name: string): readonly SqlValue[] {
    return this.#columns[name] ?? Array.from({ length: this.count }, () => null);
  }

  text(column: ColumnOf<T, 'text'>, row: number): string | undefined {
    const value = this.value(String(column), row);
    return typeof value === 'string' ? value : undefined;
  }

  number(column: ColumnOf<T, 'number'>, row: number): number | undefined {
    const value = this.value(String(column), row);
    return value === null ? undefined : Number(value);
  }

  time(column: ColumnOf<T, 'time'>, row: number): bigint | undefined {
    const value = this.value(String(column), row);
    return typeof value === 'bigint' ? value : undefined;
  }

  /**
   * Numbers of all rows.
   *
   * @yields {number} From 0.
   */
  *[Symbol.iterator](): Generator<number> {
    for (let row = 0; row < this.count; row += 1) {
      yield row;
    }
  }

  /** The same rows with other values in one column. */
  with(column: ColumnOf<T, 'number'>, value: (row: number) => bigint): Rows<T> {
    const values = [...this].map(value);
    return new Rows(this.table, {
      count: this.count,
      columns: { ...this.#columns, [String(column)]: values },
    });
  }

  /** Only the rows that are `wanted`. */
  where(wanted: (row: number) => boolean): Rows<T> {
    const rows = [...this].filter(wanted);
    const columns = Object.entries(this.#columns).map(([name, values]) => [
      name,
      rows.map((row) => values[row] ?? null),
    ]);
    return new Rows(this.table, {
      count: rows.length,
      columns: Object.fromEntries(columns) as TableColumns['columns'],
    });
  }
}
