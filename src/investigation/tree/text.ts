/** Process trees for people: times in front, then the tree, and below each process the alerts that it caused. */
import {
  drawForest,
  escapeText,
  openPriorityColours,
  padToColumns,
  type NodeLine,
  type PriorityColours,
  utcTime,
} from '../../output/index.js';
import type { AlertFacts, RunFacts } from '../../store/index.js';
import { processText } from '../account/phrases.js';
import { counted } from '../words/counted.js';
import { spanOfProcess } from '../account/processes.js';
import type { ShownProcess } from './choose.js';

/** As wide as a time: two of them stand before each process. */
const UNKNOWN = { start: 'before the capture', end: 'after the capture' };
const TIME_COLUMNS = '2026-11-22T07:15:19.697692638Z'.length;
const GAP = '  ';
const EMPTY_MARGIN = ' '.repeat(2 * (TIME_COLUMNS + GAP.length));

/** What a run is called above its tree. */
export function runHeading({ id, path, hostname, status }: RunFacts): string {
  const machine = hostname === null ? '' : `, recorded on ${escapeText(hostname)}`;
  return `Run ${id}: ${escapeText(path)}${machine}${status === 'complete' ? '' : ' (incomplete)'}`;
}

/** The lines of the trees of one run. */
export async function treeLines(
  trees: readonly ShownProcess[],
  hasColour: boolean,
): Promise<Iterable<string>> {
  const colours = await openPriorityColours(hasColour);
  return drawForest(trees, {
    linesOf: (process) => linesOf(process, colours),
    childrenOf: ({ children }) => children,
  });
}

function linesOf(
  { node, alerts, isChosen }: ShownProcess,
  colours: PriorityColours,
): readonly NodeLine[] {
  const { start, end } = spanOfProcess(node.rows);
  const margin = [start ?? UNKNOWN.start, end ?? UNKNOWN.end]
    .map((time) => padToColumns(typeof time === 'bigint' ? utcTime(time) : time, TIME_COLUMNS))
    .map((time) => time + GAP)
    .join('');
  return [
    ...node.programs.map((program, at) => {
      const text = `${at === 0 ? '' : 'then '}${processText(program, escapeText)}`;
      return {
        margin: at === 0 ? margin : EMPTY_MARGIN,
        text: isChosen ? text : colours.dimmed(text),
      };
    }),
    ...alertLines(alerts).map(({ priority, text }) => ({
      margin: EMPTY_MARGIN,
      text: colours.of(priority, `! ${escapeText(priority)}: ${text}`),
    })),
  ];
}

/** A line for each rule. */
function alertLines(
  alerts: readonly AlertFacts[],
): readonly { readonly priority: string; readonly text: string }[] {
  const counts = new Map<string, { readonly alert: AlertFacts; count: number }>();
  for (const alert of alerts) {
    const key = `${alert.rank} ${alert.rule}`;
    const known = counts.get(key) ?? { alert, count: 0 };
    known.count += 1;
    counts.set(key, known);
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { alert, count }]) => ({
      priority: alert.priority,
      text: `${escapeText(alert.rule)}${count === 1 ? '' : ` (${counted(count, 'time')})`}`,
    }));
}
