/**
 * The snapshot of a test on disk. It lies inside the test's folder, and so does what is written: no link
 * leads out of it, and a file that is no snapshot is not written over.
 */
import { lstatSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { UserError } from '../../errors.js';
import { snapshotLines, snapshotText } from '../../expectations/index.js';
import { openOutput } from '../../output/index.js';
import { shownPath } from './find-files.js';

/**
 * The lines of the snapshot at `path` of the test at `test` (both absolute); `undefined` where there is none.
 *
 * @throws {UserError} `SNAPSHOT_WRONG`
 */
export function readSnapshot(path: string, test: string): readonly string[] | undefined {
  const folder = dirname(path);
  const inside = relative(realpathOf(dirname(test), path), realpathOf(folder, path));
  if (inside.split(sep)[0] === '..') {
    throw wrong(path, "a link leads out of the test's folder");
  }
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    return undefined;
  }
  if (!stat.isFile()) {
    throw wrong(path, stat.isSymbolicLink() ? 'it is a link' : 'it is no file');
  }
  const lines = snapshotLines(readFileSync(path, 'utf8'));
  if (lines === undefined) {
    throw wrong(path, 'what is there is no snapshot: each line of one is an alert in JSON');
  }
  return lines;
}

/**
 * Write the snapshot that {@link readSnapshot} read: the old one stays until the new one is whole.
 *
 * @throws {UserError} `OUTPUT_UNWRITABLE`
 */
export function writeSnapshot(path: string, lines: readonly string[]): void {
  const unfinished = `${path}.${process.pid}.new`;
  const sink = openOutput(unfinished, false);
  try {
    sink.writeText(snapshotText(lines));
    sink.close();
    renameSync(unfinished, path); // a link that somebody put there meanwhile is replaced, not followed
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

function realpathOf(folder: string, path: string): string {
  try {
    return realpathSync(folder);
  } catch {
    throw wrong(path, 'its folder is not there');
  }
}

function wrong(path: string, why: string): UserError {
  return new UserError({
    code: 'SNAPSHOT_WRONG',
    what: 'Cannot use the snapshot of a test',
    where: shownPath(path),
    why,
    fix: 'name a file of its own beside the test, or remove what is there',
  });
}
