/**
 * Writes rows of one run, by statements that follow from the declaration of their tables. A row that SQLite does not take
 * is lost alone: it is counted, and the rest of the run goes on.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { Diagnostic } from '../diagnostics.js';
import { givenColumns, insertInto, putInto, storable, type Table } from './schema.js';
import { STATEMENTS } from './statements-table.js';
import { TABLES, TABLES_OF_RUNS, type Row, type TableName } from './tables-table.js';

type Change = keyof typeof STATEMENTS;

/** Rows of a table that were lost, and why the first was. */
interface Loss {
  count: number;
  readonly reason: string;
}

/** The rows of one run. */
export class RowWriter {
  /** Whose rows these are. */
  runId: bigint | null = null;
  readonly #database: Database;
  readonly #inserts = new Map<TableName, Statement>();
  readonly #puts = new Map<TableName, Statement>();
  readonly #changes = new Map<Change, Statement>();
  readonly #columns = new Map<TableName, readonly string[]>();
  readonly #lost = new Map<string, Loss>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Add a row; says its number, or `null` if the case cannot take it. */
  insert<Name extends TableName>(name: Name, row: Row<Name>): bigint | null {
    const statement = this.#prepared(this.#inserts, name, insertInto);
    return this.attempt(name, () =>
      BigInt(statement.run(...this.#values(name, row)).lastInsertRowid),
    );
  }

  /** Add a row, or bring the one with the same unique columns up to date. */
  put<Name extends TableName>(name: Name, row: Row<Name>): bigint | null {
    const statement = this.#prepared(this.#puts, name, putInto).pluck();
    return this.attempt(name, () => statement.get(...this.#values(name, row)) as bigint);
  }

  /** Run a statement that changes rows. */
  change(name: Change, ...values: readonly unknown[]): void {
    this.#statement(name).run(...values.map(storable));
  }

  /** The first column of the rows that a statement finds. */
  find(name: Change, ...values: readonly unknown[]): readonly bigint[] {
    return this.#statement(name)
      .pluck()
      .all(...values.map(storable)) as bigint[];
  }

  /** The same, of a column of text. */
  findTexts(name: Change, ...values: readonly unknown[]): readonly string[] {
    return this.#statement(name)
      .pluck()
      .all(...values.map(storable)) as string[];
  }

  /** Remove all rows of a run. */
  removeRun(runId: bigint): void {
    for (const [name] of TABLES_OF_RUNS) {
      this.#database.prepare(`DELETE FROM ${name} WHERE run_id = ?`).run(runId);
    }
    this.#database.prepare('DELETE FROM runs WHERE run_id = ?').run(runId);
  }

  /** Do `work`, which makes a row of `name`; `null`, and counted, if the case cannot take that one row. */
  attempt<T>(name: string, work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      if (!isLossOfRow(error)) {
        throw error;
      }
      const loss = this.#lost.get(name);
      if (loss === undefined) {
        this.#lost.set(name, { count: 1, reason: error.message });
      } else {
        loss.count += 1;
      }
      return null;
    }
  }

  /** What could not be stored, a finding a table. */
  get losses(): readonly Diagnostic[] {
    return [...this.#lost].map(([name, { count, reason }]) => ({
      id: 'store/row-lost',
      detail: `the case could not take ${count} ${count === 1 ? 'row' : 'rows'} of ${name} (${reason})`,
    }));
  }

  #values<Name extends TableName>(name: Name, row: Row<Name>): unknown[] {
    let columns = this.#columns.get(name);
    if (columns === undefined) {
      columns = givenColumns(TABLES[name]);
      this.#columns.set(name, columns);
    }
    const values: Readonly<Record<string, unknown>> = row;
    const list: unknown[] = [];
    for (const column of columns) {
      const value = values[column];
      list.push(column === 'run_id' && value === undefined ? this.runId : storable(value));
    }
    return list;
  }

  #statement(name: Change): Statement {
    let statement = this.#changes.get(name);
    if (statement === undefined) {
      statement = this.#database.prepare(STATEMENTS[name]);
      this.#changes.set(name, statement);
    }
    return statement;
  }

  #prepared(
    known: Map<TableName, Statement>,
    name: TableName,
    sqlOf: (name: string, table: Table) => string,
  ): Statement {
    let statement = known.get(name);
    if (statement === undefined) {
      statement = this.#database.prepare(sqlOf(name, TABLES[name]));
      known.set(name, statement);
    }
    return statement;
  }
}

/** Codes of failures that are a single row's fault, and leave the transaction as it was. */
const ROW_CODES = /^(?:SQLITE_(?:TOOBIG|MISMATCH|RANGE|CONSTRAINT)|ERR_STRING_TOO_LONG$)/;
/** A text beyond what a string of JavaScript or SQLite holds, or JSON that is nested too deep to be written. */
const TOO_BIG = /too big|string length|call stack/;

function isLossOfRow(error: unknown): error is Error {
  if (error instanceof RangeError) {
    return TOO_BIG.test(error.message);
  }
  return error instanceof Error && 'code' in error && ROW_CODES.test(String(error.code));
}
