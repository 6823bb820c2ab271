/** What a story cannot say, and why: without it, what is missing would read as what did not happen. */
import { UNNAMED, type Quote } from '../account/phrases.js';
import { counted } from '../words/counted.js';
import { forestOf } from '../account/processes.js';
import type { Part, Story } from './find.js';

/** A sentence each, the nearest to the story first. */
export function unknownsOf(story: Story, quote: Quote): readonly string[] {
  return [
    ...ofProcesses(story, quote),
    ...ofAlerts(story),
    ...ofActivity(story),
    ...cutParts(story),
    ...story.notSeen.map((finding) => quote(finding)),
  ];
}

function ofProcesses({ processes, focus, requests }: Story, quote: Quote): readonly string[] {
  const roots = forestOf(processes.rows);
  const headless = roots.filter(({ rows: [first] }) => first?.parentId === null && first.start !== null); // prettier-ignore
  const before = roots.filter(({ rows: [first] }) => first?.start === null);
  return [
    ...(focus.size === 0 && requests.rows.length === 0
      ? ['The capture does not describe the processes that caused this.']
      : []),
    ...(headless.length === 0
      ? []
      : [
          `${counted(headless.length, 'process')} began while the capture was recorded, but the capture does not show who started ${headless.length === 1 ? 'it' : 'them'}: ${headless
            .slice(0, 5)
            .map(({ programs: [{ name, pid, parentPid }] }) => {
              const parent = parentPid === null ? '' : `, parent pid ${parentPid}`;
              return `${quote(name)} (pid ${pid}${parent})`;
            })
            .join(', ')}${headless.length > 5 ? ' and others' : ''}.`,
        ]),
    ...(before.length === 0
      ? []
      : [
          `The capture does not show what happened before it began, when these were running: ${before
            .slice(0, 5)
            .map(({ programs: [{ name, pid }] }) => `${quote(name)} (pid ${pid})`)
            .join(', ')}${before.length > 5 ? ' and others' : ''}.`,
        ]),
  ];
}

function ofAlerts({ alerts }: Story): readonly string[] {
  const near = alerts.rows.filter(({ nearLoss }) => nearLoss === 1n).length;
  return near === 0
    ? []
    : [`Events were lost near ${counted(near, 'alert')}: what led to them may be missing.`];
}

function ofActivity({ run, hasActivity, files, connections }: Story): readonly string[] {
  if (run.format !== 'scap') {
    return [
      'What the programs behind requests did is not in an audit log; a capture of the machine has it.',
    ];
  }
  if (!hasActivity) {
    return [
      'This run was made by an older version, which kept neither files nor connections: analyze the evidence again for them.',
    ];
  }
  const unnamed = files.rows.filter(({ path }) => path === UNNAMED).length;
  const pending = connections.rows.filter(({ result }) => result === 'EINPROGRESS').length;
  return [
    ...(unnamed === 0
      ? []
      : [`What was written to by ${counted(unnamed, 'program')} has no name in the capture.`]),
    ...(pending === 0
      ? []
      : [`Nothing in the capture shows an answer to ${counted(pending, 'connection')}.`]),
    'Files that were only read are in the case where an alert is about them; what is done to mapped memory or through io_uring is in no capture.',
  ];
}

/** Where the rest of each kind can be seen. */
const REST = {
  processes: 'processes',
  alerts: 'timeline',
  files: 'files-written',
  connections: 'connections',
  requests: 'audit-by-user',
} as const;

function cutParts(story: Story): readonly string[] {
  return Object.entries(REST).flatMap(([kind, question]) => {
    const part: Part<unknown> = story[kind as keyof typeof REST];
    return part.isCut
      ? [
          `Only the first ${counted(part.rows.length, 'row')} of ${kind} are part of this story; "query CASE ${question}" has all of them.`,
        ]
      : [];
  });
}
