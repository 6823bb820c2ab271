/** Lists as text, Markdown or JSON: sections of rows with the same columns. */
import { writeJson, type JsonObject } from '../../alerts/index.js';
import { UserError } from '../../errors.js';
import { CATALOGUES, nearestName } from '../../fields/index.js';
import { columnsOf, escapeText, openStdout, padToColumns, say } from '../../output/index.js';
import { bytesOfText } from '../../units.js';

export type ListFormat = 'text' | 'json' | 'markdown';

/** A heading and its rows; every row has a cell for each column. */
export interface Section {
  readonly heading: string;
  readonly doc: string;
  readonly rows: readonly { readonly cells: readonly string[]; readonly json: JsonObject }[];
}

/** Print the sections that have rows. */
export function printListing(
  columns: readonly string[],
  sections: readonly Section[],
  format: ListFormat,
): void {
  const sink = openStdout();
  const shown = sections.filter(({ rows }) => rows.length > 0);
  if (format === 'json') {
    const all = shown.flatMap(({ rows }) => rows.map(({ json }) => json));
    const lines = all.map((row) => `\n  ${writeJson(row)}`);
    sink.writeJson(`[${lines.join(',')}${lines.length === 0 ? '' : '\n'}]`);
  } else {
    const pages = shown.map((section) =>
      format === 'markdown' ? markdown(columns, section) : text(section),
    );
    sink.writeText(pages.join('\n'));
  }
  sink.close();
}

function markdown(columns: readonly string[], { heading, doc, rows }: Section): string {
  const cell = (value: string): string => value.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const lines = rows.map(({ cells }) => `| ${cells.map(cell).join(' | ')} |`);
  return [
    `## ${heading}`,
    '',
    ...(doc === '' ? [] : [doc, '']),
    `| ${columns.join(' | ')} |`,
    `|${columns.map(() => '---').join('|')}|`,
    ...lines,
    '',
  ].join('\n');
}

/** Columns lined up; the last one runs free. */
function text({ heading, doc, rows }: Section): string {
  const count = rows[0]?.cells.length ?? 0;
  const widths = Array.from({ length: count - 1 }, (_, at) =>
    Math.max(...rows.map(({ cells }) => columnsOf(cells[at] ?? ''))),
  );
  const lines = rows.map(({ cells }) =>
    `  ${cells.map((cell, at) => padToColumns(cell, widths[at] ?? 0)).join('  ')}`.trimEnd(),
  );
  return [doc === '' ? heading : `${heading}: ${doc}`, ...lines, ''].join('\n');
}

/** Whether one of `texts` has `word` in it, in any case. */
export function mentions(word: string | undefined, texts: readonly string[]): boolean {
  const wanted = word?.toLowerCase();
  return wanted === undefined || texts.some((each) => each.toLowerCase().includes(wanted));
}

/** Say that nothing of `names` has the word, and which is near. */
export function tellNothing(word: string, names: readonly string[]): void {
  const nearest = nearestName(word, names);
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  say(`Notice: nothing here has "${escapeText(word)}" in it${hint}`);
}

/**
 * Refuse a source that no event can have.
 *
 * @throws {UserError} `SOURCE_UNKNOWN`
 */
export function checkSource(source: string | undefined): void {
  const known = [...new Set(CATALOGUES.flatMap(({ sources }) => sources ?? []))].sort();
  if (source !== undefined && !known.includes(source)) {
    const nearest = nearestName(source, known);
    throw new UserError({
      code: 'SOURCE_UNKNOWN',
      what: 'Cannot list what this source has',
      where: `--source ${source}`,
      why: `the sources are ${known.join(', ')}`,
      fix: nearest === undefined ? 'choose one of them' : `did you mean ${nearest}?`,
    });
  }
}

/** A text of ours as the byte string that JSON is written from. */
export const ours = bytesOfText;
