/**
 * Two runs of a case, alert by alert. An alert is known by its evidence, source, event and rule, as in `rules diff`: one that
 * both runs have and that reads otherwise has changed.
 */
import type { AlertFacts, CaseReader, RunFacts } from '../../store/index.js';

/** What may change in an alert. */
const COMPARED = ['priority', 'output', 'tags'] as const;
/** What may make two runs differ. */
const CAUSES = ['sha256', 'path', 'rulesSha256', 'options', 'version', 'status'] as const;

/** An alert that both runs have. */
export interface ChangedAlert {
  readonly before: AlertFacts;
  readonly after: AlertFacts;
  /** Which of its parts are others. */
  readonly parts: readonly (typeof COMPARED)[number][];
}

/** Everything that two runs differ in. */
export interface RunDifference {
  readonly before: RunFacts;
  readonly after: RunFacts;
  /** Which parts of the runs are others. */
  readonly causes: readonly (typeof CAUSES)[number][];
  /** What only one of the runs could not see. */
  readonly unseenBefore: readonly string[];
  readonly unseenAfter: readonly string[];
  readonly gained: readonly AlertFacts[];
  readonly lost: readonly AlertFacts[];
  readonly changed: readonly ChangedAlert[];
  readonly sameCount: number;
}

/** Compare `after` with `before`. */
export function compareRuns(reader: CaseReader, before: RunFacts, after: RunFacts): RunDifference {
  const isSameEvidence = isOfSameEvidence(before, after);
  const old = byIdentity(reader.alertsOfRun(before.id));
  const gained: AlertFacts[] = [];
  const changed: ChangedAlert[] = [];
  let sameCount = 0;
  for (const [identity, alert] of byIdentity(reader.alertsOfRun(after.id))) {
    const other = isSameEvidence ? old.get(identity) : undefined;
    if (other === undefined) {
      gained.push(alert);
      continue;
    }
    old.delete(identity);
    const parts = COMPARED.filter((part) => other[part] !== alert[part]);
    if (parts.length === 0) {
      sameCount += 1;
    } else {
      changed.push({ before: other, after: alert, parts });
    }
  }
  const [unseenBefore, unseenAfter] = [reader.notSeen(before.id), reader.notSeen(after.id)];
  return {
    before,
    after,
    causes: CAUSES.filter((cause) => before[cause] !== after[cause]),
    unseenBefore: unseenBefore.filter((each) => !unseenAfter.includes(each)),
    unseenAfter: unseenAfter.filter((each) => !unseenBefore.includes(each)),
    gained,
    lost: [...old.values()],
    changed,
    sameCount,
  };
}

/** A run that was not finished knows its evidence by name alone. */
function isOfSameEvidence(before: RunFacts, after: RunFacts): boolean {
  return before.sha256 !== null && after.sha256 !== null
    ? before.sha256 === after.sha256
    : before.path === after.path;
}

/** Alerts by what they are known by in their evidence; the second of one identity is another. */
function byIdentity(alerts: Iterable<AlertFacts>): Map<string, AlertFacts> {
  const found = new Map<string, AlertFacts>();
  for (const alert of alerts) {
    const identity = JSON.stringify([alert.source, String(alert.eventNumber), alert.rule]);
    let free = identity;
    for (let number = 2; found.has(free); number += 1) {
      free = `${identity} ${number}`;
    }
    found.set(free, alert);
  }
  return found;
}
