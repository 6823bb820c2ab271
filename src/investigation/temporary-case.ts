/**
 * Evidence where a case is wanted: it is analysed into a case of its own, which is gone when the work is done. It is a file
 * of mode 0600 in a folder of mode 0700 that nobody else can name beforehand.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QUIET } from './analysis/request.js';
import { analyze } from './analyze.js';
import { refuseUnopenable } from '../output/index.js';
import { refuseEvidence } from './evidence/guard.js';
import type { Outcome } from './outcome.js';

/** What somebody said of the analysis. */
export interface EvidenceRequest {
  /** Where the answer goes: neither onto what was named, nor, without `force`, onto another file. */
  readonly output?: string | undefined;
  readonly force: boolean;
  readonly rules?: readonly string[] | undefined;
  readonly 'allow-damage': boolean;
}

/** A case, and how the analysis went that made it. */
export interface PreparedCase {
  readonly path: string;
  readonly outcomes: readonly Outcome[];
  /** Remove what was made for it. */
  readonly remove: () => void;
}

/** Every SQLite file begins with this. */
const MAGIC = 'SQLite format 3\0';

/** The case at `path`; evidence there is analysed into one. */
export async function prepareCase(path: string, request: EvidenceRequest): Promise<PreparedCase> {
  refuseEvidence(request.output, [path], '--output');
  if (request.output !== undefined) {
    refuseUnopenable(request.output, request.force);
  }
  if (isDatabase(path)) {
    return { path, outcomes: [], remove: () => undefined };
  }
  const folder = mkdtempSync(join(tmpdir(), 'tiercel-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove); // a second signal ends the program at once
  try {
    const store = join(folder, 'case.db');
    const { rules, 'allow-damage': allowsDamage } = request; // its times and formats are of another command
    const words = { evidence: [path], store, rules, 'allow-damage': allowsDamage };
    const outcomes = await analyze({ ...QUIET, ...words });
    return { path: store, outcomes, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function isDatabase(path: string): boolean {
  if (path === '-') {
    return false;
  }
  try {
    const fd = openSync(path, 'r');
    try {
      const begin = Buffer.alloc(MAGIC.length);
      return (
        readSync(fd, begin, 0, begin.length, 0) === begin.length && begin.latin1Slice() === MAGIC
      );
    } finally {
      closeSync(fd);
    }
  } catch {
    return false; // whoever reads it next says why
  }
}
