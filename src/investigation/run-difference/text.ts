/** What two runs differ in, for people: the runs, what may be the cause, then the alerts. */
import { escapeText, grouped, utcTime } from '../../output/index.js';
import { priorityText, type Quote } from '../account/phrases.js';
import { counted } from '../words/counted.js';
import { pageOf } from '../words/page.js';
import type { AlertFacts, RunFacts } from '../../store/index.js';
import type { ChangedAlert, RunDifference } from './compare.js';

const CAUSES: Readonly<Record<RunDifference['causes'][number], string>> = {
  sha256: 'the evidence',
  path: 'the path of the evidence',
  rulesSha256: 'the rules',
  options: 'the options',
  version: 'the version of tiercel',
  status: 'whether the run is complete',
};

/**
 * The page.
 *
 * @param difference - Of two runs.
 * @param quote - Makes text of others harmless.
 * @param title - What stands in front of a title.
 */
export function differenceText(difference: RunDifference, quote: Quote, title: string): string {
  const { before, after, causes, gained, lost, changed, sameCount } = difference;
  const sections = [
    [
      `${title}Run ${after.id} compared with run ${before.id}`,
      `- before: ${runText(before, quote)}`,
      `- after: ${runText(after, quote)}`,
      causes.length === 0
        ? '- Nothing that decides what a run finds differs between them.'
        : `- They differ in ${causes.map((cause) => CAUSES[cause]).join(', ')}.`,
      ...(causes.includes('sha256')
        ? ['- They are about different evidence, so no alert of one is an alert of the other.']
        : []),
      `- ${counted(gained.length, 'alert')} gained, ${grouped(lost.length)} lost, ${grouped(changed.length)} changed, ${grouped(sameCount)} the same`,
    ],
    list(`${title}Gained`, gained.map((alert) => `- ${alertText(alert, quote)}`)),
    list(`${title}Lost`, lost.map((alert) => `- ${alertText(alert, quote)}`)),
    list(`${title}Changed`, changed.flatMap((change) => changeLines(change, quote))),
    list(`${title}Not seen by run ${before.id} alone`, difference.unseenBefore.map((each) => `- ${quote(each)}`)),
    list(`${title}Not seen by run ${after.id} alone`, difference.unseenAfter.map((each) => `- ${quote(each)}`)),
  ]; // prettier-ignore
  return pageOf(sections);
}

function list(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function runText({ id, path, sha256, status, version }: RunFacts, quote: Quote): string {
  const hash = sha256 === null ? 'SHA-256 unknown' : `SHA-256 ${escapeText(sha256)}`;
  return `run ${id}, ${quote(path)}, ${hash}, tiercel ${quote(version)}, ${escapeText(status)}`;
}

function alertText(
  { time, eventNumber, priority, rule, output }: AlertFacts,
  quote: Quote,
): string {
  return `${utcTime(time)}, event ${eventNumber}, ${priorityText(priority, quote)}: ${quote(rule)}: ${quote(output)}`;
}

function changeLines({ before, after, parts }: ChangedAlert, quote: Quote): readonly string[] {
  const { time, eventNumber, rule } = after;
  return [
    `- ${utcTime(time)}, event ${eventNumber}: ${quote(rule)}`,
    ...parts.flatMap((part) => [
      `  - ${part} before: ${quote(before[part])}`,
      `  - ${part} after: ${quote(after[part])}`,
    ]),
  ];
}
