/** One piece of evidence of a hunt: it is analysed into a case of its own, whose rows become the results. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../errors.js';
import {
  Layout,
  parquetWriter,
  type HuntOptions,
  type Job,
  type WriteParquet,
} from '../../hunt/index.js';
import { FLAT_TABLES, flatRows, readCase } from '../../store/index.js';
import { analyze } from '../analyze.js';
import { QUIET } from '../analysis/request.js';
import type { LoadedRules } from '../rules/rule-files.js';
import { openHunted } from './evidence-list.js';
import { resultColumns } from './result-tables.js';

/** What all jobs of a hunt share. */
export interface HuntSetup {
  /** Folder of the results. */
  readonly root: string;
  /** Folder of the evidence. */
  readonly source: string;
  /** The rule files, frozen when the hunt was submitted. */
  readonly rules: readonly string[];
  readonly options: HuntOptions;
  /** A folder for what is gone when the work is done. */
  readonly scratch: string;
  /** Names the worker in the results until what it writes is whole. */
  readonly writer: string;
}

/**
 * Replay, and write results; the run's row is written last. Doing it twice writes the same bytes.
 *
 * @throws {UserError} `HUNT_EVIDENCE_CHANGED`, `HUNT_CASE_FULL`
 */
export async function replayOne(
  { root, source, options, scratch, writer }: HuntSetup,
  rules: LoadedRules,
  { key, evidence }: Job,
): Promise<void> {
  const piece = await openHunted(source, evidence);
  const folder = mkdtempSync(join(scratch, 'job-'));
  try {
    const store = join(folder, 'case.db');
    const words = { ...QUIET, ...options, evidence: [evidence.path], store, 'allow-damage': true };
    await analyze(words, { rules, pieces: { pieces: [piece], others: [] } });
    writeResults(await parquetWriter(writer), root, { key, store });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Write the rows of a case; those of its run, which say that the job is done, last. */
function writeResults(
  write: WriteParquet,
  root: string,
  { key, store }: { key: string; store: string },
): void {
  const layout = new Layout(root);
  readCase(store, (database) => {
    refuseUnfinished(root, database);
    for (const table of FLAT_TABLES) {
      const rows = withKey(key, flatRows(database, table));
      write(layout.rows(table.name, key), resultColumns(table), rows);
    }
  });
}

function* withKey(
  key: string,
  rows: ReturnType<typeof flatRows>,
): Generator<readonly (string | bigint | null)[]> {
  for (const row of rows) {
    yield [key, ...row];
  }
}

/** Whether a run was never finished. */
const UNFINISHED =
  "SELECT 1 FROM diagnostics WHERE id IN ('analysis/unfinished', 'analysis/not-begun')";

/** What a full disk left behind is no result. */
function refuseUnfinished(root: string, database: Parameters<typeof flatRows>[0]): void {
  if (database.prepare(UNFINISHED).get() !== undefined) {
    throw new UserError({
      code: 'HUNT_CASE_FULL',
      what: 'Cannot keep what this evidence gave',
      where: root,
      why: 'the temporary case could not be written to its end, as on a full disk',
      fix: 'free space in the folder that TMPDIR names, then "tiercel hunt retry" it',
    });
  }
}
