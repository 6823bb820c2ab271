/** The work of `query`: one statement, its rows in a format. */
import { writeJson, type JsonValue } from '../../alerts/index.js';
import { openCsv, openOutput, openTable, type Sink } from '../../output/index.js';
import { ALL_TABLES, queryCase, VIEWS, type Answer, type SqlValue } from '../../store/index.js';

import { csvOptions } from './csv-options.js';

/** The words of the command line, as oclif parsed them. */
export interface QueryRequest {
  readonly case: string;
  readonly sql?: string | undefined;
  readonly format: 'table' | 'csv' | 'json';
  readonly 'no-header': boolean;
  readonly 'csv-raw': boolean;
  readonly output?: string | undefined;
  readonly force: boolean;
}

/** Print what the case answers. */
export async function query(request: QueryRequest): Promise<void> {
  const sql = request.sql === '-' ? await textOfStdin() : request.sql;
  const answer = queryCase(request.case, sql ?? CONTENTS);
  try {
    const sink = openOutput(request.output ?? '-', request.force);
    await PRINTERS[request.format](answer, sink, request);
    sink.close();
  } finally {
    answer.close();
  }
}

async function textOfStdin(): Promise<string> {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const piece of process.stdin) {
    text += String(piece);
  }
  return text;
}

/** What there is to ask: names and what they hold, from the program's own tables. */
const CONTENTS = `SELECT column1 AS name, column2 AS kind, column3 AS holds FROM (VALUES ${[
  ...ALL_TABLES.map(([name, { doc }]) => ({ name, doc, kind: 'table' })),
  ...VIEWS.map((view) => ({ ...view, kind: 'view' })),
]
  .map(({ name, kind, doc }) => `(${[name, kind, doc].map(quoted).join(', ')})`)
  .join(', ')})`;

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

type Printer = (answer: Answer, sink: Sink, request: QueryRequest) => Promise<void>;

const PRINTERS: Readonly<Record<QueryRequest['format'], Printer>> = {
  json: printJson,
  csv: printCsv,
  table: printTable,
};

function printJson(answer: Answer, sink: Sink): Promise<void> {
  const names = distinct(answer.columns);
  for (const row of answer.rows) {
    const members = names.map((name, at): [string, JsonValue] => [
      bytes(name),
      jsonOf(row[at] ?? null),
    ]);
    sink.writeJson(writeJson(Object.fromEntries(members)));
    if (!sink.isOpen) {
      break;
    }
  }
  return Promise.resolve();
}

/** A join may give two columns one name, and an object has each name once: `a`, `a_2`. */
function distinct(names: readonly string[]): readonly string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let number = 2; seen.has(free) || (free !== name && taken.has(free)); number += 1) {
      free = `${name}_${number}`;
    }
    seen.add(free);
    return free;
  });
}

async function printCsv(answer: Answer, sink: Sink, request: QueryRequest): Promise<void> {
  const csv = await openCsv(csvOptions(request, sink));
  if (!request['no-header']) {
    sink.writeBytes(csv(answer.columns.map((name) => ({ text: bytes(name), isNumeric: false }))));
  }
  for (const row of answer.rows) {
    sink.writeBytes(
      csv(row.map((value) => ({ text: bytes(textOf(value, '')), isNumeric: isNumber(value) }))),
    );
    if (!sink.isOpen) {
      break;
    }
  }
}

async function printTable(answer: Answer, sink: Sink): Promise<void> {
  const table = await openTable(answer.columns);
  for (const row of answer.rows) {
    table.row(
      sink,
      row.map((value) => textOf(value, '')),
    );
    if (!sink.isOpen) {
      return;
    }
  }
  table.end(sink);
}

function isNumber(value: SqlValue): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

function textOf(value: SqlValue, absent: string): string {
  if (value === null) {
    return absent;
  }
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value);
}

function jsonOf(value: SqlValue): JsonValue {
  if (typeof value === 'string') {
    return bytes(value);
  }
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}

const bytes = (text: string): string => Buffer.from(text, 'utf8').latin1Slice();
