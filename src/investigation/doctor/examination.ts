/** What one replay found out about a piece of evidence, and what follows from it for those who ask rules. */
import type { Silence } from '../../rules/index.js';
import type { ReplayResult } from '../../pipeline.js';
import { grouped, utcTime } from '../../output/index.js';
import { lacksOf, type Lack } from '../analysis/limits.js';
import type { Statement } from '../evidence/left-out.js';
import type { Gap } from '../evidence/recorder-words.js';
import type { MetadataFile } from '../metadata/read.js';
import type { ClockJump, Halves, TypeCount } from './evidence-watch.js';
import type { FieldShare } from './fields-asked.js';

/** See the head of this file. */
export interface Examination {
  readonly result: ReplayResult;
  readonly events: readonly TypeCount[];
  /** Records that only carry state, and processor times. */
  readonly state: readonly TypeCount[];
  /** When the recorder lost events. */
  readonly gaps: readonly Gap[];
  readonly jumps: { readonly first: readonly ClockJump[]; readonly count: number };
  readonly halves: Halves;
  /** What the recorder says that it recorded. */
  readonly statement: Statement | undefined;
  /** Of the fields that rules ask, those that are missing most first. */
  readonly shares: readonly FieldShare[];
  readonly ruleCount: number;
  /** Rules that could not fire. */
  readonly silent: readonly Silence[];
  readonly metadataFiles: readonly MetadataFile[];
}

/** Who wrote a capture, as far as it says; `undefined` for logs. */
export function recorderOf({ statement, result }: Examination): string | undefined {
  if (result.identity.format !== 'scap') {
    return undefined;
  }
  return statement === undefined ? 'not stated (sysdig and Falco say nothing of themselves)' : 'tiercel'; // prettier-ignore
}

/** Which generation of layouts it is; `undefined` for logs and captures without system calls. */
export function layoutOf({ halves, result }: Examination): string | undefined {
  if (result.identity.format !== 'scap' || halves.exitCount === 0) {
    return undefined;
  }
  return halves.hasEnters
    ? 'enter and exit events, as sysdig and Falco before 0.42 write them'
    : 'exit events only, as Falco since 0.42 and tiercel write them';
}

/** `3 d 04:05:06.789`: how much time lies between the earliest and the latest event. */
export function spanText({ firstTime, lastTime }: ReplayResult): string | undefined {
  return firstTime === undefined || lastTime === undefined
    ? undefined
    : durationText(lastTime - firstTime);
}

/** A sentence: when the clock jumped, and how far. */
export function jumpText({ from, to, eventNumber }: ClockJump): string {
  const isBack = to < from;
  const far = durationText(isBack ? from - to : to - from);
  const how = isBack ? `back ${far}` : `${far} ahead`;
  return `the time goes ${how} at event ${eventNumber}, from ${utcTime(from)} to ${utcTime(to)}`;
}

const MS_PER_DAY = 86_400_000;

function durationText(nanoseconds: bigint): string {
  const ms = Number(nanoseconds / 1_000_000n);
  const days = Math.floor(ms / MS_PER_DAY);
  const clock = new Date(ms % MS_PER_DAY).toISOString().slice(11, 23);
  return days === 0 ? clock : `${days} d ${clock}`;
}

/** What the metadata files named: a line for each. */
export function namesFrom({ metadataFiles, result }: Examination): readonly string[] {
  const { described } = result.world.seenContainers;
  return metadataFiles.map(({ path, kind, entryCount }, at) => {
    const named = new Set(described.filter(({ metadataFile }) => metadataFile === at + 1).map(({ id }) => id)); // prettier-ignore
    const what = kind === 'passwd' || kind === 'group' ? '' : `, ${named.size} of them in this capture`; // prettier-ignore
    return `${path}: ${kind}, ${entryCount} ${entryCount === 1 ? 'entry' : 'entries'}${what}`;
  });
}

const plural = (count: number, word: string): string =>
  `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;

/** What follows for who concludes from this evidence, a sentence each. */
export function conclusionsOf(examination: Examination): readonly string[] {
  const { result, gaps, halves, jumps } = examination;
  const { incomplete } = result.identity;
  return [
    ...(incomplete === undefined ? [] : [incomplete]),
    ...lacksOf(result).map(({ kind, text }) => text + ADVICE[kind]),
    ...silenceTexts(examination),
    ...(gaps.length === 0
      ? []
      : ['events were lost: that no rule fired proves nothing for these times']),
    ...(halves.missingCount === 0
      ? []
      : [
          `${plural(halves.missingCount, 'system call')} of ${grouped(halves.exitCount)} lack the first half: what only that holds (paths, addresses) is missing there`,
        ]),
    ...(jumps.count === 0 ? [] : ['the clock jumps: order and durations across a jump mean little']),
  ]; // prettier-ignore
}

/** What to do about what is missing. */
const ADVICE: Readonly<Record<Lack['kind'], string>> = {
  machine: '',
  'container-metadata':
    ': rules that ask container.image or container.name cannot fire there; give --metadata',
  users: '; give --metadata with a passwd file',
};

/** Reasons that are about rules, or about other kinds of evidence. */
const NOT_OF_THIS: ReadonlySet<Silence['reason']> = new Set(['never-true', 'no-source']);
const MAX_EXAMPLES = 3;

/** Rules that cannot fire, by why; those whose types of events were not recorded in one sentence. */
function silenceTexts({ silent, ruleCount }: Examination): readonly string[] {
  const asked = silent.filter(({ reason }) => !NOT_OF_THIS.has(reason));
  const typeless = asked.filter(({ reason }) => reason === 'no-event-type');
  const others = asked.filter(({ reason }) => reason !== 'no-event-type');
  const rules = (count: number): string => `${count} of ${plural(ruleCount, 'rule')} cannot fire`;
  const details = byDetail(typeless);
  const examples = details.slice(0, MAX_EXAMPLES).map(([detail, count]) => `${detail} (${count})`);
  return [
    ...byDetail(others).map(([detail, count]) => `${rules(count)}: ${detail}`),
    ...(typeless.length === 0
      ? []
      : [
          `${rules(typeless.length)}, since their events were not recorded: ${examples.join(', ')}${details.length > MAX_EXAMPLES ? ', ...' : ''}`,
        ]),
  ];
}

function byDetail(silent: readonly Silence[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { detail } of silent) {
    counts.set(detail, (counts.get(detail) ?? 0) + 1);
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}
