/** A story as a page: a heading, and sections of lines. Text and Markdown are two ways to set it. */
import { escapeText, drawForest, utcTime } from '../../output/index.js';
import { priorityText, processText, type Quote } from '../account/phrases.js';
import { counted } from '../words/counted.js';
import { forestOf, spanOfProcess, type ProcessNode } from '../account/processes.js';
import type { AlertFacts, IncidentFacts } from '../../store/index.js';
import type { NoStory, Story } from './find.js';
import { momentsOf, type StoryMoment } from './moments.js';
import { unknownsOf } from './unknowns.js';

/** Other incidents that are named. */
const MAX_OTHERS = 10;

/** Everything that a page says; what others wrote went through the quote that made it. */
export interface Page {
  readonly heading: string;
  /** Sentences below the heading. */
  readonly introduction: readonly string[];
  /** Lines of a drawing, or nothing. */
  readonly processes: readonly string[];
  readonly moments: readonly StoryMoment[];
  readonly unknowns: readonly string[];
}

/** The page of a story. `quote` is for sentences, `drawn` for the drawing of processes, which stands by itself. */
export function pageOf(story: Story, quote: Quote, drawn: Quote = quote): Page {
  return {
    heading: headingOf(story, quote),
    introduction: introductionOf(story, quote),
    processes: [
      ...drawForest(forestOf(story.processes.rows), {
        linesOf: (node) => linesOf(node, story, drawn).map((text) => ({ margin: '', text })),
        childrenOf: ({ children }) => children,
      }),
    ],
    moments: momentsOf(story, quote),
    unknowns: unknownsOf(story, quote),
  };
}

/** The page of a case without alerts. */
export function emptyPage({ runs, notSeen }: NoStory, quote: Quote): Page {
  return {
    heading: 'No incident',
    introduction: [
      runs.length === 0
        ? 'The case holds no run.'
        : `No rule fired in ${counted(runs.length, 'run')}: ${runs.map(({ path }) => quote(path)).join(', ')}.`,
    ],
    processes: [],
    moments: [],
    unknowns: notSeen.map((finding) => quote(finding)),
  };
}

function headingOf(story: Story, quote: Quote): string {
  const { subject, incident, alert, processes, focus } = story;
  if (alert !== undefined) {
    return `Alert ${alert.id} (${priorityText(alert.priority, quote)}): ${quote(alert.rule)}`;
  }
  if (subject === 'incident' && incident !== undefined) {
    return `Incident ${incident.id} (${priorityText(incident.priority, quote)}): ${quote(incident.title)}`;
  }
  const process = processes.rows.find(({ id }) => focus.has(id));
  return `Process ${process?.id ?? ''}: ${process === undefined ? '' : processText(process, quote)}`;
}

function introductionOf(story: Story, quote: Quote): readonly string[] {
  const { run, incident, alert, subject } = story;
  const machine = run.hostname === null ? '' : `, recorded on ${quote(run.hostname)}`;
  const hash = run.sha256 === null ? 'SHA-256 unknown' : `SHA-256 ${escapeText(run.sha256)}`;
  return [
    ...(alert === undefined ? [] : alertLines(alert, quote)),
    ...(incident === undefined ? [] : incidentLines(incident, quote, subject)),
    `Evidence: ${quote(run.path)}${machine}, ${hash}, run ${run.id}${run.status === 'complete' ? '' : ' (incomplete)'}.`,
    ...otherLines(story.others, quote),
  ];
}

function alertLines({ time, output, eventNumber }: AlertFacts, quote: Quote): readonly string[] {
  return [`${utcTime(time)}, event ${eventNumber}.`, `Output: ${quote(output)}`];
}

function incidentLines(
  { id, title, why, priority, first, last, alerts }: IncidentFacts,
  quote: Quote,
  subject: Story['subject'],
): readonly string[] {
  const times =
    first === last ? `at ${utcTime(first)}` : `from ${utcTime(first)} to ${utcTime(last)}`;
  return [
    ...(subject === 'alert'
      ? [`Part of incident ${id} (${priorityText(priority, quote)}): ${quote(title)}`]
      : []),
    `${counted(alerts, 'alert')} ${times}.`,
    `Why they are together: ${quote(why)}`,
  ];
}

function otherLines(others: readonly IncidentFacts[], quote: Quote): readonly string[] {
  if (others.length === 0) {
    return [];
  }
  const named = others
    .slice(0, MAX_OTHERS)
    .map(
      ({ id, priority, alerts }) =>
        `${id} (${priorityText(priority, quote)}, ${counted(alerts, 'alert')})`,
    );
  const more = others.length > MAX_OTHERS ? ` and ${others.length - MAX_OTHERS} more` : '';
  return [
    `The most important of ${others.length + 1} incidents. The others, by --incident: ${named.join(', ')}${more}.`,
  ];
}

/** A process with its times; what the story is about is marked. */
function linesOf(
  { programs, rows }: ProcessNode,
  { focus }: Story,
  quote: Quote,
): readonly string[] {
  const { start, end } = spanOfProcess(rows);
  const began = start === null ? 'before the capture' : utcTime(start);
  const ended = end === null ? 'after it' : utcTime(end);
  const isMarked = rows.some(({ id }) => focus.has(id));
  const isShown = programs.some(({ id }) => focus.has(id));
  return programs.map((program, at) => {
    const mark = focus.has(program.id) || (isMarked && !isShown && at === 0) ? '* ' : '';
    return at === 0
      ? `${mark}${processText(program, quote)}, ${began} to ${ended}`
      : `${mark}then ${processText(program, quote)}`;
  });
}
