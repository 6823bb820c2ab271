/** Which files `tiercel test` is about: test files in folders, and the captures that a test names. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../../errors.js';

const TEST_FILE = /\.test\.ya?ml$/;
const WILDCARD = /[*?]/;

/**
 * The test files among `paths` and in the folders among them, each once, sorted.
 *
 * @throws {UserError} `NO_SUCH_FILE`, `NO_TEST_FILES`
 */
export function findTestFiles(paths: readonly string[]): string[] {
  const found = paths.flatMap((path) => {
    if (!existsSync(path)) {
      throw new UserError({
        code: 'NO_SUCH_FILE',
        what: 'Cannot find tests',
        where: path,
        why: 'there is no such file or folder',
        fix: 'name a *.test.yaml file, or a folder that holds some',
      });
    }
    return statSync(path).isDirectory() ? testFilesIn(path) : [path];
  });
  if (found.length === 0) {
    throw new UserError({
      code: 'NO_TEST_FILES',
      what: 'Cannot find tests',
      where: paths.join(', '),
      why: 'no file there ends in .test.yaml',
      fix: 'write a test file; README shows one under "tiercel test"',
    });
  }
  return [...new Set(found)].sort();
}

function testFilesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return entry.name === 'node_modules' ? [] : testFilesIn(path);
    }
    return TEST_FILE.test(entry.name) ? [path] : [];
  });
}

/**
 * The files that a path with `*` and `?` in its parts stands for, sorted; a file that is there stands for itself.
 *
 * @throws {UserError} `NO_SUCH_FILE` where there is none.
 */
export function expandCapture(path: string, where: string): string[] {
  const found = existsSync(path) ? [path] : WILDCARD.test(path) ? expand(path) : [];
  if (found.length === 0) {
    throw new UserError({
      code: 'NO_SUCH_FILE',
      what: 'Cannot run a test',
      where,
      why: `there is no capture ${path}`,
      fix: 'paths in a test file are relative to its own folder',
    });
  }
  return found.sort();
}

function expand(path: string): string[] {
  const parent = dirname(path);
  const parents = WILDCARD.test(parent) ? expand(parent) : [parent];
  const name = wildcardPattern(basename(path));
  return parents.flatMap((folder) =>
    existsSync(folder) && statSync(folder).isDirectory()
      ? readdirSync(folder)
          .filter((entry) => name.test(entry))
          .map((entry) => join(folder, entry))
      : [],
  );
}

function wildcardPattern(text: string): RegExp {
  const escaped = text.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}
