/** The work of `rules check`. */
import { escapeText, openStdout, sarifText, type SarifFinding } from '../output/index.js';
import {
  checkFiles,
  CODE_MEANINGS,
  loadResultsJson,
  type FileResult,
  type LoadResult,
  type Problem,
} from '../rules/index.js';
import { counted } from './words/counted.js';
import { inTurns } from '../steps.js';
import type { Outcome } from './outcome.js';
import { interruption } from '../interruption.js';
import { isShippedMacro, rulePaths } from './rules/rule-files.js';

/** Print what is wrong with rules files. */
export async function checkRules(
  paths: readonly string[],
  format: 'text' | 'json' | 'sarif',
): Promise<readonly Outcome[]> {
  const result = await inTurns(checkFiles(rulePaths(paths), isShippedMacro), interruption);
  const { files } = result;
  const sink = openStdout();
  if (format === 'json') {
    sink.writeJson(JSON.stringify(loadResultsJson(result), undefined, 2));
  } else if (format === 'sarif') {
    sink.writeJson(sarifOf(result));
  } else {
    sink.writeText(files.map(fileText).join('\n') + omittedText(result.omitted));
  }
  sink.close();
  return files.every(({ successful }) => successful) ? [] : ['mistake'];
}

const LEVELS = { error: 'error', warning: 'warning', notice: 'note' } as const;

/** Every problem at its place, the items that it is in and what to do in its text. */
function sarifOf({ files, omitted }: LoadResult): string {
  const findings = files.flatMap(({ errors, warnings, notices }) =>
    [...errors, ...warnings, ...notices].map(
      ({ code, severity, message, fix, context, at }): SarifFinding => {
        const items = itemsText(context);
        const text = `${items === '' ? '' : `${items}: `}${message}. Try this: ${fix}`;
        return { ruleId: code, level: LEVELS[severity], text, ...at };
      },
    ),
  );
  const more = omittedText(omitted).trim();
  const rules = Object.entries(CODE_MEANINGS).map(([id, doc]) => ({ id, doc }));
  return sarifText({ rules, findings, notices: more === '' ? [] : [more] });
}

function fileText({ name, errors, warnings, notices }: FileResult): string {
  const parts = [
    unlessNone(errors.length, 'error'),
    unlessNone(warnings.length, 'warning'),
    unlessNone(notices.length, 'notice'),
  ];
  const found = parts.filter((part) => part !== undefined).join(', ');
  const problems = [...errors, ...warnings, ...notices].map(problemText);
  return [`${escapeText(name)}: ${found === '' ? 'fine' : found}\n`, ...problems].join('\n');
}

function unlessNone(count: number, word: string): string | undefined {
  return count === 0 ? undefined : counted(count, word);
}

/** One line, where there was too much to report. */
function omittedText(omitted: LoadResult['omitted']): string {
  const parts = Object.entries(omitted).flatMap(
    ([word, count]) => unlessNone(count, `more ${word}`) ?? [],
  );
  return parts.length === 0 ? '' : `\nNot shown: ${parts.join(', ')}\n`;
}

/** Place, code and item; the line with the place underlined; what is wrong; what to do. */
function problemText({ severity, code, message, fix, context, at, snippet }: Problem): string {
  const items = itemsText(context);
  const owner = items === '' ? '' : `, ${items}`;
  const lines = [
    `${at.file}:${at.line}:${at.column}: ${severity} ${code}${owner}`,
    ...(snippet === ''
      ? []
      : snippet
          .trimEnd()
          .split('\n')
          .map((line) => `    ${line}`)),
    `  ${message}`,
    `  Try this: ${fix}`,
  ];
  return `${lines.map(escapeKeepingTabs).join('\n')}\n`;
}

/** The named items that the place is in: `rule "R", exception "E"`. */
function itemsText(context: Problem['context']): string {
  const named = context.filter(({ name, type }) => name !== '' && type !== 'value for');
  return named.map(({ type, name }) => `${type} "${name}"`).join(', ');
}

/** Tabs stay: the mark under a line is lined up with them. */
function escapeKeepingTabs(line: string): string {
  return line.split('\t').map(escapeText).join('\t');
}
