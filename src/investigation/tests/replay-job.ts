/**
 * One replay for tests: a capture and rules in, alerts out. Everything that goes in or out can be sent to
 * another thread.
 */
import { AlertBuilder, writeJson } from '../../alerts/index.js';
import { openEvidence } from '../../capture/index.js';
import { DIAGNOSTICS } from '../../diagnostics.js';
import { VISIBILITY } from '../../events/index.js';
import { renderField } from '../../fields/index.js';
import { utcTime } from '../../output/index.js';
import { replay } from '../../pipeline.js';
import { Matcher, selectRules, type Rule } from '../../rules/index.js';
import { Supplement, type Descriptions } from '../../state/index.js';
import { textOfBytes } from '../../units.js';
import { loadRuleFiles } from '../rules/rule-files.js';
import { fieldBySource } from './where-fields.js';

/** What to replay. Paths are relative to the current folder, so that messages are the same everywhere. */
export interface ReplayJob {
  readonly capture: string;
  /** Empty: the rules that ship with the program. */
  readonly rules: readonly string[];
  /** Fields that are wanted at each alert, beyond those of its output. */
  readonly fields: readonly string[];
  /** Names that the capture lacks. */
  readonly names?: Descriptions | undefined;
}

/** An alert that came. */
export interface JobAlert {
  readonly rule: string;
  /** Whether no rule before it matched the same event. */
  readonly isFirst: boolean;
  readonly line: string;
  readonly text: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** What was odd about a capture. */
export interface Finding {
  readonly isLoss: boolean;
  /** A sentence, without the capture's name. */
  readonly text: string;
}

/** What came of it. */
export interface JobResult {
  readonly alerts: readonly JobAlert[];
  readonly findings: readonly Finding[];
}

/** Rules of the last job; most jobs of a folder have the same. */
let loaded: { readonly key: string; readonly rules: readonly Rule[] } | undefined;

async function rulesOf({ rules }: ReplayJob): Promise<readonly Rule[]> {
  const key = JSON.stringify(rules);
  if (loaded?.key !== key) {
    // what is wrong with them was reported before
    const { ruleSet } = await loadRuleFiles(rules, { isQuiet: true });
    loaded = { key, rules: selectRules(ruleSet, {}) };
  }
  return loaded.rules;
}

/** Replay, and keep what tests ask about. */
export async function runReplayJob(job: ReplayJob): Promise<JobResult> {
  return replayWith(await rulesOf(job), job);
}

/** The same with rules that are loaded and chosen already. */
export async function replayWith(rules: readonly Rule[], job: ReplayJob): Promise<JobResult> {
  const builder = new AlertBuilder({ timeFormat: 'clock' });
  builder.prepare(rules);
  const wanted = job.fields.map((name) => [name, fieldBySource(name)] as const);
  const alerts: JobAlert[] = [];
  const matcher = new Matcher(rules);
  const evidence = await openEvidence(job.capture, { isHashed: false });
  const { diagnostics } = await replay(evidence, {
    supplement: job.names === undefined ? undefined : new Supplement(job.names),
    wants: (moment) => matcher.wants(moment),
    onMoment: (moment, visibility) => {
      if (visibility === VISIBILITY.STATE) {
        return undefined;
      }
      const matched = matcher.match(moment);
      for (let at = 0; at < matched.length; at += 1) {
        const rule = matched[at] as Rule;
        const { time, message, fields } = builder.build(moment, rule);
        const [name, priority] = [rule.name, rule.priority];
        const instant = utcTime(time);
        alerts.push({
          rule: textOfBytes(name),
          isFirst: at === 0,
          text: `${instant} ${priority} ${textOfBytes(message)}`,
          line: writeJson({ time: instant, rule: name, priority, output: message, fields }),
          fields: new Map(
            wanted.flatMap(([field, readers]) => {
              const reader = readers.get(rule.source);
              return reader === undefined
                ? []
                : [[field, textOfBytes(renderField(reader, moment) ?? '<NA>')] as const];
            }),
          ),
        });
      }
      return undefined;
    },
  });
  // of many captures, one file describes a few
  const reported = diagnostics.filter(({ id }) => id !== 'metadata/unused');
  const findings = reported.map(({ id, offset, detail }) => ({
    isLoss: DIAGNOSTICS[id].severity === 'data-loss',
    text: `${offset === undefined ? '' : `byte ${offset}: `}${detail} (${id})`,
  }));
  return { alerts, findings };
}
