/** Rules for the commands: those of `-r`, or those that ship with the program. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../errors.js';
import { escapeText, say } from '../../output/index.js';
import {
  emptyDefinitions,
  loadingRules,
  readRulesFiles,
  SHIPPED_RULES,
  unpackRuleSet,
  type Buildings,
  type LoadResult,
  type Problem,
  type RulesInput,
} from '../../rules/index.js';
import { inTurns } from '../../steps.js';
import { tell } from '../failure.js';
import { interruption } from '../../interruption.js';

const SHIPPED = fileURLToPath(new URL('../../../rules', import.meta.url));

/** The same rules, loaded when the program was built (deploy/bundle.mjs). */
const PACKED = fileURLToPath(new URL('../../bundle/rules.json', import.meta.url));

/** Paths of rules files as typed, the word for the shipped ones replaced. */
export function rulePaths(paths: readonly string[] | undefined): readonly string[] {
  return paths === undefined || paths.length === 0
    ? [SHIPPED]
    : paths.map((path) => (path === SHIPPED_RULES ? SHIPPED : path));
}

/** How our own files name macros and lists. */
const NAME_KEY = /^- (macro|list): *(\S+)$/gm;

/** Names that the shipped rules define. They are not loaded for that: it is asked in the middle of loading others. */
interface ShippedNames {
  readonly macro: ReadonlySet<string>;
  readonly list: ReadonlySet<string>;
}

let shippedNames: ShippedNames | undefined;

function namesShipped(): ShippedNames {
  if (shippedNames === undefined) {
    const names = { macro: new Set<string>(), list: new Set<string>() };
    for (const { text } of readRulesFiles([SHIPPED])) {
      for (const [, kind, name = ''] of text.matchAll(NAME_KEY)) {
        names[kind === 'macro' ? 'macro' : 'list'].add(name);
      }
    }
    shippedNames = names;
  }
  return shippedNames;
}

/** Whether the shipped rules define a macro. */
export function isShippedMacro(name: string): boolean {
  return namesShipped().macro.has(name);
}

/** Whether a condition has a word that is the name of a shipped list: without the list it would be compared as a text. */
export function mayNameShippedList(condition: string): boolean {
  const { list } = namesShipped();
  return (condition.match(/[A-Za-z]\w*/g) ?? []).some((word) => list.has(word));
}

/** Rules that loaded, with the macros and lists that filters may use. */
export interface LoadedRules {
  readonly ruleSet: NonNullable<LoadResult['ruleSet']>;
  /** Only where they were asked for. */
  readonly definitions: LoadResult['definitions'];
  readonly written?: LoadResult['written'];
}

/** What a command asks of the loading of rules. */
interface LoadRequest {
  /** Whether warnings are left to others. */
  readonly isQuiet?: boolean;
  /** Whether a filter may use macros and lists. */
  readonly needsDefinitions?: boolean;
  /** Whether conditions are kept as they were written. */
  readonly keepsWritten?: boolean;
}

/**
 * Load the rules files and folders at `paths`, in order; `default` stands for those that ship with the program, which are
 * also loaded without any.
 * Warnings are reported (unless `isQuiet`); so are all mistakes but the last, which is thrown.
 *
 * @throws {UserError} with Falco's code of the mistake; {@link interruption}'s reason, where a signal ended it
 */
export async function loadRuleFiles(
  paths: readonly string[] | undefined,
  { isQuiet = false, needsDefinitions = false, keepsWritten = false }: LoadRequest = {},
): Promise<LoadedRules> {
  const inputs = readRulesFiles(rulePaths(paths));
  const packed = needsDefinitions || keepsWritten ? undefined : packedRules(inputs);
  if (packed !== undefined) {
    return { ruleSet: packed, definitions: undefined };
  }
  const { files, omitted, ruleSet, definitions, written } = await inTurns(
    loadingRules(inputs, { isShipped: isShippedMacro, keepsWritten }),
    interruption,
  );
  if (ruleSet === undefined) {
    throw reportedMistake(files, omitted.error);
  }
  if (!isQuiet) {
    tellWarnings(files.flatMap(({ warnings, notices }) => [...warnings, ...notices]));
  }
  return { ruleSet, definitions, written };
}

/** Rules that loaded, with all that explains them. */
export type WrittenRules = LoadedRules & Buildings;

/**
 * Load rules with their conditions as written.
 *
 * @throws {UserError} as {@link loadRuleFiles} does
 */
export async function loadWritten(
  paths: readonly string[] | undefined,
  isQuiet: boolean,
): Promise<WrittenRules> {
  const { ruleSet, written, definitions } = await loadRuleFiles(paths, {
    isQuiet,
    keepsWritten: true,
  });
  if (written === undefined) {
    throw new Error('conditions were not kept as written');
  }
  return { ruleSet, written, definitions: definitions ?? emptyDefinitions() };
}

/** Report all mistakes but the last, which is returned. */
function reportedMistake(files: LoadResult['files'], omittedCount: number): Error {
  const mistakes = files.flatMap(({ errors }) => errors).map(mistake);
  const last = mistakes.pop();
  mistakes.forEach((each) => {
    say(tell(each.story));
  });
  if (omittedCount > 0) {
    say(`${omittedCount} more errors are not shown; the last of those that are:`);
  }
  return last ?? new Error('rules were not loaded, and nobody said why');
}

/** The shipped rules, if those are asked for and the program was built with them; they have no warnings. */
function packedRules(inputs: readonly RulesInput[]): LoadResult['ruleSet'] {
  if (inputs.some(({ path }) => dirname(path) !== SHIPPED)) {
    return undefined;
  }
  try {
    return unpackRuleSet(readFileSync(PACKED, 'utf8'), inputs, SHIPPED);
  } catch {
    return undefined; // there is none, or it is of no use: the files are loaded
  }
}

/** One line a kind of warning; `rules check` reports each. What is merely unused is left to it. */
function tellWarnings(warnings: readonly Problem[]): void {
  const kinds = new Map<string, Problem[]>();
  for (const warning of warnings) {
    kinds.set(warning.code, [...(kinds.get(warning.code) ?? []), warning]);
  }
  for (const [code, [first, ...others]] of kinds) {
    if (first !== undefined && !code.startsWith('LOAD_UNUSED_')) {
      const { at, message } = first;
      const more = others.length === 0 ? '' : `, and ${others.length} more such`;
      const place = escapeText(`${at.file}:${at.line}:${at.column}: ${message}`);
      const word = first.severity === 'notice' ? 'Notice' : 'Warning';
      say(`${word}: ${place} (${code}${more}; "tiercel rules check" lists all)`);
    }
  }
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
