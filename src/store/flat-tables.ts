/**
 * The tables of a case that holds one run, flat: for collections of many cases, where each row says by itself which evidence it
 * is about. Numbers of rows stay those of the case, so a row is identified by its evidence and its number.
 */
import type { Database } from 'better-sqlite3';
import { ALL_TABLES, TABLES_OF_RUNS } from './tables-table.js';

/** A column of a flat table. Integers are 64 bits wide. */
export interface FlatColumn {
  readonly name: string;
  readonly isInteger: boolean;
  /** Whether its integers are nanoseconds since the epoch. */
  readonly isTime: boolean;
  readonly doc: string;
}

/** A flat table, and how its rows are found. */
export interface FlatTable {
  readonly name: string;
  readonly doc: string;
  readonly columns: readonly FlatColumn[];
  readonly sql: string;
}

/** A column, and what it is in SQL. */
interface Source extends FlatColumn {
  readonly sql: string;
}

const declared = Object.fromEntries(ALL_TABLES);

/** A column of a table of the case, as it is declared there. */
function from(table: string, column: string, name = column): Source {
  const declaration = declared[table]?.columns[column];
  if (declaration === undefined) {
    throw new Error(`no column ${table}.${column}`);
  }
  const { isInteger, isTime = false, doc } = declaration;
  return { name, isInteger, isTime, doc, sql: `${table}.${column}` };
}

const count = (name: string, doc: string, sql: string): Source => ({
  name,
  isInteger: true,
  isTime: false,
  doc,
  sql,
});

/** What every row begins with. */
const OF_EVIDENCE: readonly Source[] = [
  from('evidence', 'sha256', 'evidence_sha256'),
  from('evidence', 'hostname', 'host'),
  from('evidence', 'first_event_ns'),
];

const EVIDENCE = 'JOIN runs USING (run_id) LEFT JOIN evidence USING (evidence_id)';

/** Tables that have a form of their own here: what they say by reference is part of the row. */
const OWN_FORMS: readonly (Pick<FlatTable, 'name' | 'doc'> & {
  readonly columns: readonly Source[];
  readonly from: string;
})[] = [
  {
    name: 'alerts',
    doc: 'What the rules said, with the process and the container.',
    columns: [
      from('alerts', 'alert_id'),
      from('alerts', 'time_ns'),
      from('rules', 'name', 'rule'),
      from('alerts', 'priority'),
      from('rules', 'priority_rank'),
      from('rules', 'source'),
      from('rules', 'tags'),
      from('alerts', 'output'),
      from('alerts', 'fields'),
      from('alerts', 'process_id'),
      from('processes', 'pid'),
      from('processes', 'name', 'process'),
      from('processes', 'cmdline'),
      from('processes', 'exepath'),
      from('processes', 'user'),
      from('containers', 'id', 'container_id'),
      from('containers', 'name', 'container_name'),
      from('containers', 'image'),
      from('containers', 'pod'),
      from('containers', 'namespace'),
      from('alerts', 'event_number'),
      from('alerts', 'byte_offset'),
      from('alerts', 'incident_id'),
      from('alerts', 'near_loss'),
    ],
    from: `alerts ${EVIDENCE} JOIN rules USING (rule_id) LEFT JOIN processes USING (process_id)
      LEFT JOIN containers ON containers.container_key = alerts.container_key`,
  },
  {
    name: 'silent_rules',
    doc: 'Rules that could not fire on a piece of evidence, and why.',
    columns: [
      from('rules', 'name', 'rule'),
      from('rules', 'cannot_fire'),
      from('rules', 'cannot_fire_detail'),
    ],
    from: `rules ${EVIDENCE} WHERE cannot_fire IS NOT NULL`,
  },
  {
    name: 'runs',
    doc: 'Each piece of evidence that was replayed; it is written last, so what has no row here was not finished.',
    columns: [
      from('runs', 'path'),
      from('runs', 'status'),
      from('runs', 'tool_version'),
      from('runs', 'rules_sha256'),
      from('runs', 'options'),
      from('runs', 'alert_count'),
      from('runs', 'size_bytes'),
      from('runs', 'format'),
      from('runs', 'compression'),
      from('evidence', 'last_event_ns'),
      from('evidence', 'record_count'),
      from('evidence', 'event_count'),
      count(
        'drop_count',
        'Spans of time in which the recorder lost events.',
        '(SELECT coalesce(sum(times), 0) FROM drops WHERE drops.run_id = runs.run_id)',
      ),
      count(
        'loss_count',
        'Findings that something was not seen (severity data-loss).',
        "(SELECT count(*) FROM diagnostics WHERE diagnostics.run_id = runs.run_id AND severity = 'data-loss')",
      ),
    ],
    from: 'runs LEFT JOIN evidence USING (evidence_id)',
  },
];

/** Tables that only make sense within a case: seals, what is the same for every run, and events that nobody asked to keep. */
const LEFT_OUT = new Set(['rule_files', 'metadata_files', 'rules', 'seals', 'events']);

function flat(name: string, doc: string, sources: readonly Source[], rest: string): FlatTable {
  const all = [...OF_EVIDENCE, ...sources];
  const columns = all.map(({ sql: _, ...column }) => column);
  return {
    name,
    doc,
    columns,
    sql: `SELECT ${all.map(({ sql, name: as }) => `${sql} AS ${as}`).join(', ')} FROM ${rest}`,
  };
}

/** All flat tables; the runs last. */
export const FLAT_TABLES: readonly FlatTable[] = [
  ...TABLES_OF_RUNS.filter(
    ([name]) => !LEFT_OUT.has(name) && !OWN_FORMS.some((form) => form.name === name),
  ).map(([name, { doc, columns }]) => {
    const own = Object.keys(columns).filter((column) => column !== 'run_id');
    return flat(
      name,
      doc,
      own.map((column) => from(name, column)),
      `${name} ${EVIDENCE} ORDER BY ${name}.rowid`,
    );
  }),
  ...OWN_FORMS.map(({ name, doc, columns, from: rest }) => flat(name, doc, columns, rest)),
];

/**
 * The rows of a flat table, as lists of values in the order of its columns.
 *
 * @param database - A case with one run.
 */
export function flatRows(
  database: Database,
  table: FlatTable,
): Iterable<readonly (string | bigint | null)[]> {
  return database.prepare(table.sql).raw().iterate() as Iterable<
    readonly (string | bigint | null)[]
  >;
}
