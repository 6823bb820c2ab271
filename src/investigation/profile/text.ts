/** A profile as a rule author reads it: the most costly rules and questions, and advice. */
import { escapeLine, escapeText, grouped } from '../../output/index.js';
import type { AskedQuestion } from '../../rules/index.js';
import { shortPlace } from '../why/place.js';
import { counted } from '../words/counted.js';
import { linedUp, percentText, type Side } from '../words/columns.js';
import { pageOf } from '../words/page.js';
import type { ProfileReport, RuleCost } from './report.js';

/** Rows of a section. */
const MAX_ROWS = 25;
const NS_PER_US = 1000;

/** The whole page. */
export function profileText(report: ProfileReport): string {
  const { rules, questions, eventCount, evidence } = report;
  const advised = rules.filter(({ advice }) => advice.length > 0);
  const sections = [
    [
      `${counted(rules.length, 'rule')} over ${counted(eventCount, 'event')} of ${counted(evidence.length, 'piece')} of evidence`,
      'asked: answers that were left to give at events, after rules were sorted by type, thread and descriptor',
    ],
    table('Rules, each alone', [RULE_HEAD, ...rules.map(ruleRow)], RULE_SIDES),
    table('Questions, all rules together', [QUESTION_HEAD, ...questions.map(questionRow)], QUESTION_SIDES), // prettier-ignore
    advised.length === 0 ? [] : ['Advice', ...adviceLines(advised)],
  ];
  return pageOf(sections);
}

const RULE_HEAD = ['asked', 'events', 'fired', 'own', 'time', 'rule', ''];
const RULE_SIDES = ['right', 'right', 'right', 'right', 'right', 'left', 'left'] as const;
const QUESTION_HEAD = ['asked', 'true', 'time', 'question', ''];
const QUESTION_SIDES = ['right', 'right', 'right', 'left', 'left'] as const;

function ruleRow({ rule, asked, askedEvents, fired, own, timeNs }: RuleCost): readonly string[] {
  return [
    ...[asked, askedEvents, fired, own].map(grouped),
    timeText(timeNs),
    `"${escapeLine(rule.name)}"`,
    shortPlace(rule.at),
  ];
}

function questionRow({ text, asked, holds, timeNs, rules }: AskedQuestion): readonly string[] {
  const first = escapeLine(rules[0]?.name ?? '');
  return [
    grouped(asked),
    percentText(holds, asked),
    timeText(timeNs),
    escapeText(text),
    rules.length === 1 ? `"${first}"` : counted(rules.length, 'rule'),
  ];
}

function timeText(ns: number): string {
  return `${grouped(Math.round(ns / NS_PER_US))} us`;
}

function table(
  heading: string,
  rows: readonly (readonly string[])[],
  sides: readonly Side[],
): readonly string[] {
  const more = rows.length - 1 - MAX_ROWS;
  if (rows.length === 1) {
    return [`${heading}: none was left to ask`];
  }
  return [
    heading,
    ...linedUp(rows.slice(0, MAX_ROWS + 1), sides).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${grouped(more)} more; -f json has all`] : []),
  ];
}

function adviceLines(rules: readonly RuleCost[]): readonly string[] {
  const lines = rules
    .slice(0, MAX_ROWS)
    .flatMap(({ rule, advice }) =>
      advice.map(
        ({ text }) => `  "${escapeLine(rule.name)}" (${shortPlace(rule.at)}): ${escapeText(text)}`,
      ),
    );
  const more = rules.length - MAX_ROWS;
  return more > 0 ? [...lines, `  and ${counted(more, 'more rule')}; -f json has all`] : lines;
}
