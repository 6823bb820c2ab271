/**
 * Joins the small files of many jobs: questions to 10,000 files take seconds, to a few joined ones milliseconds. A batch counts
 * once its list is written; until then, and from then on, each row is read once.
 */
import { createHash } from 'node:crypto';
import { chmodSync, renameSync, rmSync } from 'node:fs';
import { connect, parquetFiles, quoted, type HuntTable } from './database.js';
import { COMMIT_TABLE, unfinished, writeWhole } from './layout.js';
import { join } from 'node:path';
import { Results } from './results.js';

/** Jobs that are joined at a time: memory is bounded by their rows. */
const JOBS_OF_BATCH = 2000;

/** How many files became how many. */
export interface Compaction {
  readonly jobs: number;
  readonly batches: number;
}

/** Join what lies by itself in the results at `root`. Fewer than two jobs are left alone. */
export async function compact(root: string, tables: readonly HuntTable[]): Promise<Compaction> {
  const results = new Results(root);
  removeJoined(results, tables);
  const keys = [...results.singleKeys()].sort();
  let batches = 0;
  for (let at = 0; at + 1 < keys.length; at += JOBS_OF_BATCH) {
    await joinBatch(results, tables, keys.slice(at, at + JOBS_OF_BATCH));
    batches += 1;
  }
  return { jobs: batches === 0 ? 0 : keys.length, batches };
}

async function joinBatch(
  results: Results,
  tables: readonly HuntTable[],
  keys: readonly string[],
): Promise<void> {
  const { layout } = results;
  const digest = createHash('sha256').update(keys.join('\n')).digest('hex').slice(0, 16);
  const withRows: string[] = [];
  const connection = await connect(layout.root);
  try {
    for (const { name } of tables) {
      const there = new Set(results.keysIn(name));
      const files = keys.filter((key) => there.has(key)).map((key) => layout.rows(name, key));
      if (files.length > 0) {
        const path = layout.joined(name, digest);
        await connection.run(
          `COPY (SELECT * EXCLUDE (file_row_number) FROM ${parquetFiles(files, ', file_row_number = true')}
             ORDER BY run_key, file_row_number)
           TO ${quoted(unfinished(path))} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`,
        );
        chmodSync(unfinished(path), 0o600);
        renameSync(unfinished(path), path);
        withRows.push(name);
      }
    }
  } finally {
    connection.closeSync();
  }
  const list = { digest, keys, tables: withRows };
  writeWhole(join(layout.compacted, `${digest}.json`), `${JSON.stringify(list)}\n`);
  removeJoined(results, tables);
}

/** Remove single files whose rows are in a joined one: a compaction that was ended early leaves some. */
function removeJoined(results: Results, tables: readonly HuntTable[]): void {
  const isJoined = new Set(results.joined().flatMap(({ keys }) => keys));
  for (const { name } of tables.filter((table) => table.name !== COMMIT_TABLE)) {
    removeRows(results, name, isJoined);
  }
  removeRows(results, COMMIT_TABLE, isJoined);
}

function removeRows(results: Results, table: string, keys: ReadonlySet<string>): void {
  for (const key of results.keysIn(table)) {
    if (keys.has(key)) {
      rmSync(results.layout.rows(table, key), { force: true });
    }
  }
}
