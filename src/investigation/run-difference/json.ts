/** What two runs differ in, as JSON. */
import { utcTime } from '../../output/index.js';
import type { AlertFacts, RunFacts } from '../../store/index.js';
import type { RunDifference } from './compare.js';

/** The object that `-f json` prints. */
export function differenceJson(difference: RunDifference): string {
  const { before, after, causes, gained, lost, changed, sameCount } = difference;
  return JSON.stringify(
    {
      before: runShown(before),
      after: runShown(after),
      causes,
      gained: gained.map(alertShown),
      lost: lost.map(alertShown),
      changed: changed.map((change) => ({
        ...alertShown(change.after),
        parts: change.parts,
        before: alertShown(change.before),
      })),
      same: sameCount,
      not_seen_before: difference.unseenBefore,
      not_seen_after: difference.unseenAfter,
    },
    undefined,
    2,
  );
}

function runShown({ id, path, sha256, status, version, rulesSha256, options }: RunFacts): object {
  return {
    run_id: Number(id),
    evidence: path,
    sha256,
    status,
    version,
    rules_sha256: rulesSha256,
    options,
  };
}

function alertShown(alert: AlertFacts): object {
  return {
    alert_id: Number(alert.id),
    time: utcTime(alert.time),
    source: alert.source,
    event_number: Number(alert.eventNumber),
    rule: alert.rule,
    priority: alert.priority,
    output: alert.output,
    tags: JSON.parse(alert.tags) as unknown,
  };
}
