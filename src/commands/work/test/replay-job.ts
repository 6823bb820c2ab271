/**
 * One replay for tests: captures and rules in, alerts out. Everything that goes in or out can be sent to
 * another thread.
 */
import { AlertBuilder, writeJson } from '../../../alerts/index.js';
import { openEvidence } from '../../../capture/index.js';
import { compileFieldText, renderField, type CompiledField } from '../../../fields/index.js';
import { UserError } from '../../../errors.js';
import { utcTime } from '../../../output/index.js';
import { replay } from '../../../pipeline.js';
import { Matcher, selectRules } from '../../../rules/index.js';
import { textOfBytes } from '../../../units.js';
import { loadRuleFiles, type LoadedRules } from '../rule-files.js';

/** What to replay. Paths are absolute. */
export interface ReplayJob {
  readonly captures: readonly string[];
  /** Empty: the rules that ship with the program. */
  readonly rules: readonly string[];
  /** Fields that are wanted at each alert, beyond those of its output. */
  readonly fields: readonly string[];
}

/** An alert that came. */
export interface JobAlert {
  readonly rule: string;
  /** Whether no rule before it matched the same event. */
  readonly isFirst: boolean;
  readonly line: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** What came of it. */
export interface JobResult {
  readonly alerts: readonly JobAlert[];
  /** What damage was found, a sentence each. */
  readonly damage: readonly string[];
  /** Names of all rules, disabled ones too. */
  readonly rules: readonly string[];
}

/** Replay, and keep what tests ask about. */
export async function runReplayJob(job: ReplayJob): Promise<JobResult> {
  return await replayWith(loadRuleFiles(job.rules), job);
}

/** The same with rules that are loaded already. */
export async function replayWith({ ruleSet }: LoadedRules, job: ReplayJob): Promise<JobResult> {
  const rules = selectRules(ruleSet, {});
  const builder = new AlertBuilder({ timeFormat: 'clock' });
  builder.prepare(rules);
  const wanted = new Map(job.fields.map((name) => [name, fieldsNamed(name)]));
  const alerts: JobAlert[] = [];
  const damage: string[] = [];
  for (const capture of job.captures) {
    const matcher = new Matcher(rules);
    const result = await replay(await openEvidence(capture), {
      onMoment: (moment, isState) => {
        if (isState) {
          return undefined;
        }
        for (const [index, rule] of [...matcher.match(moment)].entries()) {
          const { time, message, fields } = builder.build(moment, rule);
          const [name, priority] = [rule.name, rule.priority];
          alerts.push({
            rule: textOfBytes(name),
            isFirst: index === 0,
            line: writeJson({ time: utcTime(time), rule: name, priority, output: message, fields }),
            fields: new Map(
              [...wanted].flatMap(([field, readers]) => {
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
    damage.push(...result.diagnostics.map(({ id, detail }) => `${capture}: ${detail} (${id})`));
  }
  return { alerts, damage, rules: ruleSet.rules.map(({ name }) => textOfBytes(name)) };
}

/** A field by the sources whose events have it. */
function fieldsNamed(name: string): Map<string, CompiledField> {
  const found = new Map<string, CompiledField>();
  for (const source of ['syscall', 'k8s_audit', 'aws_cloudtrail']) {
    const { field } = compileFieldText(name, source);
    if (field !== undefined) {
      found.set(source, field);
    }
  }
  if (found.size === 0) {
    throw new UserError({
      code: 'TEST_UNKNOWN_FIELD',
      what: 'Cannot run a test',
      where: `where: { ${name}: ... }`,
      why: `no field is called "${name}"`,
      fix: 'run "tiercel list fields" to see every name',
    });
  }
  return found;
}
