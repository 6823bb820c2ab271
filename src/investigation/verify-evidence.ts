/** The work of `info --verify`: whether the evidence of a case is still what was analysed. Rows are `query --verify`'s. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { writeJson } from '../alerts/index.js';
import { interruption } from '../interruption.js';
import { escapeText, evidenceName, openStdout } from '../output/index.js';
import { readCase } from '../store/index.js';
import { bytesOfText } from '../units.js';
import { replayEvidence } from './evidence/open.js';
import { piecesOf } from './evidence/pieces.js';
import { unlessAborted } from './evidence/unless-aborted.js';
import { storyOf } from './failure.js';
import { when, type Outcome } from './outcome.js';

/** Evidence as a case has it. */
interface StoredEvidence {
  readonly path: string;
  readonly sha256: string;
  readonly size: bigint;
}

/** What became of it; `detail` says how it changed, or why that is not known. */
interface Check {
  readonly state: 'unchanged' | 'changed' | 'missing' | 'unknown';
  readonly detail: string | undefined;
}

const STDIN = '-';

/** Hash the evidence of each case again, and print what changed; a change is a finding. */
export async function verifyEvidence(
  cases: readonly string[],
  format: 'text' | 'json',
): Promise<readonly Outcome[]> {
  const sink = openStdout();
  let hasChanged = false;
  for (const path of cases) {
    for (const evidence of evidenceOf(path)) {
      const check = await checkOne(evidence);
      hasChanged ||= check.state !== 'unchanged';
      if (format === 'json') {
        sink.writeJson(writeJson({ case: bytesOfText(path), path: bytesOfText(evidence.path), sha256: evidence.sha256, state: check.state, detail: check.detail === undefined ? null : bytesOfText(check.detail) })); // prettier-ignore
      } else {
        const detail = check.detail === undefined ? '' : `: ${escapeText(check.detail)}`;
        sink.writeText(`${evidenceName(evidence.path)} is ${check.state}${detail}\n`);
      }
    }
  }
  sink.close();
  return when(hasChanged, 'findings');
}

function evidenceOf(path: string): readonly StoredEvidence[] {
  const sql = 'SELECT path, sha256, size_bytes AS size FROM evidence ORDER BY evidence_id';
  return readCase(path, (database) => database.prepare(sql).all() as StoredEvidence[]);
}

async function checkOne({ path, sha256, size }: StoredEvidence): Promise<Check> {
  if (path === STDIN) {
    return { state: 'unknown', detail: 'it was read from stdin' };
  }
  try {
    const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
    if (stat === undefined) {
      return { state: 'missing', detail: `nothing is at ${path} now` };
    }
    const found = stat.isDirectory() ? await digestOfFolder(path) : await digestOfFile(path);
    if (found === sha256) {
      return { state: 'unchanged', detail: undefined };
    }
    const sizes = stat.isDirectory() || stat.size === size ? '' : `; it had ${size} bytes, and has ${stat.size}`; // prettier-ignore
    return {
      state: 'changed',
      detail: `its SHA-256 was ${sha256}, and is ${found ?? 'not known'}${sizes}`,
    };
  } catch (error) {
    interruption.throwIfAborted();
    const why = storyOf(error)?.why ?? (error instanceof Error ? error.message : String(error));
    return { state: 'unknown', detail: `it cannot be read: ${why}` };
  }
}

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  const hashing = async (): Promise<string> => {
    for await (const chunk of createReadStream(path, { signal: interruption })) {
      hash.update(chunk as Buffer);
    }
    return hash.digest('hex');
  };
  return unlessAborted(interruption, hashing());
}

/** Logs of a folder are one piece of evidence, whose digest is that of its reader. */
async function digestOfFolder(path: string): Promise<string | undefined> {
  const { pieces } = await piecesOf([path], true);
  const logs = pieces.find((piece) => piece.path === path);
  const nobody = { codes: new Set<number>(), onMoment: () => undefined };
  const result =
    logs === undefined ? undefined : await replayEvidence(logs, { isHashed: true, ...nobody });
  return result?.identity.sha256;
}
