/**
 * The results of a hunt as tables of DuckDB. It sees the results and nothing else: no other file, no network, no extension, and
 * its settings cannot be changed by a question.
 */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { UserError } from '../errors.js';
import type { Job } from './manifest.js';
import { optionalModule } from './optional.js';
import type { ParquetColumn } from './parquet.js';
import { Results } from './results.js';

/** A table of results. */
export interface HuntTable {
  readonly name: string;
  readonly columns: readonly ParquetColumn[];
}

/** A value of an answer. */
export type HuntValue = string | number | bigint | null;

/** What a question gave. */
export interface HuntAnswer {
  readonly columns: readonly string[];
  /** Some rows at a time. */
  readonly batches: AsyncIterable<readonly (readonly HuntValue[])[]>;
}

/** Keys that are handed to DuckDB at a time. */
const KEYS_AT_ONCE = 10_000;

const loadDuckDb = optionalModule('@duckdb/node-api', () => import('@duckdb/node-api'));

/** A path or another text in SQL. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A list of paths, as DuckDB reads them. */
export function parquetFiles(paths: readonly string[], options = ''): string {
  return `read_parquet([${paths.map(quoted).join(', ')}]${options})`;
}

/** A connection to an empty database that may read and write below `folder`. */
export async function connect(folder: string): Promise<DuckDBConnection> {
  const { DuckDBInstance } = await loadDuckDb();
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const setting of [
    'autoinstall_known_extensions = false',
    'autoload_known_extensions = false',
    `allowed_directories = [${quoted(folder)}]`,
    'enable_external_access = false',
    'lock_configuration = true',
  ]) {
    await connection.run(`SET ${setting}`);
  }
  return connection;
}

/** The results of a hunt's newest revision, open for questions. */
export class ResultsDatabase {
  readonly #connection: DuckDBConnection;
  readonly #root: string;

  private constructor(connection: DuckDBConnection, root: string) {
    this.#connection = connection;
    this.#root = root;
  }

  /**
   * @param root - Folder of the results.
   * @param tables - Those that results of this version have, whether or not any rows were found.
   * @param done - Jobs of the newest revision that are done: others' rows are not seen.
   * @throws {UserError} `HUNT_PACKAGE_MISSING`, `HUNT_DAMAGED`
   */
  static async open(
    root: string,
    tables: readonly HuntTable[],
    done: readonly Job[],
  ): Promise<ResultsDatabase> {
    const database = new ResultsDatabase(await connect(root), root);
    try {
      await database.#makeTables(tables, done);
    } catch (error) {
      database.close();
      throw database.#explained(error);
    }
    return database;
  }

  /**
   * Ask one question; only questions are answered, nothing is changed.
   *
   * @throws {UserError} `HUNT_QUERY_WRONG`, `HUNT_DAMAGED`
   */
  async ask(sql: string): Promise<HuntAnswer> {
    const { StatementType } = await loadDuckDb();
    try {
      const statements = await this.#connection.extractStatements(sql);
      if (statements.count !== 1) {
        throw new Error(`there are ${statements.count} statements in it; one is answered`);
      }
      const statement = await statements.prepare(0);
      if (statement.statementType !== StatementType.SELECT) {
        throw new Error('it is no SELECT; results are only read here');
      }
      const result = await statement.stream();
      const explained = (error: unknown): unknown => this.#explained(error);
      const batches = async function* (): AsyncGenerator<readonly (readonly HuntValue[])[]> {
        try {
          for await (const rows of result.yieldRows()) {
            yield rows.map((row) => row.map(plainValue));
          }
        } catch (error) {
          throw explained(error);
        }
      };
      return { columns: result.columnNames(), batches: batches() };
    } catch (error) {
      throw this.#explained(error);
    }
  }

  /** End the question that is being answered. */
  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    this.#connection.closeSync();
  }

  async #makeTables(tables: readonly HuntTable[], done: readonly Job[]): Promise<void> {
    const results = new Results(this.#root);
    const wanted = new Set(done.map(({ key }) => key));
    const joined = results.joined().filter(({ keys }) => keys.some((key) => wanted.has(key)));
    const isJoined = new Set(joined.flatMap(({ keys }) => keys));
    const hasOthers = [...isJoined].some((key) => !wanted.has(key));
    if (hasOthers) {
      await this.#keepWanted([...wanted]);
    }
    for (const { name, columns } of tables) {
      const files = [
        ...joined
          .filter((each) => each.tables.includes(name))
          .map(({ digest }) => results.layout.joined(name, digest)),
        ...results
          .keysIn(name)
          .filter((key) => wanted.has(key) && !isJoined.has(key))
          .map((key) => results.layout.rows(name, key)),
      ];
      const rows =
        files.length === 0
          ? `SELECT ${columns.map(emptyColumn).join(', ')} WHERE false`
          : `SELECT * FROM ${parquetFiles(files)}${hasOthers ? ' WHERE run_key IN (SELECT run_key FROM wanted_runs)' : ''}`;
      await this.#connection.run(`CREATE VIEW "${name}" AS ${rows}`);
    }
  }

  async #keepWanted(keys: readonly string[]): Promise<void> {
    await this.#connection.run('CREATE TABLE wanted_runs (run_key VARCHAR)');
    for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
      const some = keys.slice(at, at + KEYS_AT_ONCE).map(quoted);
      await this.#connection.run(`INSERT INTO wanted_runs SELECT unnest([${some.join(', ')}])`);
    }
  }

  #explained(error: unknown): unknown {
    if (error instanceof UserError || !(error instanceof Error)) {
      return error;
    }
    const why = error.message.trim().replace(/\s*\n\s*/g, ' ');
    if (/parquet/i.test(why) && /^(?:Invalid Input|IO|Invalid) Error/.test(why)) {
      return new UserError({
        code: 'HUNT_DAMAGED',
        what: 'Cannot read a result of this hunt',
        where: this.#root,
        why,
        fix: 'remove that file, and the file of the same name in runs/; then work on the hunt again',
      });
    }
    return new UserError({
      code: 'HUNT_QUERY_WRONG',
      what: 'Cannot answer this question',
      where: this.#root,
      why,
      fix: 'tables and columns are listed in docs/scale.md',
    });
  }
}

function emptyColumn({ name, isInteger }: ParquetColumn): string {
  return `CAST(NULL AS ${isInteger ? 'BIGINT' : 'VARCHAR'}) AS ${name}`;
}

/** Numbers and text as they are; whatever else DuckDB has, as it prints it. */
function plainValue(value: DuckDBValue): HuntValue {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
      return value;
    default:
      return value === null ? null : String(value);
  }
}
