/** Rules files on disk: single files and folders of them. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.js';
import type { Steps } from '../steps.js';
import {
  loadingRules,
  type FileResult,
  type LoadOptions,
  type LoadResult,
  type RulesInput,
} from './load.js';
import type { Problem } from './problem.js';

const STDIN = 0;

/** Stands for the rules that ship with the program wherever rules files are named; a file of that name is `./default`. */
export const SHIPPED_RULES = 'default';

/** Bytes of rules that are read, all files together. Most of them must be items of long lists, see `yaml-documents.ts`. */
const MAX_RULES_BYTES = 24_000_000;

/**
 * Read rules files in order; `-` is stdin, and a folder stands for its `.yaml` and `.yml` files, sorted by name.
 *
 * @throws {UserError} For what cannot be read, and for a folder without rules files.
 */
export function readRulesFiles(
  paths: readonly string[],
): readonly (RulesInput & { sha256: string })[] {
  const files = paths.flatMap(filesAt);
  let left = MAX_RULES_BYTES;
  return [...new Set(files)].map((path) => {
    const bytes = attempt(path, () => readUpTo(path, left));
    left -= bytes.byteLength;
    return {
      path,
      text: bytes.toString('utf8').replace(/^\uFEFF/, ''),
      sha256: createHash('sha256').update(bytes).digest('hex'),
    };
  });
}

/**
 * All bytes of a file, which may be a pipe or a device.
 *
 * @throws {UserError} Where it holds more than `limit` bytes.
 */
function readUpTo(path: string, limit: number): Buffer {
  const file = path === '-' ? STDIN : openSync(path, 'r');
  try {
    const parts: Buffer[] = [];
    let length = 0;
    for (;;) {
      const part = Buffer.allocUnsafe(65_536);
      const count = readSync(file, part);
      length += count;
      if (length > limit) {
        throw tooLarge(path);
      }
      if (count === 0) {
        return Buffer.concat(parts);
      }
      parts.push(part.subarray(0, count));
    }
  } finally {
    if (file !== STDIN) {
      closeSync(file);
    }
  }
}

function tooLarge(path: string): UserError {
  return new UserError({
    code: 'RULES_SIZE',
    what: 'Cannot read rules',
    where: path,
    why: `with this file the rules have more than ${MAX_RULES_BYTES / 1e6} MB, which is all that is read`,
    fix: 'name rules files only, or load fewer at once',
  });
}

function filesAt(path: string): readonly string[] {
  if (path === '-') {
    return [path];
  }
  if (!attempt(path, () => statSync(path)).isDirectory()) {
    return [path];
  }
  const names = attempt(path, () => readdirSync(path))
    .filter((name) => /\.ya?ml$/.test(name))
    .sort();
  if (names.length === 0) {
    throw new UserError({
      code: 'RULES_FILE',
      what: 'Cannot load rules',
      where: path,
      why: 'the folder has no .yaml or .yml file; rules files were expected in it',
      fix: 'name a rules file, or a folder that has some',
    });
  }
  return names.map((name) => join(path, name)).filter((file) => statSync(file).isFile());
}

const REASONS: Readonly<Record<string, readonly [why: string, fix: string]>> = {
  ENOENT: ['there is no such file', 'check the path'],
  EACCES: ['you may not read it', 'change its permissions, or run as somebody who may'],
  EISDIR: ['it is a folder', 'name the files in it'],
};

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UserError) {
      throw error;
    }
    const { code = '', message } = error as NodeJS.ErrnoException;
    const [why, fix] = REASONS[code] ?? [message, 'check the path'];
    throw new UserError({ code: 'RULES_FILE', what: 'Cannot read rules', where: path, why, fix });
  }
}

/**
 * Load rules files in order and in steps, as {@link readRulesFiles} and `loadingRules` do, but report files that cannot be
 * read like any other mistake: `LOAD_ERR_FILE_READ`.
 *
 * @yields {void} Between steps.
 */
export function* checkFiles(
  paths: readonly string[],
  isShipped?: LoadOptions['isShipped'],
): Steps<LoadResult> {
  const inputs: RulesInput[] = [];
  const unread: FileResult[] = [];
  for (const path of paths) {
    try {
      inputs.push(...readRulesFiles([path]));
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      unread.push(unreadable(path, error));
    }
  }
  const result = yield* loadingRules(inputs, { isThorough: true, ...(isShipped && { isShipped }) });
  return unread.length === 0
    ? result
    : {
        ...result,
        files: [...unread, ...result.files],
        ruleSet: undefined,
        definitions: undefined,
      };
}

function unreadable(path: string, { story }: UserError): FileResult {
  const at = { file: path, line: 1, column: 1 };
  const error: Problem = {
    severity: 'error',
    code: 'LOAD_ERR_FILE_READ',
    message: `the file cannot be read: ${story.why}`,
    fix: story.fix ?? 'check the path',
    context: [{ type: 'rules content', name: '', at }],
    at,
    snippet: '',
  };
  return {
    name: path,
    successful: false,
    schemaWarnings: undefined,
    errors: [error],
    warnings: [],
    notices: [],
  };
}
