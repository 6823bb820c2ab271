/**
 * An explanation as a person reads it, top to bottom: the verdict, the funnel, what is known, and the nearest misses. What others
 * wrote is made safe to show; columns of numbers are lined up.
 */
import { escapeLine, escapeText, evidenceName, grouped, utcTime } from '../../output/index.js';
import type { Position, Sides } from '../../rules/index.js';
import { linedUp } from '../words/columns.js';
import {
  MAX_OPENED,
  type Explanation,
  type ShownMainPart,
  type ShownMiss,
  type ShownNode,
  type ShownWrong,
} from './explanation.js';
import { counted } from '../words/counted.js';
import { pageOf } from '../words/page.js';
import { shortPlace } from './place.js';
import type { Sight } from './sight.js';

/** A value that was seen is shown this long. */
const MAX_VALUE = 80;
/** Types of the domain that are named. */
const MAX_TYPES = 4;
/** Nodes of a tree that are printed. */
export const MAX_TREE = 5000;
/** Parts of a funnel that are printed, besides the one that decides. */
const MAX_PARTS = 40;

/** Reasons that stand in front of the funnels. */
const MAX_IN_VERDICT = 3;

/** The whole page. */
export function explanationText(explanation: Explanation): string {
  const sections = [
    verdictLines(explanation),
    ...funnelSections(explanation),
    reasonLines(explanation),
    missLines(explanation),
    ...(explanation.tree === undefined
      ? []
      : [treeLines(explanation.tree, explanation.domainCount)]),
  ];
  return pageOf(sections);
}

function verdictLines(explanation: Explanation): readonly string[] {
  const { rule, at, verdict, fired, holdCount, evidence } = explanation;
  const name = rule === '--condition' ? 'The condition' : `"${escapeText(rule)}"`;
  const many = evidence.length > 1 ? ` in ${counted(evidence.length, 'piece')} of evidence` : '';
  const [cause, ...others] = explanation.reasons.slice(0, MAX_IN_VERDICT);
  const because = cause === undefined ? '' : `: ${cause.text}`;
  const place = [
    ...others.map((reason) => `  also: ${reasonText(reason)}`),
    ...(at === undefined ? [] : [`  ${placeText(at)}`]),
  ];
  switch (verdict) {
    case 'fired': {
      const times = fired as NonNullable<typeof fired>;
      const span =
        times.count === 1
          ? `at ${sightText(times.first, evidence)}`
          : `first at ${sightText(times.first, evidence)}, last at ${sightText(times.last, evidence)}`;
      return [
        `${name} fired ${counted(times.count, 'time')}${many}`,
        `  ${span}`,
        ...(at === undefined ? [] : [`  ${placeText(at)}`]),
      ];
    }
    case 'shadowed':
      return [`${name} never fired${many}${because}`, ...place];
    case 'not-run': {
      const would =
        holdCount === 0
          ? 'it would not have fired'
          : `it would have fired ${counted(holdCount, 'time')}`;
      return [`${name} does not run${because}`, `  if it ran, ${would}${many}`, ...place];
    }
    case 'never':
      return [`${name} never fired${many}${because}`, ...place];
  }
}

function sightText({ number, time, evidence: path }: Sight, evidence: readonly string[]): string {
  const where = evidence.length > 1 ? `${evidenceName(path)} ` : '';
  return `${where}event ${number}, ${utcTime(time)}`;
}

function placeText({ file, line, column }: Position): string {
  return `${evidenceName(file)}:${line}:${column}`;
}

/** Cells of a row: what it is, two numbers, and where it was written. */
type Row = readonly [name: string, left: string, alone: string, place: string];
const SIDES = ['left', 'right', 'right', 'left'] as const;

function funnelSections(explanation: Explanation): readonly (readonly string[])[] {
  const { eventCount, domainCount, domainTypes, funnels, source } = explanation;
  const types = domainTypes
    .slice(0, MAX_TYPES)
    .map(({ name, count }) => `${escapeLine(name)} ${grouped(count)}`);
  const others = domainTypes.length > MAX_TYPES ? ', ...' : '';
  const head: readonly Row[] = [
    ['', 'left', 'alone', ''],
    [`  events of source ${escapeText(source)}`, grouped(eventCount), '', ''],
    ['  of types that it can be true at', grouped(domainCount), '', `${types.join(', ')}${others}`],
  ];
  return funnels.map((parts, at) => {
    const rows = [...(at === 0 ? head : []), ...partRows(parts)];
    const way = funnels.length > 1 ? [`either way ${at + 1} of ${funnels.length}`] : [];
    return [...way, ...linedUp(rows, SIDES)];
  });
}

function partRows(parts: readonly ShownMainPart[]): readonly Row[] {
  const shown = parts.filter(({ isDeciding }, at) => at < MAX_PARTS || isDeciding);
  const rows = shown.flatMap((part): readonly Row[] => {
    const { text, left, alone, at, isDeciding, opened } = part;
    const mark = isDeciding ? '> ' : '  ';
    const own: Row = [`${mark}${escapeText(text)}`, grouped(left), grouped(alone), shortPlace(at)];
    const operands = opened
      .slice(0, MAX_OPENED)
      .map((each): Row => [
        `      ${escapeText(each.text)}`,
        grouped(each.left),
        '',
        shortPlace(each.at),
      ]);
    const more = opened.length - operands.length;
    return [
      own,
      ...operands,
      ...(more > 0 ? [[`      and ${more} more`, '', '', ''] as const] : []),
    ];
  });
  const hidden = parts.length - shown.length;
  return hidden > 0 ? [...rows, [`  and ${grouped(hidden)} more parts`, '', '', '']] : rows;
}

/** The first ones are part of the verdict where the rule did not fire: a funnel may be long. */
function reasonLines({ reasons, verdict }: Explanation): readonly string[] {
  const others = verdict === 'fired' ? reasons : reasons.slice(MAX_IN_VERDICT);
  return others.length === 0
    ? []
    : ['Also known', ...others.map((reason) => `  ${reasonText(reason)}`)];
}

function reasonText({ text, at }: Explanation['reasons'][number]): string {
  return at === undefined ? text : `${text} (${shortPlace(at)})`;
}

function missLines({ misses, evidence }: Explanation): readonly string[] {
  return misses.length === 0
    ? []
    : ['Nearest misses', ...misses.flatMap((miss) => oneMiss(miss, evidence))];
}

function oneMiss(
  { event, count, wrong, isContradictory }: ShownMiss,
  evidence: readonly string[],
): readonly string[] {
  const times = count === 1 ? '' : `; ${grouped(count)} such events`;
  return [
    `  ${sightText(event, evidence)}: ${escapeLine(event.who)}${times}`,
    ...wrong.map((each) => `    ${wrongText(each)}`),
    ...(isContradictory
      ? [
          '    no event can do that: the same comparison has to be true in one place and false in another',
        ]
      : []),
  ];
}

function wrongText({ text, wanted, saw, through, at }: ShownWrong): string {
  const way = through.length === 0 ? '' : ` in ${through.map(escapeText).join(', ')}`;
  const negated = wanted ? '' : 'not ';
  return `${negated}${escapeText(text)}: ${sawText(saw)}   ${shortPlace(at)}${way}`;
}

/** `it was "x"`. */
export function sawText(saw: Sides): string {
  return 'right' in saw
    ? `they were ${valueText(saw.left)} and ${valueText(saw.right)}`
    : saw.left === undefined
      ? 'it was missing'
      : `it was ${valueText(saw.left)}`;
}

function valueText(value: string | undefined): string {
  if (value === undefined) {
    return 'missing';
  }
  const shown = value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}...` : value;
  return shown === '' ? 'empty' : escapeLine(shown);
}

/** Every node with what it was counted to. */
function treeLines(tree: ShownNode, domainCount: number): readonly string[] {
  const rows: Row[] = [['Tree', 'true', 'missing', '']];
  let left = MAX_TREE;
  const walk = (node: ShownNode, depth: number): void => {
    left -= 1;
    if (left < 0) {
      return;
    }
    const fixed = node.isFixed ? ' (by type)' : '';
    const kind = node.kind === 'list' ? 'list ' : '';
    rows.push([
      `${'  '.repeat(Math.min(depth, 40) + 1)}${kind}${escapeText(node.text)}${fixed}`,
      grouped(node.holds),
      node.missing === 0 ? '' : grouped(node.missing),
      shortPlace(node.at),
    ]);
    node.children.forEach((child) => {
      walk(child, depth + 1);
    });
  };
  walk(tree, 0);
  const hidden = left < 0 ? [`  and ${grouped(-left)} more nodes; -f json has all`] : [];
  return [
    ...linedUp(rows, SIDES),
    ...hidden,
    `  each was asked at ${counted(domainCount, 'event')}`,
  ];
}
