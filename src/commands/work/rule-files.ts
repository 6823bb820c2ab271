/** Rules for the commands: those of `-r`, or those that ship with the program. */
import { fileURLToPath } from 'node:url';
import { UserError } from '../../errors.js';
import { say } from '../../output/index.js';
import { loadRules, readRulesFiles, type LoadResult, type Problem } from '../../rules/index.js';
import { tell } from '../failure.js';

const SHIPPED = fileURLToPath(new URL('../../../rules', import.meta.url));

/** Rules that loaded, with the macros and lists that filters may use. */
export interface LoadedRules {
  readonly ruleSet: NonNullable<LoadResult['ruleSet']>;
  readonly definitions: LoadResult['definitions'];
}

/**
 * Load the rules files and folders at `paths`, in order; without any, those that ship with the program.
 * Warnings are told; of mistakes all are told, and the last is thrown.
 *
 * @throws UserError with Falco's code of the mistake
 */
export function loadRuleFiles(paths: readonly string[] | undefined): LoadedRules {
  const inputs = readRulesFiles(paths === undefined || paths.length === 0 ? [SHIPPED] : paths);
  const { files, ruleSet, definitions } = loadRules(inputs);
  const mistakes = files.flatMap(({ errors }) => errors).map(mistake);
  const last = mistakes.pop();
  if (last !== undefined || ruleSet === undefined) {
    mistakes.forEach((each) => {
      say(tell(each.story));
    });
    throw last ?? new Error('rules were not loaded, and nobody said why');
  }
  for (const warning of files.flatMap(({ warnings }) => warnings)) {
    say(warningLine(warning));
  }
  return { ruleSet, definitions };
}

function mistake({ code, message, fix, at, snippet }: Problem): UserError {
  const shown = snippet.trimEnd();
  return new UserError({
    code,
    what: 'Cannot load the rules',
    where: `${at.file}:${at.line}:${at.column}`,
    why: shown === '' ? message : `${message}\n${shown}`,
    fix,
  });
}

/** Warnings that nobody can act on while replaying are left to `rules check`. */
function warningLine({ code, message, at }: Problem): string {
  return `Warning: ${at.file}:${at.line}:${at.column}: ${message} (${code})`;
}
