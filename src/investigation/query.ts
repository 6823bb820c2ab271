/** The work of `query`: one statement, its rows in a format. */
import { escapeText, openOutput } from '../output/index.js';
import { UserError } from '../errors.js';
import {
  ALL_TABLES,
  dumpCase,
  queryCase,
  readCase,
  statementsOf,
  verifyCase,
  VIEWS,
  type SqlValue,
  type Verification,
} from '../store/index.js';
import { refuseEvidence } from './evidence/guard.js';
import { when, type Outcome } from './outcome.js';
import { isQuestion, listOfQuestions, questionNamed, type Asked } from './questions/named.js';
import { printAnswer, type PrintRequest } from './questions/print-answer.js';

/** The words of the command line, as oclif parsed them. */
export interface QueryRequest extends PrintRequest {
  readonly case: string;
  /** A statement, or the name of a question. */
  readonly sql?: string | undefined;
  readonly verify: boolean;
  readonly dump: boolean;
  /** A named question, and its parameters as `NAME=VALUE`. */
  readonly name?: string | undefined;
  readonly arg?: readonly string[] | undefined;
  /** Whether the named questions are listed. */
  readonly list: boolean;
  /** Whether the statements that make the tables and views are printed. */
  readonly schema: boolean;
  /** Whether the SQL of the named question is printed instead of its answer. */
  readonly isSqlShown: boolean;
}

/** Print what the case answers, what became of its seals, or all of it. */
export async function query(words: QueryRequest): Promise<readonly Outcome[]> {
  const request = withName(words);
  refuseSeveral(request);
  refuseEvidence(request.output, [request.case], '--output');
  if (request.verify) {
    return await verify(request);
  }
  if (request.dump) {
    dump(request);
    return [];
  }
  if (request.list) {
    const rows = listOfQuestions();
    await printAnswer(madeAnswer(['name', 'answers', 'parameters'], rows), request);
    return [];
  }
  if (request.name !== undefined) {
    await askNamed(request, questionNamed(request.name, request.arg ?? []));
    return [];
  }
  refuseStray(request);
  if (request.schema) {
    printSchema(request);
    return [];
  }
  const sql = request.sql === '-' ? await textOfStdin() : request.sql;
  await printAnswer(queryCase(request.case, sql ?? CONTENTS), request);
  return [];
}

/** A question may be named without `--name`: no statement is one word. */
function withName(request: QueryRequest): QueryRequest {
  const { sql, name } = request;
  return name === undefined && sql !== undefined && isQuestion(sql)
    ? { ...request, sql: undefined, name: sql }
    : request;
}

/** An answer that no case gave. */
function madeAnswer(
  names: readonly string[],
  rows: readonly (readonly SqlValue[])[],
): Parameters<typeof printAnswer>[0] {
  return {
    columns: names.map((name) => ({ name, isTime: false })),
    rows,
    close: () => undefined,
  };
}

async function askNamed(request: QueryRequest, { sql, parameters, times }: Asked): Promise<void> {
  if (!request.isSqlShown) {
    const answer = queryCase(request.case, sql, parameters);
    const columns = answer.columns.map(({ name, isTime }) => ({
      name,
      isTime: isTime || times.includes(name),
    }));
    await printAnswer({ ...answer, columns }, request);
    return;
  }
  const sink = openOutput(request.output ?? '-', request.force);
  sink.writeText(`${sql}\n`);
  sink.close();
}

/** Print how the case was made, statement by statement. */
function printSchema(request: QueryRequest): void {
  readCase(request.case, (database) => {
    const sink = openOutput(request.output ?? '-', request.force);
    for (const statement of statementsOf(database)) {
      sink.writeText(`${statement.split('\n').map(escapeText).join('\n')};\n`);
    }
    sink.close();
  });
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
    ...(request.schema ? ['--schema'] : []),
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

/** Print the state of each run's seal, and of the case's; a change is a finding. */
async function verify(request: QueryRequest): Promise<readonly Outcome[]> {
  const verification = readCase(request.case, verifyCase);
  const rows = verificationRows(verification);
  await printAnswer(madeAnswer(VERIFICATION_COLUMNS, rows), request);
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
