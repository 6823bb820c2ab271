/** The work of `export`: a case for other programs. Each target escapes what is dangerous there. */
import { writeJson } from '../alerts/index.js';
import { UserError } from '../errors.js';
import { nearestName } from '../fields/index.js';
import { openCsv, openOutput, utcTime, type Sink } from '../output/index.js';
import {
  ALL_TABLES,
  copyCase,
  FINDINGS_SQL,
  queryCase,
  readCase,
  timelineSql,
  VIEWS,
} from '../store/index.js';
import { refuseEvidence } from './evidence/guard.js';
import { findingOf, textOf, type ExportRow } from './export/ocsf.js';
import type { Outcome } from './outcome.js';
import { csvOptions } from './words/csv-options.js';
import { sqlJson } from './words/sql-value.js';

export type ExportFormat = 'timesketch' | 'timesketch-csv' | 'ocsf' | 'csv' | 'jsonl' | 'sqlite';

/** The words of the command line, as oclif parsed them. */
export interface ExportRequest {
  readonly case: string;
  readonly format: ExportFormat;
  readonly table?: string | undefined;
  readonly output?: string | undefined;
  readonly force: boolean;
  readonly 'no-header': boolean;
  readonly 'csv-raw': boolean;
}

/** What a format exports: which rows, and each of them as what. */
interface Exporter {
  readonly sqlOf: (request: ExportRequest) => string;
  readonly shape: (row: ExportRow) => ExportRow;
  readonly isCsv: boolean;
}

const EXPORTERS: Readonly<Record<Exclude<ExportFormat, 'sqlite'>, Exporter>> = {
  timesketch: { sqlOf: timelineOf, shape: timesketchRow, isCsv: false },
  'timesketch-csv': { sqlOf: timelineOf, shape: timesketchRow, isCsv: true },
  ocsf: { sqlOf: findingsOf, shape: findingOf, isCsv: false },
  csv: { sqlOf: tableOf, shape: (row) => row, isCsv: true },
  jsonl: { sqlOf: tableOf, shape: (row) => row, isCsv: false },
};

/**
 * Write the case, or a table of it, for another program.
 *
 * @throws {UserError} `CASE_...`, `TABLE_UNKNOWN`, `OUTPUT_...`
 */
export async function exportCase(request: ExportRequest): Promise<readonly Outcome[]> {
  refuseEvidence(request.output, [request.case], '--output');
  refuseTable(request);
  if (request.format === 'sqlite') {
    exportCopy(request);
    return [];
  }
  await exportRows(EXPORTERS[request.format], request);
  return [];
}

async function exportRows(exporter: Exporter, request: ExportRequest): Promise<void> {
  const answer = queryCase(request.case, exporter.sqlOf(request));
  try {
    const sink = openOutput(request.output ?? '-', request.force);
    const write = exporter.isCsv ? await csvWriter(sink, request) : jsonWriter(sink);
    let isFirst = true;
    for (const row of answer.rows) {
      const named = answer.columns.map(({ name }, at) => [name, sqlJson(row[at] ?? null)] as const);
      write(exporter.shape(Object.fromEntries(named)), isFirst);
      isFirst = false;
      if (!sink.isOpen) {
        break;
      }
    }
    if (isFirst && exporter.isCsv) {
      const empty = Object.fromEntries(answer.columns.map(({ name }) => [name, null]));
      write(exporter.shape(empty), true, false);
    }
    sink.close();
  } finally {
    answer.close();
  }
}

type Write = (row: ExportRow, isFirst: boolean, hasCells?: boolean) => void;

function jsonWriter(sink: Sink): Write {
  return (row) => {
    sink.writeJson(writeJson(row));
  };
}

async function csvWriter(sink: Sink, request: ExportRequest): Promise<Write> {
  const csv = await openCsv(csvOptions(request, sink));
  return (row, isFirst, hasCells = true) => {
    if (isFirst && !request['no-header']) {
      sink.writeBytes(csv(Object.keys(row).map((text) => ({ text, isNumeric: false }))));
    }
    if (hasCells) {
      const cells = Object.values(row).map((value) => ({
        text: textOf(value),
        isNumeric: typeof value === 'bigint' || typeof value === 'number',
      }));
      sink.writeBytes(csv(cells));
    }
  };
}

const NS_PER_US = 1000n;

/** `datetime`, `timestamp_desc` and `message`, which Timesketch needs, then microseconds and the rest. */
function timesketchRow({
  time_ns: time,
  timestamp_desc: what,
  message,
  part: _part,
  ...rest
}: ExportRow): ExportRow {
  const nanoseconds = typeof time === 'bigint' ? time : 0n;
  return {
    datetime: utcTime(nanoseconds),
    timestamp_desc: what ?? '',
    message: message ?? '',
    timestamp: nanoseconds / NS_PER_US,
    ...rest,
  };
}

function tablesIn(path: string): ReadonlySet<string> {
  const sql = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')";
  return new Set(readCase(path, (database) => database.prepare(sql).pluck().all() as string[]));
}

function timelineOf(request: ExportRequest): string {
  return timelineSql(tablesIn(request.case));
}

function findingsOf(request: ExportRequest): string {
  tablesIn(request.case); // that it is a case at all
  return FINDINGS_SQL;
}

/** Tables and views of ours alone: the name becomes a part of a question. */
function tableOf({ case: path, table = 'timeline' }: ExportRequest): string {
  const ours = [...ALL_TABLES.map(([name]) => name), ...VIEWS.map(({ name }) => name)];
  const there = tablesIn(path);
  const known = ours.filter((name) => there.has(name));
  if (!known.includes(table)) {
    const nearest = nearestName(table, known);
    throw new UserError({
      code: 'TABLE_UNKNOWN',
      what: 'Cannot export this table',
      where: `--table ${table}`,
      why: 'the case has no table or view of this name',
      fix: nearest === undefined ? `choose one of ${known.join(', ')}` : `did you mean "${nearest}"?`, // prettier-ignore
    });
  }
  return `SELECT * FROM ${table}`;
}

function refuseTable({ format, table }: ExportRequest): void {
  if (table !== undefined && format !== 'csv' && format !== 'jsonl') {
    throw new UserError({
      code: 'TABLE_UNKNOWN',
      what: 'Cannot export one table in this form',
      where: `--table ${table}`,
      why: `${format} has rows of its own`,
      fix: 'leave it out, or choose -f csv or -f jsonl',
    });
  }
}

function exportCopy({ case: path, output, force }: ExportRequest): void {
  if (output === undefined || output === '-') {
    throw new UserError({
      code: 'OUTPUT_UNWRITABLE',
      what: 'Cannot write the copy',
      where: '-f sqlite',
      why: 'a copy of a case is a file',
      fix: 'name one with --output',
    });
  }
  tablesIn(path); // before anything is replaced
  openOutput(output, force).close();
  copyCase(path, output);
}
