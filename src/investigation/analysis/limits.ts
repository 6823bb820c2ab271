/**
 * What limits the conclusions of an analysis, beside damage: a diagnostic each. Their sentences are worded here alone; the case
 * stores them, and the summary prints them.
 */
import type { Diagnostic } from '../../diagnostics.js';
import { grouped } from '../../output/index.js';
import type { ReplayResult } from '../../pipeline.js';
import type { IdleRule, Rule } from '../../rules/index.js';
import { textOfBytes } from '../../units.js';
import { storyOf } from '../failure.js';
import type { Settled } from './request.js';

/** A rule that matched `count` events which rule `by` took. Names are byte strings. */
export interface Shadow {
  readonly name: string;
  readonly by: string;
  readonly count: number;
}

/** The rules of an analysis. */
interface RulesAsked {
  /** Those that run. */
  readonly chosen: readonly Rule[];
  /** Those that would have run without flags and configuration. */
  readonly offered: readonly Rule[];
  /** Rules of sources that no evidence has. */
  readonly idle: readonly IdleRule[];
}

/** What limits the conclusions from all of the evidence alike: what rules were not asked, and at which events. */
export function limitsOfRequest(settled: Settled, rules: RulesAsked): readonly Diagnostic[] {
  const narrowing = wordsOf(settled, ['filter', 'from', 'to', 'last']);
  return [
    ...(narrowing.length === 0
      ? []
      : [limit('analysis/narrowed', `Rules were shown only events of ${narrowing.join(' ')}`)]),
    ...rulesLeftOut(settled, rules),
    ...idleRules(rules.idle),
  ];
}

/** What limits the conclusions from one piece of evidence that was replayed. */
export function limitsOfEvidence(result: ReplayResult): readonly Diagnostic[] {
  const { incomplete } = result.identity;
  return [
    ...(incomplete === undefined ? [] : [limit('analysis/incomplete', incomplete)]),
    ...lacksOf(result).map(({ text }) => limit('analysis/unknown', text)),
  ];
}

/** A rule stood behind another one (`--match first`). */
export function shadowLimit({ name, by, count }: Shadow): Diagnostic {
  const events = plural(count, 'event');
  const detail = `rule ${textOfBytes(name)} matched ${events} that rule ${textOfBytes(by)} took`;
  return limit('analysis/shadowed-rule', detail);
}

/** Evidence could not be opened, or not be read on. */
export function endedEarly(error: unknown): Diagnostic {
  const why = storyOf(error)?.why ?? 'a mistake in tiercel ended it';
  return { id: 'analysis/ended-early', detail: `not analysed to its end: ${why}` };
}

/** The analysis did not come to a piece of evidence, or could not store anything of it. */
export function notBegun(): Diagnostic {
  const why = 'the analysis did not come to this evidence, or its case was full by then';
  return limit('analysis/not-begun', `not begun: ${why}`);
}

function limit(id: Diagnostic['id'], detail: string): Diagnostic {
  return { id, detail };
}

const plural = (count: number, word: string): string =>
  `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;

/** The flags of {@link Settled} whose values are words. */
type Words = {
  readonly [
    Flag in keyof Settled as Settled[Flag] extends string | readonly string[] | undefined
      ? Flag
      : never
  ]: string | readonly string[] | undefined;
};

/** Flags that were given, as they are written on the command line. */
function wordsOf(settled: Settled, flags: readonly (keyof Words)[]): readonly string[] {
  return flags.flatMap((flag) => {
    const value = (settled as Words)[flag];
    const values = value === undefined || typeof value === 'string' ? [value] : value;
    return values.flatMap((each) => (each === undefined ? [] : [`--${flag} ${each}`]));
  });
}

const SELECTING = ['rule', 'tag', 'disable', 'disable-tag', 'min-priority'] as const;

function rulesLeftOut(settled: Settled, { chosen, offered }: RulesAsked): readonly Diagnostic[] {
  const running = new Set(chosen.map(({ index }) => index));
  const count = offered.filter(({ index }) => !running.has(index)).length;
  if (count === 0) {
    return [];
  }
  const by = [
    ...wordsOf(settled, SELECTING),
    ...(settled.switches.length === 0 ? [] : ['rules of the configuration']),
  ].join(' ');
  const rules = `${grouped(count)} of ${plural(offered.length, 'rule')}`;
  return [limit('analysis/rules-left-out', `${rules} did not run, as ${by} asked`)];
}

function idleRules(rules: readonly IdleRule[]): readonly Diagnostic[] {
  const counts = new Map<string, number>();
  for (const { source } of rules) {
    counts.set(source, (counts.get(source) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([source, count]) => {
      const detail = `${plural(count, 'rule')} did not run, for no evidence has their source ${textOfBytes(source)}`;
      return limit('analysis/idle-rules', detail);
    });
}

/** Short ids of containers, and whether metadata of each was seen. */
function containersOf({ world }: ReplayResult): ReadonlyMap<string, boolean> {
  const seen = new Map<string, boolean>();
  for (const { containerId } of world.threads.values()) {
    seen.set(containerId, false);
  }
  for (const { id, hasMetadata } of world.containers.values()) {
    seen.set(id, hasMetadata);
  }
  seen.delete('');
  seen.delete('host');
  return seen;
}

/** Something that a capture does not say, and answers would need. */
export interface Lack {
  readonly kind: 'machine' | 'container-metadata' | 'users';
  readonly text: string;
}

/** All that this capture does not say. */
export function lacksOf(result: ReplayResult): readonly Lack[] {
  const { world, machine, identity } = result;
  if (identity.format !== 'scap') {
    return [];
  }
  const containers = containersOf(result);
  const bare = [...containers.values()].filter((hasMetadata) => !hasMetadata).length;
  const lacks: Lack[] = [];
  if (machine === undefined) {
    lacks.push({ kind: 'machine', text: 'the capture does not say which machine it is from' });
  }
  if (containers.size > 0 && bare === containers.size) {
    const text = 'the capture has no container metadata; names, images and pods are missing';
    lacks.push({ kind: 'container-metadata', text });
  } else if (bare > 0) {
    const text = `${bare} of ${containers.size} containers have no metadata; their names and images are missing`;
    lacks.push({ kind: 'container-metadata', text });
  }
  if (!world.knowsUsers) {
    const text = 'the capture has no list of users; user names are missing';
    lacks.push({ kind: 'users', text });
  }
  return lacks;
}
