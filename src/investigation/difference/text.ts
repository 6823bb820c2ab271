/** Differences as a rule author reads them. */
import { escapeLine, evidenceName, grouped, utcTime } from '../../output/index.js';
import type { Position, Rule } from '../../rules/index.js';
import { shortPlace } from '../why/place.js';
import { counted } from '../words/counted.js';
import { linedUp } from '../words/columns.js';
import { pageOf } from '../words/page.js';
import { countsText, MODE_TITLES, MOVE_REASONS, type DifferenceReport } from './report.js';
import {
  KINDS,
  type Counts,
  type Example,
  type ModeDifference,
  type RuleDifference,
} from './tally.js';

/** Rows of a section. */
const MAX_ROWS = 20;
/** Rules whose examples are shown. */
const MAX_SHOWN = 10;

/** The whole page. */
export function differenceText(report: DifferenceReport): string {
  const sections = [totals(report), ruleSection(report), ...report.modes.flatMap(modeSections)];
  return pageOf(sections);
}

function totals({
  old,
  now,
  oldCount,
  newCount,
  modes,
  evidence,
}: DifferenceReport): readonly string[] {
  const alerts = (of: 'oldCount' | 'newCount'): readonly string[] =>
    modes.map((mode) => grouped(mode[of]));
  return [
    ...linedUp(
      [
        ['', '', 'rules', 'alerts', 'of the first rule'],
        ['old', evidenceName(old), grouped(oldCount), ...alerts('oldCount')],
        ['new', evidenceName(now), grouped(newCount), ...alerts('newCount')],
      ],
      ['left', 'left', 'right', 'right', 'right'],
    ),
    `over ${counted(evidence.length, 'piece')} of evidence`,
  ];
}

function ruleSection({ rules }: DifferenceReport): readonly string[] {
  const { added, removed, renamed } = rules;
  const named = (sign: string, { name, at, isEnabled }: Rule): readonly string[] => [
    sign,
    `"${escapeLine(name)}"${isEnabled ? '' : ' (disabled)'}`,
    shortPlace(at),
  ];
  const rows = [
    ...renamed.map(({ old, now, same }) => [
      '~',
      `"${escapeLine(old.name)}" is "${escapeLine(now.name)}" now (same ${same})`,
      shortPlace(now.at),
    ]),
    ...removed.map((rule) => named('-', rule)),
    ...added.map((rule) => named('+', rule)),
  ];
  return rows.length === 0
    ? []
    : [
        `Rules: ${grouped(added.length)} added, ${grouped(removed.length)} removed, ${grouped(renamed.length)} renamed`,
        ...bounded(rows, ['left', 'left', 'left'], MAX_ROWS * 2),
      ];
}

function modeSections(mode: ModeDifference): readonly (readonly string[])[] {
  const { match, counts, changes, rules, processes, moves } = mode;
  const total = countsText(counts, grouped);
  const what = (['name', 'priority', 'output'] as const).flatMap((key) =>
    changes[key] > 0 ? [`${key} ${grouped(changes[key])}`] : [],
  );
  const heading = `${MODE_TITLES[match]}: ${total}${what.length === 0 ? '' : ` (${what.join(', ')})`}`;
  if (rules.length === 0) {
    return [[heading]];
  }
  const head = ['gained', 'lost', 'changed', '', ''];
  const row = (each: { readonly counts: Counts }, name: string, at?: Position) => [
    ...KINDS.map((kind) => grouped(each.counts[kind])),
    name,
    at === undefined ? '' : shortPlace(at),
  ];
  const sides = ['right', 'right', 'right', 'left', 'left'] as const;
  const byRule = rules.map((rule) => row(rule, `"${escapeLine(rule.name)}"`, rule.at));
  const byProcess = processes.map((each) => row(each, escapeLine(each.name)));
  return [
    [heading, ...bounded([head, ...byRule], sides, MAX_ROWS + 1)],
    ['  by process', ...bounded([head, ...byProcess], sides, MAX_ROWS + 1)],
    moveLines(moves),
    ...(match === 'all' ? [['  examples', ...exampleLines(rules)]] : []),
  ];
}

function moveLines(moves: ModeDifference['moves']): readonly string[] {
  return moves.length === 0
    ? []
    : [
        '  moved from rule to rule',
        ...bounded(
          moves.map(({ from, to, why, count }) => [
            grouped(count),
            `"${escapeLine(from)}" -> "${escapeLine(to)}"`,
            MOVE_REASONS[why],
          ]),
          ['right', 'left', 'left'],
          MAX_ROWS,
        ),
      ];
}

function exampleLines(rules: readonly RuleDifference[]): readonly string[] {
  const lines = rules
    .slice(0, MAX_SHOWN)
    .flatMap(({ name, examples }) => [
      `  "${escapeLine(name)}"`,
      ...KINDS.flatMap((kind) => examples[kind].flatMap((each) => oneExample(kind, each))),
    ]);
  const more = rules.length - MAX_SHOWN;
  return more > 0 ? [...lines, `  and ${counted(more, 'more rule')}; -f json has all`] : lines;
}

function oneExample(kind: string, { event, old, now }: Example): readonly string[] {
  return [
    `    ${kind}: ${evidenceName(event.evidence)} event ${event.number}, ${utcTime(event.time)}: ${escapeLine(event.who)}`,
    ...(old === undefined ? [] : [`      - ${escapeLine(old)}`]),
    ...(now === undefined ? [] : [`      + ${escapeLine(now)}`]),
  ];
}

function bounded(
  rows: readonly (readonly string[])[],
  sides: Parameters<typeof linedUp>[1],
  most: number,
): readonly string[] {
  const more = rows.length - most;
  const lines = linedUp(rows.slice(0, most), sides).map((line) => `  ${line}`);
  return more > 0 ? [...lines, `  and ${grouped(more)} more; -f json has all`] : lines;
}
