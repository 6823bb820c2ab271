/** Rows -> what is written into the page: columns, dictionaries, and one compressed text. */
import { gzipSync } from 'node:zlib';
import { UserError } from '../errors.js';
import type { SqlValue } from '../store/index.js';
import type { ReportRows, Rows } from './rows.js';
import {
  REPORT_TABLES,
  type ColumnKind,
  type PackedColumn,
  type PackedReport,
  type PackedTable,
  type Step,
  type TableName,
} from './tables.js';

const NS = 1_000_000_000n;
/** zlib's own default: 9 takes five times as long for 2 % less. */
const LEVEL = 6;

/** All tables, with times that count from `base` seconds. */
export function packTables(rows: ReportRows, base: number): PackedReport['tables'] {
  const packed = (Object.keys(REPORT_TABLES) as TableName[]).map((table) => [
    table,
    packTable(rows[table] as Rows<TableName>, REPORT_TABLES[table], base),
  ]);
  return Object.fromEntries(packed) as PackedReport['tables'];
}

function packTable(
  rows: Rows<TableName>,
  kinds: Readonly<Record<string, ColumnKind>>,
  base: number,
): PackedTable {
  const columns = Object.entries(kinds).flatMap(([name, kind]) =>
    kind === 'apart' ? [] : [[name, PACKERS[kind](rows.column(name), base)]],
  );
  return { count: rows.count, columns: Object.fromEntries(columns) as PackedTable['columns'] };
}

const PACKERS: Readonly<
  Record<Exclude<ColumnKind, 'apart'>, (values: readonly SqlValue[], base: number) => PackedColumn>
> = {
  number: (values) => ({
    kind: 'number',
    steps: stepsOf(values.map((value) => (value === null ? null : Number(value)))),
  }),
  text: packTexts,
  time: (values, base) => ({
    kind: 'time',
    steps: stepsOf(
      values.map((value) => (typeof value === 'bigint' ? Number(floor(value)) - base : null)),
    ),
    ns: values.map((value) => (typeof value === 'bigint' ? Number(value - floor(value) * NS) : 0)),
  }),
};

/** What each is more than the last that is not null, as long as the page gets the same number from it. */
function stepsOf(values: readonly (number | null)[]): readonly Step[] {
  let before = 0;
  return values.map((value) => {
    if (value === null) {
      return null;
    }
    const step = value - before;
    const isExact = before + step === value;
    before = value;
    return isExact ? step : [value];
  });
}

/** Whole seconds, downwards also before 1970. */
function floor(ns: bigint): bigint {
  const seconds = ns / NS;
  return seconds * NS > ns ? seconds - 1n : seconds;
}

function packTexts(values: readonly SqlValue[]): PackedColumn {
  const places = new Map<string, number>();
  const at = values.map((value) => {
    if (typeof value !== 'string') {
      return null;
    }
    const place = places.get(value) ?? places.size;
    places.set(value, place);
    return place;
  });
  return { kind: 'text', words: [...places.keys()], at };
}

/** As base64, which needs no escaping in a page. The same report gives the same text, on one version of Node. */
export function compress(report: PackedReport): string {
  return gzipSync(jsonOf(report), { level: LEVEL }).toString('base64');
}

/** @throws {UserError} `REPORT_TOO_LARGE`: a text of this engine holds half a gigabyte. */
function jsonOf(report: PackedReport): string {
  try {
    return JSON.stringify(report);
  } catch (error) {
    if (error instanceof RangeError) {
      throw new UserError({
        code: 'REPORT_TOO_LARGE',
        what: 'Cannot write the report',
        where: report.title,
        why: 'the case holds more than a page can',
        fix: 'restrict it with --from and --to, or to one --incident',
      });
    }
    throw error;
  }
}

/** Seconds since the epoch that times count from: of the earliest alert or event; 0 where nothing has a time. */
export function baseOf(rows: ReportRows): number {
  const times = [
    ...[...rows.evidence].map((row) => rows.evidence.time('first_event_ns', row)),
    ...[...rows.alerts].slice(0, 1).map((row) => rows.alerts.time('time_ns', row)),
  ].filter((time) => time !== undefined);
  const [first, ...others] = times;
  return first === undefined
    ? 0
    : Number(floor(others.reduce((least, time) => (time < least ? time : least), first)));
}
