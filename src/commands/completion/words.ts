/**
 * What may stand on a command line, for the shells to complete: from oclif's manifest of the commands. What a word is shows in how it is
 * written there: `<file>` and `<case.db>` are files, `<glob>` is free text.
 */
import type { Command } from '@oclif/core';

/** A word that somebody types: one of some words, a path, or anything else. */
export type Value = readonly string[] | 'file' | 'text';

/** A flag as it is typed. */
export interface Option {
  readonly long: string;
  readonly short: string | undefined;
  readonly summary: string;
  /** `undefined`: it stands alone. */
  readonly value: Value | undefined;
  readonly isRepeatable: boolean;
}

/** A command, by the words that call it. */
export interface Completable {
  readonly words: readonly string[];
  readonly summary: string;
  readonly options: readonly Option[];
  readonly positions: readonly Value[];
  /** What follows the last position; `undefined`: nothing. */
  readonly rest: Value | undefined;
}

/** Positions that are paths, by their names in the usage. */
const PATHS = new Set(['evidence', 'case', 'file', 'path', 'old', 'new']);
const FILE_VALUE = /^<(?:file|path|.*\.\w+)>$/;
/** Every command has it, though oclif does not list it. */
const HELP: Option = {
  long: 'help',
  short: 'h',
  summary: 'show what the command takes',
  value: undefined,
  isRepeatable: false,
};

/** The commands in the order of their words. */
export function completables(commands: readonly Command.Loadable[]): readonly Completable[] {
  return commands
    .map((command) => ({
      words: command.id.split(':'),
      summary: command.summary ?? '',
      options: [...Object.values(command.flags).map(optionOf), HELP],
      positions: Object.values(command.args).map(
        ({ name, options }): Value => options ?? (PATHS.has(name) ? 'file' : 'text'),
      ),
      rest: command.strict === false ? ('file' as const) : undefined,
    }))
    .sort((a, b) => (a.words.join(' ') < b.words.join(' ') ? -1 : 1));
}

function optionOf(flag: Command.Flag.Cached): Option {
  const isAlone = flag.type === 'boolean';
  return {
    long: flag.name,
    short: flag.char,
    summary: flag.summary ?? flag.description ?? '',
    value: isAlone ? undefined : (flag.options ?? (isFile(flag) ? 'file' : 'text')),
    isRepeatable: !isAlone && flag.multiple === true,
  };
}

function isFile({ helpValue }: Command.Flag.Cached & { helpValue?: unknown }): boolean {
  return typeof helpValue === 'string' && FILE_VALUE.test(helpValue);
}

/** First words of commands, and what they are: a command, or a topic with commands of its own. */
export function firstWords(
  commands: readonly Completable[],
): ReadonlyMap<string, readonly Completable[]> {
  const first = new Map<string, Completable[]>();
  for (const command of commands) {
    const word = command.words[0] ?? '';
    first.set(word, [...(first.get(word) ?? []), command]);
  }
  return first;
}

/** Whether commands stand below this first word. */
export function isTopic(commands: readonly Completable[]): boolean {
  return commands.some(({ words }) => words.length > 1);
}
