/** The data in the page, unpacked: tables in columns, read by row number. */
import type {
  ColumnOf,
  PackedColumn,
  PackedReport,
  PackedTable,
  Step,
  TableName,
} from '../tables.js';
import { AlertTexts } from './alert-texts.js';

/** Columns as they are read: numbers and times (ms since the epoch) with NaN where there is none. */
type Column =
  | { readonly kind: 'number'; readonly values: Float64Array }
  | { readonly kind: 'time'; readonly values: Float64Array; readonly ns: readonly number[] }
  | {
      readonly kind: 'text';
      readonly words: readonly string[];
      readonly at: readonly (number | null)[];
    };

/** A table. Rows are numbered from 0; what a row lacks is `undefined`. */
export class Table<T extends TableName> {
  readonly count: number;
  readonly #columns: Readonly<Record<string, Column>>;

  constructor({ count, columns }: PackedTable, base: number) {
    this.count = count;
    this.#columns = Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [name, unpack(column, base)]),
    );
  }

  text(name: ColumnOf<T, 'text'>, row: number): string | undefined {
    const { words, at } = this.texts(name);
    const place = at[row];
    return typeof place === 'number' ? words[place] : undefined;
  }

  number(name: ColumnOf<T, 'number'>, row: number): number | undefined {
    const value = this.numbers(name)[row];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }

  /** Milliseconds since the epoch, to some hundred nanoseconds. */
  time(name: ColumnOf<T, 'time'>, row: number): number | undefined {
    const value = this.times(name)[row];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }

  /** Nanoseconds within the second. */
  nanoseconds(name: ColumnOf<T, 'time'>, row: number): number {
    const column = this.#columns[String(name)];
    return column?.kind === 'time' ? (column.ns[row] ?? 0) : 0;
  }

  /** A whole column, for those who go through all rows: NaN where a row has none. */
  numbers(name: ColumnOf<T, 'number'>): Float64Array {
    const column = this.#columns[String(name)];
    return column?.kind === 'number' ? column.values : NO_VALUES;
  }

  times(name: ColumnOf<T, 'time'>): Float64Array {
    const column = this.#columns[String(name)];
    return column?.kind === 'time' ? column.values : NO_VALUES;
  }

  /** The distinct texts of a column, and the place among them of each row. */
  texts(name: ColumnOf<T, 'text'>): {
    readonly words: readonly string[];
    readonly at: readonly (number | null)[];
  } {
    const column = this.#columns[String(name)];
    return column?.kind === 'text' ? column : NO_TEXTS;
  }

  /** Numbers of all rows. */
  rows(): number[] {
    return Array.from({ length: this.count }, (_, row) => row);
  }
}

const NO_VALUES = new Float64Array();
const NO_TEXTS = { words: [], at: [] } as const;

function unpack(column: PackedColumn, base: number): Column {
  switch (column.kind) {
    case 'number':
      return { kind: 'number', values: added(column.steps) };
    case 'time': {
      const { ns } = column;
      const values = added(column.steps).map((seconds, row) => (base + seconds) * 1000 + (ns[row] ?? 0) / 1e6); // prettier-ignore
      return { kind: 'time', values, ns };
    }
    case 'text':
      return column;
  }
}

function added(steps: readonly Step[]): Float64Array {
  const values = new Float64Array(steps.length);
  let sum = 0;
  for (let row = 0; row < steps.length; row += 1) {
    const step = steps[row] ?? null;
    sum = typeof step === 'number' ? sum + step : (step?.[0] ?? sum);
    values[row] = step === null ? Number.NaN : sum;
  }
  return values;
}

/** All that a page shows. */
export interface Data extends Omit<PackedReport, 'tables' | 'alertTexts'> {
  readonly tables: { readonly [T in TableName]: Table<T> };
  readonly alertTexts: AlertTexts;
}

/** Unpack the data that the page holds. */
export async function loadData(base64: string): Promise<Data> {
  const packed = new Blob([bytesOf(base64)]).stream();
  const text = await new Response(packed.pipeThrough(new DecompressionStream('gzip'))).text();
  const report = JSON.parse(text) as PackedReport;
  const tables = Object.fromEntries(
    Object.entries(report.tables).map(([name, table]) => [name, new Table(table, report.base)]),
  ) as unknown as Data['tables'];
  const { alerts } = tables;
  const alertTexts = new AlertTexts(report.alertTexts, (row) => {
    const ns = alerts.nanoseconds('time_ns', row);
    const ms = (alerts.time('time_ns', row) ?? 0) - ns / 1e6;
    return { seconds: Math.round(ms / 1000), ns };
  });
  return { ...report, tables, alertTexts };
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
