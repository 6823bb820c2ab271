/**
 * Differences as Markdown, for a comment on a pull request: a summary line, a table, details folded. Code hosts take 65,536
 * characters; whatever would go beyond is left out with a mark. All that others wrote stands in `<code>`, as entities.
 */
import {
  escapeLine,
  evidenceName,
  grouped,
  markdownTableCode,
  utcTime,
} from '../../output/index.js';
import type { Rule } from '../../rules/index.js';
import { counted } from '../words/counted.js';
import { countsText, MODE_TITLES, MOVE_REASONS, type DifferenceReport } from './report.js';
import { KINDS, type Example, type ModeDifference, type RuleDifference } from './tally.js';

/** Characters of the whole, with room for the last mark. */
const MAX_LENGTH = 65_000;
const MAX_MARK = 200;
/** Rows of a table. */
const MAX_ROWS = 25;

/** The document. */
export function differenceMarkdown(report: DifferenceReport): string {
  const { old, now, modes, evidence } = report;
  const [all] = modes;
  const total = all === undefined ? '' : countsText(all.counts, grouped);
  const document = new BoundedText(MAX_LENGTH - MAX_MARK);
  document.add(
    `**Rules ${markdownTableCode(evidenceName(old))} → ${markdownTableCode(evidenceName(now))}: ${total}** alerts over ${counted(evidence.length, 'piece')} of evidence\n`,
  );
  modes.forEach((mode) => {
    document.add(modeTable(mode));
  });
  ruleDetails(report).forEach((part) => {
    document.add(part);
  });
  for (const rule of all?.rules ?? []) {
    document.add(exampleDetails(rule));
  }
  return document.finished();
}

/** Takes parts while there is room for them. */
class BoundedText {
  #text = '';
  #left = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(part: string): void {
    if (this.#text.length + part.length <= this.#most) {
      this.#text += part;
    } else {
      this.#left += 1;
    }
  }

  finished(): string {
    return this.#left === 0
      ? this.#text
      : `${this.#text}\n_${counted(this.#left, 'part')} left out: \`-f json\` has all._\n`;
  }
}

const named = (name: string): string => markdownTableCode(escapeLine(name));

function modeTable({ match, oldCount, newCount, counts, rules, moves }: ModeDifference): string {
  const rows = rules
    .slice(0, MAX_ROWS)
    .map(
      ({ name, counts: own }) =>
        `| ${named(name)} | ${KINDS.map((kind) => grouped(own[kind])).join(' | ')} |\n`,
    );
  const more = rules.length - rows.length;
  const head = `\n### ${MODE_TITLES[match]}\n\n${grouped(oldCount)} → ${grouped(newCount)} alerts: ${countsText(counts, grouped)}\n`;
  const table =
    rows.length === 0
      ? ''
      : `\n| rule | gained | lost | changed |\n| --- | ---: | ---: | ---: |\n${rows.join('')}`;
  const rest = more > 0 ? `\n_and ${counted(more, 'more rule')}_\n` : '';
  return `${head}${table}${rest}${moveDetails(moves)}`;
}

function moveDetails(moves: ModeDifference['moves']): string {
  const lines = moves
    .slice(0, MAX_ROWS)
    .map(
      ({ from, to, why, count }) =>
        `- ${counted(count, 'event')}: ${named(from)} → ${named(to)}, ${MOVE_REASONS[why]}\n`,
    );
  const more = moves.length - lines.length;
  return lines.length === 0
    ? ''
    : folded(
        'Moved from rule to rule',
        `${lines.join('')}${more > 0 ? `- and ${grouped(more)} more\n` : ''}`,
      );
}

function ruleDetails({ rules }: DifferenceReport): readonly string[] {
  const { added, removed, renamed } = rules;
  const list = (word: string, of: readonly Rule[]): readonly string[] => {
    const lines = of.map(
      ({ name, isEnabled }) => `- ${named(name)}${isEnabled ? '' : ' (disabled)'}\n`,
    );
    return of.length === 0
      ? []
      : [folded(`${counted(of.length, 'rule')} ${word}`, boundedLines(lines))];
  };
  const lines = renamed.map(
    ({ old, now, same }) => `- ${named(old.name)} → ${named(now.name)} (same ${same})\n`,
  );
  return [
    ...list('added', added),
    ...list('removed', removed),
    ...(lines.length === 0
      ? []
      : [folded(`${counted(lines.length, 'rule')} renamed`, boundedLines(lines))]),
  ];
}

/** Lists of rules get a seventh of the whole each. */
function boundedLines(lines: readonly string[]): string {
  let text = '';
  for (const [at, line] of lines.entries()) {
    if (text.length + line.length > MAX_LENGTH / 7) {
      return `${text}- and ${grouped(lines.length - at)} more\n`;
    }
    text += line;
  }
  return text;
}

function exampleDetails({ name, counts, examples }: RuleDifference): string {
  const lines = KINDS.flatMap((kind) => examples[kind].map((each) => oneExample(kind, each)));
  return folded(`${named(name)}: ${countsText(counts, grouped)}`, lines.join(''));
}

function oneExample(kind: string, { event, old, now }: Example): string {
  const { evidence, number, time, who } = event;
  const where = `${evidenceName(evidence)} event ${number}, ${utcTime(time)}: ${escapeLine(who)}`;
  const outputs = [
    ...(old === undefined ? [] : [`  - old: ${named(old)}\n`]),
    ...(now === undefined ? [] : [`  - new: ${named(now)}\n`]),
  ];
  return `- ${kind}: ${markdownTableCode(where)}\n${outputs.join('')}`;
}

function folded(summary: string, body: string): string {
  return `\n<details><summary>${summary}</summary>\n\n${body}\n</details>\n`;
}
