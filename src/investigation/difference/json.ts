/** Differences as JSON: the shape is described in docs/why.md. */
import type { Rule } from '../../rules/index.js';
import { textOfBytes } from '../../units.js';
import { placeJson, sightJson } from '../why/json.js';
import type { DifferenceReport } from './report.js';
import type { Example, ModeDifference } from './tally.js';

/** Processes that are named. */
const MAX_PROCESSES = 1000;

/** One object, ready to be written. */
export function differenceJson(report: DifferenceReport): object {
  const { old, now, oldCount, newCount, evidence, rules, modes } = report;
  return {
    old: { path: old, rules: oldCount },
    new: { path: now, rules: newCount },
    evidence,
    rules: {
      added: rules.added.map(ruleJson),
      removed: rules.removed.map(ruleJson),
      renamed: rules.renamed.map((each) => ({
        old: ruleJson(each.old),
        new: ruleJson(each.now),
        same: each.same,
      })),
    },
    match: Object.fromEntries(modes.map((mode) => [mode.match, modeJson(mode)])),
  };
}

function ruleJson({ name, at, isEnabled }: Rule): object {
  return { name: textOfBytes(name), at: placeJson(at), is_enabled: isEnabled };
}

function modeJson(mode: ModeDifference): object {
  return {
    alerts_old: mode.oldCount,
    alerts_new: mode.newCount,
    ...mode.counts,
    changes: mode.changes,
    rules: mode.rules.map(({ name, at, counts, examples }) => ({
      name: textOfBytes(name),
      at: placeJson(at),
      ...counts,
      examples: {
        gained: examples.gained.map(exampleJson),
        lost: examples.lost.map(exampleJson),
        changed: examples.changed.map(exampleJson),
      },
    })),
    processes: mode.processes
      .slice(0, MAX_PROCESSES)
      .map(({ name, counts }) => ({ name: textOfBytes(name), ...counts })),
    moves: mode.moves.map(({ from, to, why, count }) => ({
      from: textOfBytes(from),
      to: textOfBytes(to),
      why,
      events: count,
    })),
  };
}

function exampleJson({ event, old, now }: Example): object {
  return {
    ...sightJson(event),
    old: old === undefined ? null : textOfBytes(old),
    new: now === undefined ? null : textOfBytes(now),
  };
}
