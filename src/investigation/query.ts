/** The work of `query`: one statement, its rows in a format. */
import { writeJson, type JsonValue } from '../alerts/index.js';
import { openCsv, openOutput, openTable, type Sink } from '../output/index.js';
import { UserError } from '../errors.js';
import {
  ALL_TABLES,
  dumpCase,
  queryCase,
  readCase,
  verifyCase,
  VIEWS,
  type Answer,
  type SqlValue,
  type Verification,
} from '../store/index.js';
import { when, type Outcome } from './outcome.js';
import { listOfQuestions, questionNamed, type Asked } from './questions/named.js';
import { csvOptions } from './words/csv-options.js';

/** The words of the command line, as oclif parsed them. */
export interface QueryRequest {
  readonly case: string;
  readonly sql?: string | undefined;
  readonly format: 'table' | 'csv' | 'json';
  readonly 'no-header': boolean;
  readonly 'csv-raw': boolean;
  readonly output?: string | undefined;
  readonly force: boolean;
  readonly verify: boolean;
  readonly dump: boolean;
  /** A named question, and its parameters as `NAME=VALUE`. */
  readonly name?: string | undefined;
  readonly arg?: readonly string[] | undefined;
  /** Whether the named questions are listed. */
  readonly list: boolean;
  /** Whether the SQL of the named question is printed instead of its answer. */
  readonly isSqlShown: boolean;
}

/** Print what the case answers, what became of its seals, or all of it. */
export async function query(request: QueryRequest): Promise<readonly Outcome[]> {
  refuseSeveral(request);
  if (request.verify) {
    return await verify(request);
  }
  if (request.dump) {
    dump(request);
    return [];
  }
  if (request.list) {
    const rows = listOfQuestions();
    await print({ columns: ['name', 'answers', 'parameters'], rows, close: noop }, request);
    return [];
  }
  if (request.name !== undefined) {
    await askNamed(request, questionNamed(request.name, request.arg ?? []));
    return [];
  }
  refuseStray(request);
  const sql = request.sql === '-' ? await textOfStdin() : request.sql;
  await print(queryCase(request.case, sql ?? CONTENTS), request);
  return [];
}

const noop = (): void => undefined;

async function askNamed(request: QueryRequest, { sql, parameters }: Asked): Promise<void> {
  if (!request.isSqlShown) {
    await print(queryCase(request.case, sql, parameters), request);
    return;
  }
  const sink = openOutput(request.output ?? '-', request.force);
  sink.writeText(`${sql}\n`);
  sink.close();
}

/** Words that only go with a named question. */
function refuseStray({ arg = [], isSqlShown }: QueryRequest): void {
  if (arg.length > 0 || isSqlShown) {
    throw new UserError({
      code: 'QUERY_WRONG',
      what: 'Cannot ask this question',
      where: isSqlShown ? '--sql' : `--arg ${arg[0] ?? ''}`,
      why: 'it goes with a named question, and none is named',
      fix: 'name one with --name; --list shows all of them',
    });
  }
}

function refuseSeveral(request: QueryRequest): void {
  const { sql, name, list: isListed, verify: isVerified, dump: isDumped } = request;
  const asked = [
    ...(sql === undefined ? [] : ['a question']),
    ...(name === undefined ? [] : ['--name']),
    ...(isListed ? ['--list'] : []),
    ...(isVerified ? ['--verify'] : []),
    ...(isDumped ? ['--dump'] : []),
  ];
  if (asked.length > 1) {
    throw new UserError({
      code: 'QUERY_WRONG',
      what: 'Cannot answer several questions at once',
      where: asked.join(', '),
      why: 'each of them prints the whole answer',
      fix: `leave out all but ${asked[0] ?? ''}`,
    });
  }
}

async function print(answer: Answer, request: QueryRequest): Promise<void> {
  try {
    const sink = openOutput(request.output ?? '-', request.force);
    await PRINTERS[request.format](answer, sink, request);
    sink.close();
  } finally {
    answer.close();
  }
}

/** Print the state of each run's seal, and of the case's; a change is a finding. */
async function verify(request: QueryRequest): Promise<readonly Outcome[]> {
  const verification = readCase(request.case, verifyCase);
  const rows = verificationRows(verification);
  await print({ columns: VERIFICATION_COLUMNS, rows, close: noop }, request);
  return when(
    rows.some(([, , , seal]) => seal === 'changed'),
    'findings',
  );
}

const VERIFICATION_COLUMNS = ['run_id', 'evidence', 'status', 'seal', 'finding', 'sha256'] as const;

/** A row for each run and finding; the last one stands for the whole case. */
function verificationRows(checked: Verification): readonly (readonly SqlValue[])[] {
  const whole = checked.sha256 === undefined ? 'unsealed' : 'intact';
  return [
    ...checked.runs.flatMap(({ runId, path, status, seal, findings }) =>
      (findings.length === 0 ? [null] : findings).map((finding) => [
        runId,
        path,
        status,
        seal,
        finding,
        null,
      ]),
    ),
    ...checked.additions.map((name) => [
      null,
      null,
      null,
      'addition',
      `${name} is not tiercel's`,
      null,
    ]),
    ...(checked.findings.length === 0 ? [null] : checked.findings).map((finding) => [
      null,
      'the whole case',
      null,
      finding === null ? whole : 'changed',
      finding,
      checked.sha256 ?? null,
    ]),
  ];
}

/** Print all rows in the canonical form. */
function dump(request: QueryRequest): void {
  readCase(request.case, (database) => {
    const sink = openOutput(request.output ?? '-', request.force);
    for (const line of dumpCase(database)) {
      sink.writeJson(line);
      if (!sink.isOpen) {
        break;
      }
    }
    sink.close();
  });
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
