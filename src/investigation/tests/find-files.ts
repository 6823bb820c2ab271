/** Which files `tiercel test` is about: test files in folders, and the captures that a test names. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { UserError } from '../../errors.js';
import { compileGlob, SHIPPED_RULES } from '../../rules/index.js';

const TEST_FILE = /\.test\.ya?ml$/;
const WILDCARD = /[*?]/;
/** Folders that hold what others wrote. */
const SKIPPED = new Set(['node_modules', '.git']);

/** A path as it is shown: relative to the current folder, so that it is the same on every machine. */
export function shownPath(path: string): string {
  const shown = relative(process.cwd(), path) || '.';
  return shown.startsWith('-') ? `./${shown}` : shown; // `-` alone would be stdin
}

/** The same for rules: the word for the shipped ones stays, and a file of that name is distinguished from it. */
export function shownRules(path: string): string {
  const shown = path === SHIPPED_RULES ? path : shownPath(path);
  return path !== SHIPPED_RULES && shown === SHIPPED_RULES ? `./${shown}` : shown;
}

/**
 * The test files among `paths` and in the folders among them, each once, sorted; absolute.
 *
 * @throws {UserError} `NO_SUCH_FILE`, `NO_TEST_FILES`
 */
export function findTestFiles(paths: readonly string[]): string[] {
  const found = paths.flatMap((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) {
      throw new UserError({
        code: 'NO_SUCH_FILE',
        what: 'Cannot find tests',
        where: path,
        why: 'there is no such file or folder',
        fix: 'name a *.test.yaml file, or a folder that holds some',
      });
    }
    return stat.isDirectory() ? testFilesIn(resolve(path)) : [resolve(path)];
  });
  if (found.length === 0) {
    throw new UserError({
      code: 'NO_TEST_FILES',
      what: 'Cannot find tests',
      where: paths.join(', '),
      why: 'no file there ends in .test.yaml',
      fix: 'write a test file; README shows one under "test"',
    });
  }
  return [...new Set(found)].sort(byText);
}

function testFilesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return SKIPPED.has(entry.name) ? [] : testFilesIn(path);
    }
    return TEST_FILE.test(entry.name) ? [path] : [];
  });
}

/**
 * The captures that the paths of a test stand for, each once: a plain path stands for itself, and one with `*`,
 * `?` or (any number of folders) `**` for those that fit, sorted.
 *
 * @throws {UserError} `NO_SUCH_FILE` where there is none.
 */
export function expandCaptures(paths: readonly string[], where: string): string[] {
  return [...new Set(paths.flatMap((path) => expandCapture(path, where)))];
}

function expandCapture(path: string, where: string): string[] {
  const found = existsSync(path) ? [path] : WILDCARD.test(path) ? expand(path) : [];
  if (found.length === 0) {
    throw new UserError({
      code: 'NO_SUCH_FILE',
      what: 'Cannot run a test',
      where,
      why: `there is no capture ${shownPath(path)}`,
      fix: 'paths in a test file are relative to its own folder',
    });
  }
  return found.sort(byText);
}

function expand(path: string): string[] {
  const parent = dirname(path);
  const parents = WILDCARD.test(parent) ? expand(parent) : [parent];
  const folders = parents.filter(
    (folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true,
  );
  if (basename(path) === '**') {
    // what one "**" found, a second one right below would only find again
    return basename(parent) === '**' ? folders : [...new Set(folders.flatMap(foldersBelow))];
  }
  const fits = compileWildcard(basename(path));
  return folders.flatMap((folder) =>
    readdirSync(folder)
      .filter(fits)
      .map((entry) => join(folder, entry)),
  );
}

/** A folder, and all below it; links are not followed. */
function foldersBelow(folder: string): string[] {
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !SKIPPED.has(entry.name))
    .flatMap((entry) => foldersBelow(join(folder, entry.name)));
  return [folder, ...below];
}

/** `*` and `?` alone mean something in names of captures. */
function compileWildcard(pattern: string): (name: string) => boolean {
  return compileGlob(pattern.replace(/[[\\]/g, '\\$&'), false);
}

/** By code units: the same on every machine. */
function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
