/** The evidence of a hunt: each capture below a folder, and its logs as one piece, as `analyze FOLDER` takes them. */
import { realpathSync, statSync, type BigIntStats } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { UserError } from '../../errors.js';
import type { EvidenceFile, HuntedEvidence } from '../../hunt/index.js';
import { piecesOf, reportOthers, type Piece } from '../evidence/pieces.js';

/** Where the logs of the folder itself stand: they are read as one piece. */
const LOGS = '.';

/**
 * The folder of the evidence, absolute.
 *
 * @throws {UserError} `HUNT_NO_FOLDER`
 */
export function sourceOf(folder: string): string {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UserError({
      code: 'HUNT_NO_FOLDER',
      what: 'Cannot hunt there',
      where: folder,
      why: 'it is not a folder',
      fix: 'name the folder that the captures are in; "tiercel analyze" reads one file',
    });
  }
  return realpathSync(folder);
}

/** List the evidence below `source`; other files are reported once. */
export async function listEvidence(source: string): Promise<readonly HuntedEvidence[]> {
  const found = await piecesOf([source], false);
  reportOthers(found, true);
  const evidence: HuntedEvidence[] = [];
  for (const { path, files } of found.pieces) {
    if (statSync(files[0] ?? path).isDirectory()) {
      continue; // nothing is in the folder
    }
    evidence.push({ path: nameOf(source, path), files: files.map((file) => fileOf(source, file)) });
  }
  if (evidence.length === 0) {
    throw new UserError({
      code: 'HUNT_NO_EVIDENCE',
      what: 'Cannot hunt there',
      where: source,
      why: 'no capture and no audit log is below it',
      fix: 'name the folder that they are in',
    });
  }
  return evidence;
}

const nameOf = (source: string, path: string): string => relative(source, resolve(path)) || LOGS;

function fileOf(source: string, file: string): EvidenceFile {
  const { size, mtimeNs } = statSync(file, { bigint: true });
  return { path: nameOf(source, file), sizeBytes: Number(size), changed: String(mtimeNs) };
}

/** What a file is like now; `undefined` where it cannot be found. */
function lookAt(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined; // a folder on the way may not be entered any more
  }
}

/**
 * A piece of evidence of a hunt, to be replayed; it is called what results call it.
 *
 * @throws {UserError} `HUNT_EVIDENCE_CHANGED` where it is not what was submitted
 */
export async function openHunted(source: string, evidence: HuntedEvidence): Promise<Piece> {
  for (const { path, sizeBytes, changed } of evidence.files) {
    const there = lookAt(join(source, path));
    if (
      there === undefined ||
      Number(there.size) !== sizeBytes ||
      String(there.mtimeNs) !== changed
    ) {
      throw new UserError({
        code: 'HUNT_EVIDENCE_CHANGED',
        what: 'Cannot replay this evidence',
        where: join(source, path),
        why:
          there === undefined
            ? 'it is no longer there'
            : 'it is not the file that was submitted: its size or its time of change differs',
        fix: 'submit the hunt again: the evidence is then listed anew',
      });
    }
  }
  const { pieces } = await piecesOf([join(source, evidence.path)], true);
  const isLogs = evidence.path === LOGS;
  const piece = isLogs ? pieces.find(({ path }) => path === join(source, LOGS)) : pieces[0];
  if (piece === undefined) {
    throw new Error(`no evidence at ${evidence.path}`);
  }
  return { ...piece, path: evidence.path };
}
