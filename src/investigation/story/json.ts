/** A story as JSON: rows as the case has them, times as text. */
import { utcTime } from '../../output/index.js';
import type { NoStory, Story } from './find.js';
import { unknownsOf } from './unknowns.js';

type Shown =
  string | number | boolean | null | readonly Shown[] | { readonly [key: string]: Shown };

const TIMES: ReadonlySet<string> = new Set(['time', 'first', 'last', 'start', 'end']);
const asItIs = (text: string): string => text;

/** The object that `-f json` prints. */
export function storyJson(story: Story | NoStory): string {
  if ('runs' in story) {
    const { runs, notSeen } = story;
    return JSON.stringify(
      { subject: null, runs: runs.map(shown), unknowns: notSeen },
      undefined,
      2,
    );
  }
  const { run, subject, incident, others, alert, focus } = story;
  const { processes, alerts, files, connections, requests } = story;
  return JSON.stringify(
    {
      subject,
      run: shown(run),
      incident: shown(incident),
      otherIncidents: others.map(shown),
      alert: shown(alert),
      focus: [...focus].map(shown),
      processes: processes.rows.map(shown),
      alerts: alerts.rows.map(shown),
      files: files.rows.map(shown),
      connections: connections.rows.map(shown),
      requests: requests.rows.map(shown),
      isComplete: [processes, alerts, files, connections, requests].every(({ isCut }) => !isCut),
      unknowns: unknownsOf(story, asItIs),
    },
    undefined,
    2,
  );
}

/** Whole numbers of a case that are no times are counts, sizes and numbers of rows. */
function shown(value: unknown): Shown {
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        name,
        TIMES.has(name) && typeof each === 'bigint' ? utcTime(each) : shown(each),
      ]),
    );
  }
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}
