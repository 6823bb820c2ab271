/** Rules files on disk: single files and folders of them. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.js';
import type { RulesInput } from './load.js';

/**
 * Read rules files in order; a folder stands for its `.yaml` and `.yml` files, sorted by name.
 *
 * @throws UserError for what cannot be read, and for a folder without rules files.
 */
export function readRulesFiles(
  paths: readonly string[],
): readonly (RulesInput & { sha256: string })[] {
  const files = paths.flatMap(filesAt);
  return [...new Set(files)].map((path) => {
    const bytes = attempt(path, () => readFileSync(path));
    return {
      path,
      text: bytes.toString('utf8').replace(/^\uFEFF/, ''),
      sha256: createHash('sha256').update(bytes).digest('hex'),
    };
  });
}

function filesAt(path: string): readonly string[] {
  if (path === '-') {
    return ['/dev/stdin'];
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
    const { code = '', message } = error as NodeJS.ErrnoException;
    const [why, fix] = REASONS[code] ?? [message, 'check the path'];
    throw new UserError({ code: 'RULES_FILE', what: 'Cannot read rules', where: path, why, fix });
  }
}
