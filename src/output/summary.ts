/**
 * The summary at the end of an analysis, for a reader: counts, offending containers and how to stop them,
 * and what could not be known. Lists are in a total order. Colour (chalk) on terminals only.
 */
import { Chalk, type ChalkInstance } from 'chalk';
import type { ContainerSnapshot } from '../alerts/index.js';
import type { Priority } from '../rules/index.js';
import { escapeLine, escapeText, evidenceName } from './escape.js';
import { grouped } from './number.js';
import { utcTime } from './time.js';

/** How often a rule fired. */
export interface RuleTally {
  readonly name: string;
  readonly priority: Priority;
  /** 0 (Emergency) to 7 (Debug). */
  readonly rank: number;
  readonly count: number;
}

/** How often a container offended. */
export interface ContainerTally {
  readonly container: ContainerSnapshot;
  readonly count: number;
  readonly rules: readonly string[];
}

/** What is reported about one piece of evidence. */
export interface EvidenceTally {
  readonly path: string;
  /** Why not all of it was read, or is proven to be this file; `undefined`: all was. */
  readonly incomplete: string | undefined;
  /** `undefined`: not known, or not asked for. */
  readonly sha256: string | undefined;
  /** Name of the recorded machine, a byte string; empty or `undefined` where the evidence does not say. */
  readonly hostname: string | undefined;
  readonly firstTime: bigint | undefined;
  readonly lastTime: bigint | undefined;
  readonly recordCount: number;
  readonly eventCount: number;
  /** One sentence each. */
  readonly losses: readonly string[];
  /** What the recorder was asked not to record. */
  readonly leftOut: readonly string[];
  readonly unknowns: readonly string[];
  /** How its events were come by; one sentence each. */
  readonly notices: readonly string[];
  /** What became of the case: one sentence, or nothing. */
  readonly fate: string | undefined;
}

/** Everything a summary says. */
export interface SummaryFacts {
  readonly evidence: readonly EvidenceTally[];
  readonly rules: readonly RuleTally[];
  readonly containers: readonly ContainerTally[];
  /** Evidence that could not be opened, or not be read on, and why. */
  readonly unread: readonly { readonly path: string; readonly detail: string }[];
  /** Evidence that the analysis did not come to, and a sentence that says so. */
  readonly notBegun: { readonly paths: readonly string[]; readonly detail: string };
  /** What limits the conclusions from all of the evidence alike, a sentence each. */
  readonly limits: readonly string[];
  /** The case that holds the results. */
  readonly casePath: string | undefined;
  /** Alerts on the host itself. */
  readonly hostCount: number;
  /** Rules that would have fired, had an earlier one not taken the event, a sentence each. */
  readonly shadowed: readonly string[];
  /** Rules that could not fire on any of the evidence. */
  readonly silence: {
    /** Rules that ran. */
    readonly ruleCount: number;
    /** Whether they are named. */
    readonly isVerbose: boolean;
    /** Whether some evidence was not read, or not to its end. */
    readonly isPartial: boolean;
    /** In loading order. `detail` is a phrase: `no execve was recorded`. */
    readonly rules: readonly { readonly name: string; readonly detail: string }[];
  };
}

/** The summary in lines. */
export function renderSummary(facts: SummaryFacts, hasColour: boolean): string {
  const chalk = new Chalk({ level: hasColour ? 1 : 0 });
  return [
    ...facts.evidence.flatMap((tally) => evidenceLines(tally, chalk)),
    ...unreadLines(facts, chalk),
    ...notBegunLines(facts, chalk),
    ...facts.limits.map(escapeText), // without them, no alerts in a window would read like none at all
    ...ruleLines(facts, chalk),
    ...silenceLines(facts),
    ...containerLines(facts, chalk),
    ...shadowLines(facts, chalk),
    ...lossLines(facts, chalk),
    ...caseLines(facts),
  ].join('\n');
}

const plural = (count: number, word: string): string =>
  `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;

function evidenceLines(tally: EvidenceTally, chalk: ChalkInstance): readonly string[] {
  const { firstTime, lastTime, hostname } = tally;
  const span =
    firstTime === undefined || lastTime === undefined
      ? 'no event'
      : `${utcTime(firstTime)} to ${utcTime(lastTime)}`;
  return [
    chalk.bold(evidenceName(tally.path)),
    ...hashLines(tally),
    ...(hostname === undefined || hostname === '' ? [] : [`  machine ${escapeLine(hostname)}`]),
    `  ${plural(tally.eventCount, 'event')} in ${plural(tally.recordCount, 'record')}, ${span}`,
    ...(tally.fate === undefined ? [] : [`  ${escapeText(tally.fate)}`]),
    ...tally.notices.map((text) => `  ${escapeText(text)}`),
    ...tally.leftOut.map((text) => `  Left out: ${escapeText(text)}`),
    ...tally.unknowns.map((text) => `  Not known: ${escapeText(text)}`),
  ];
}

function hashLines({ incomplete, sha256 }: EvidenceTally): readonly string[] {
  if (incomplete !== undefined) {
    return [`  Incomplete, no SHA-256: ${escapeText(incomplete)}`];
  }
  return sha256 === undefined ? [] : [`  SHA-256 ${sha256}`];
}

function unreadLines({ unread }: SummaryFacts, chalk: ChalkInstance): readonly string[] {
  return unread.flatMap(({ path, detail }) => [
    chalk.bold(evidenceName(path)),
    `  ${chalk.red(escapeText(detail))}`,
  ]);
}

/** Paths that are named; a folder may hold many thousands. */
const MAX_NOT_BEGUN = 20;

function notBegunLines(
  { notBegun: { paths, detail } }: SummaryFacts,
  chalk: ChalkInstance,
): string[] {
  const rest = paths.length - MAX_NOT_BEGUN;
  return [
    ...paths
      .slice(0, MAX_NOT_BEGUN)
      .flatMap((path) => [chalk.bold(evidenceName(path)), `  ${chalk.red(escapeText(detail))}`]),
    ...(rest > 0
      ? [chalk.red(`and ${plural(rest, 'more piece')} of evidence, not begun either`)]
      : []),
  ];
}

function caseLines({ casePath }: SummaryFacts): readonly string[] {
  return casePath === undefined ? [] : [`Case: ${escapeText(casePath)}, see "tiercel query"`];
}

const SEVERE = 3;

function ruleLines({ rules }: SummaryFacts, chalk: ChalkInstance): readonly string[] {
  const total = rules.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) {
    return [chalk.bold('No alerts')];
  }
  const sorted = [...rules].sort(
    (a, b) => a.rank - b.rank || b.count - a.count || compare(a.name, b.name),
  );
  const width = Math.max(...sorted.map(({ count }) => grouped(count).length));
  return [
    chalk.bold(plural(total, 'alert')),
    ...sorted.map(({ name, priority, rank, count }) => {
      const label = priority.padEnd(13);
      const shown =
        rank <= SEVERE ? chalk.red(label) : rank === SEVERE + 1 ? chalk.yellow(label) : label;
      return `  ${grouped(count).padStart(width)}  ${shown}  ${escapeLine(name)}`;
    }),
  ];
}

function containerLines(
  { containers, hostCount }: SummaryFacts,
  chalk: ChalkInstance,
): readonly string[] {
  if (containers.length === 0) {
    return [];
  }
  const sorted = [...containers].sort(
    (a, b) => b.count - a.count || compare(a.container.id, b.container.id),
  );
  return [
    chalk.bold('Containers'),
    ...sorted.flatMap(containerLine),
    ...(hostCount === 0 ? [] : [`  ${grouped(hostCount)} on the host itself`]),
  ];
}

function containerLine({ container, count, rules }: ContainerTally): readonly string[] {
  const parts = [
    ['name', container.name],
    ['pod', container.pod],
    ['namespace', container.namespace],
    ['image', container.image],
  ]
    .filter((part): part is [string, string] => part[1] !== undefined && part[1] !== '')
    .map(([word, value]) => `${word}=${escapeLine(value)}`);
  const stop = stopCommand(container);
  return [
    `  ${grouped(count)}  ${escapeLine(container.id)}  ${parts.join(' ')}`,
    `      ${[...rules].sort(compare).map(escapeLine).join(', ')}`,
    ...(stop === undefined ? [] : [`      stop it: ${stop}`]),
  ];
}

const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN =
  /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/**
 * The command that stops what keeps a container's pod running, where labels give it and every part is a
 * valid Kubernetes name: an attacker may have chosen them, and readers paste.
 */
export function stopCommand({ namespace, owner }: ContainerSnapshot): string | undefined {
  if (
    namespace === undefined ||
    owner === undefined ||
    !LABEL.test(namespace) ||
    !SUBDOMAIN.test(owner.name)
  ) {
    return undefined;
  }
  switch (owner.kind) {
    case 'deployment':
      return `kubectl -n ${namespace} scale deploy ${owner.name} --replicas 0`;
    case 'statefulset':
      return `kubectl -n ${namespace} scale statefulset ${owner.name} --replicas 0`;
    case 'job':
      return `kubectl -n ${namespace} delete job ${owner.name}`;
    case 'daemonset':
      return `kubectl -n ${namespace} delete daemonset ${owner.name}`;
  }
}

function shadowLines({ shadowed }: SummaryFacts, chalk: ChalkInstance): readonly string[] {
  return shadowed.length === 0
    ? []
    : [
        chalk.bold('Matched as well, but an earlier rule took the event (--match all shows them)'),
        ...shadowed.map((text) => `  ${escapeText(text)}`),
      ];
}

/** Reasons that are named; the rules of all others are counted together. */
const MAX_REASONS = 5;

/** Without it, "No alerts" would be read as innocence where nothing could have alerted. */
function silenceLines({
  silence: { ruleCount, isVerbose, isPartial, rules },
}: SummaryFacts): string[] {
  if (rules.length === 0) {
    return [];
  }
  const byDetail = new Map<string, string[]>();
  for (const { name, detail } of rules) {
    byDetail.set(detail, [...(byDetail.get(detail) ?? []), name]);
  }
  const sorted = [...byDetail].sort(
    ([a, namesOfA], [b, namesOfB]) => namesOfB.length - namesOfA.length || compare(a, b),
  );
  const rest = sorted.slice(MAX_REASONS).flatMap(([, names]) => names);
  const reasons = [
    ...sorted
      .slice(0, MAX_REASONS)
      .map(([detail, names]) => `${escapeLine(detail)} (${grouped(names.length)})`),
    ...(rest.length === 0 ? [] : [`other reasons (${grouped(rest.length)})`]),
  ].join(', ');
  const names = isVerbose
    ? sorted.flatMap(([detail, named]) =>
        named.map((name) => `  ${escapeLine(name)}: ${escapeLine(detail)}`),
      )
    : [];
  const count = `${grouped(rules.length)} of ${plural(ruleCount, 'rule')}`;
  const hint = isVerbose ? '' : '; -v names them';
  const where = isPartial ? 'what was read of this evidence' : 'this evidence';
  return [`${count} could not fire on ${where}: ${reasons}${hint}`, ...names];
}

function lossLines({ evidence }: SummaryFacts, chalk: ChalkInstance): readonly string[] {
  const losses = evidence.flatMap(({ path, losses: each }) =>
    each.map((text) => `  ${evidenceName(path)}: ${escapeText(text)}`),
  );
  return losses.length === 0
    ? []
    : [
        chalk.red.bold('Data loss: parts of the evidence were not seen; absence proves nothing'),
        ...losses,
      ];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
