/**
 * What limits the conclusions of one run, beside damage: as diagnostics, which the case stores and the summary says.
 */
import type { Diagnostic, DiagnosticId } from '../../diagnostics.js';
import { grouped } from '../../output/index.js';
import type { ReplayResult } from '../../pipeline.js';
import { textOfBytes } from '../../units.js';

/** A rule that matched `count` events which rule `by` took. Names are byte strings. */
export interface Shadow {
  readonly name: string;
  readonly by: string;
  readonly count: number;
}

/** What limited a run. */
export interface Limits {
  readonly result: ReplayResult;
  /** What the evidence does not say. */
  readonly unknowns: readonly string[];
  /** Words of the command line that keep events from the rules. */
  readonly narrowing: readonly string[];
  /** Rules of sources that no evidence has. */
  readonly idle: readonly { readonly source: string; readonly count: number }[];
  readonly shadowed: readonly Shadow[];
}

/** A sentence for each limit, in a fixed order. */
export function limitDiagnostics(limits: Limits): readonly Diagnostic[] {
  const { incomplete } = limits.result.identity;
  const sentences: readonly (readonly [DiagnosticId, readonly string[]])[] = [
    ['analysis/incomplete', incomplete === undefined ? [] : [incomplete]],
    ['analysis/narrowed', limits.narrowing.length === 0 ? [] : [narrowedText(limits.narrowing)]],
    ['analysis/unknown', limits.unknowns],
    ['analysis/idle-rules', limits.idle.map(idleText)],
    ['analysis/shadowed-rule', limits.shadowed.map(shadowText)],
  ];
  return sentences.flatMap(([id, texts]) => texts.map((detail) => ({ id, detail })));
}

function narrowedText(narrowing: readonly string[]): string {
  return `Rules were shown only events of ${narrowing.join(' ')}`;
}

function idleText({ source, count }: Limits['idle'][number]): string {
  return `${grouped(count)} ${count === 1 ? 'rule' : 'rules'} of source ${source}, which no evidence has`;
}

function shadowText({ name, by, count }: Shadow): string {
  const events = `${grouped(count)} ${count === 1 ? 'event' : 'events'}`;
  return `rule ${textOfBytes(name)} matched ${events} that rule ${textOfBytes(by)} took`;
}
