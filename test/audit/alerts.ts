/** Which rules fire on logs, without the command line: rules files -> matcher -> names. */
import { AuditReader, openEvidence, type EvidenceReader } from '../../src/capture/index.js';
import { replay } from '../../src/pipeline.js';
import {
  loadRules,
  Matcher,
  readRulesFiles,
  type Rule,
  type RulesInput,
} from '../../src/rules/index.js';
import { inputOf } from './audit-logs.js';

/** The rules of files, which load without errors or warnings about themselves. */
export function rulesOf(...inputs: readonly (string | RulesInput)[]): readonly Rule[] {
  const { files, ruleSet } = loadRules(
    inputs.flatMap<RulesInput>((input) =>
      typeof input === 'string' ? readRulesFiles([input]) : [input],
    ),
  );
  const errors = files.flatMap((file) => file.errors.map((error) => error.message));
  if (ruleSet === undefined) {
    throw new Error(errors.join('\n'));
  }
  return ruleSet.rules;
}

/** The names of all rules that match, event by event. */
async function firing(rules: readonly Rule[], reader: EvidenceReader): Promise<string[][]> {
  const matcher = new Matcher(rules);
  const names: string[][] = [];
  await replay(reader, {
    onMoment: (moment) => {
      names.push(matcher.match(moment).map((rule) => rule.name));
      return undefined;
    },
  });
  return names;
}

/** The same for a file. */
export async function firingOnFile(rules: readonly Rule[], path: string): Promise<string[][]> {
  return firing(rules, await openEvidence(path));
}

/** The same for events given as objects. */
export async function firingOn(
  rules: readonly Rule[],
  ...events: readonly unknown[]
): Promise<string[][]> {
  const reader = new AuditReader(
    inputOf(events.map((event) => `${JSON.stringify(event)}\n`).join('')),
  );
  await reader.probe();
  return firing(rules, reader);
}
