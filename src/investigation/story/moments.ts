/** What happened, in the order of time: one line for each thing that the case knows of the processes of a story. */
import {
  priorityText,
  briefProcess,
  commandText,
  connectionText,
  connectionVerb,
  fileText,
  fileVerb,
  requestText,
  type Quote,
} from '../account/phrases.js';
import { everyProcess, forestOf } from '../account/processes.js';
import type { ProcessFacts } from '../../store/index.js';
import type { Story } from './find.js';

/** One thing that happened. */
export interface StoryMoment {
  readonly time: bigint;
  /** What kind of thing: `started`, `wrote`, `connected`, the priority of an alert ... */
  readonly verb: string;
  readonly isAlert: boolean;
  readonly text: string;
  /** Number of the event record that first shows it; `null` where the case does not say. */
  readonly eventNumber: bigint | null;
}

/** At one instant, causes stand before what came of them. */
const ORDER = { request: 0, start: 1, other: 2, alert: 3 };

/** All moments of a story. What others wrote went through `quote`. */
export function momentsOf(story: Story, quote: Quote): readonly StoryMoment[] {
  const byId = new Map([...story.alerting, ...story.processes.rows].map((row) => [row.id, row]));
  const who = (id: bigint | null): string =>
    briefProcess(id === null ? undefined : byId.get(id), quote);
  const isOfCapture = story.run.format === 'scap';
  /** A request of an audit log has no process. */
  const isAbout = (id: bigint | null): string =>
    id === null && !isOfCapture ? '' : ` (${who(id)})`;
  const found: (StoryMoment & { readonly order: number })[] = [
    ...story.requests.rows.map((request) => ({
      ...plain(request, 'requested', requestText(request, quote)),
      order: ORDER.request,
    })),
    ...startsOf(story.processes.rows).map((process) => ({
      ...plain(
        { time: process.start ?? 0n, eventNumber: null },
        'started',
        `${commandText(process, quote)} (${briefProcess(process, quote)})`,
      ),
      order: ORDER.start,
    })),
    ...story.files.rows.map((file) => ({
      ...plain(
        { time: file.first, eventNumber: file.eventNumber },
        fileVerb(file),
        `${fileText(file, quote)} (${who(file.processId)})`,
      ),
      order: ORDER.other,
    })),
    ...story.connections.rows.map((connection) => ({
      ...plain(
        { time: connection.first, eventNumber: connection.eventNumber },
        connectionVerb(connection),
        `${connectionText(connection, quote)} (${who(connection.processId)})`,
      ),
      order: ORDER.other,
    })),
    ...story.alerts.rows.map((alert) => ({
      ...plain(
        alert,
        priorityText(alert.priority, quote),
        `${quote(alert.rule)}: alert ${alert.id}${isAbout(alert.processId)}`,
      ),
      isAlert: true,
      order: ORDER.alert,
    })),
  ];
  return merged(found.sort((a, b) => compare(a.time, b.time) || a.order - b.order));
}

/** The same thing several times in a row is one line: a library that looks for its daemon tries four times. */
function merged(moments: readonly StoryMoment[]): readonly StoryMoment[] {
  const runs: { readonly moment: StoryMoment; count: number }[] = [];
  for (const moment of moments) {
    const last = runs.at(-1);
    if (last?.moment.verb === moment.verb && last.moment.text === moment.text) {
      last.count += 1;
    } else {
      runs.push({ moment, count: 1 });
    }
  }
  return runs.map(({ moment, count }) =>
    count === 1 ? moment : { ...moment, text: `${moment.text}, ${count} times in a row` },
  );
}

function plain(
  { time, eventNumber }: { readonly time: bigint; readonly eventNumber: bigint | null },
  verb: string,
  text: string,
): StoryMoment {
  return { time, verb, isAlert: false, text, eventNumber };
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Programs whose start was recorded. A process that copied its parent and ran something else started that. */
function startsOf(rows: readonly ProcessFacts[]): readonly ProcessFacts[] {
  return [...everyProcess(forestOf(rows))].flatMap(({ programs }) =>
    programs.filter(({ start }) => start !== null),
  );
}
