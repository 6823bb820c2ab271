/** Traced rules, replayed over evidence in this process. */
import { readdirSync } from 'node:fs';
import { openEvidence } from '../../../src/capture/index.js';
import { VISIBILITY } from '../../../src/events/index.js';
import { DEFAULT_SETTINGS } from '../../../src/fields/index.js';
import { replay } from '../../../src/pipeline.js';
import {
  loadRules,
  RuleTrace,
  type Buildings,
  type Condition,
  type LoadResult,
  type Resolved,
  type RulesInput,
  type WrittenRule,
} from '../../../src/rules/index.js';
import { parseCondition } from '../../../src/rules/parse.js';
import { SourceFile } from '../../../src/rules/source-text.js';
import type { Moment } from '../../../src/state/index.js';

/** Our recorded fixtures, without those that are long and quiet. */
export const FIXTURES = readdirSync('fixtures')
  .filter((name) => name.endsWith('.scap') && !name.startsWith('quiet'))
  .map((name) => `fixtures/${name}`);

/** Show everything that rules are asked about. */
export async function eachMoment(
  evidence: string,
  look: (moment: Moment) => unknown,
): Promise<void> {
  await replay(await openEvidence(evidence), {
    onMoment: (moment, visibility) => {
      if (visibility !== VISIBILITY.STATE) {
        look(moment);
      }
      return undefined;
    },
  });
}

/** A text as a condition. */
function written(text: string): Condition {
  return parseCondition(new SourceFile('rule', text));
}

/** The trace of a condition that uses these macros. */
export function traceOf(
  text: string,
  { macros = {}, source = 'syscall' }: { macros?: Record<string, string>; source?: string } = {},
): RuleTrace {
  const conditions = new Map(Object.entries(macros).map(([name, of]) => [name, written(of)]));
  const buildings: Buildings = {
    definitions: { lists: new Map(), macros: new Map(), resolutions: new Map() },
    written: { rules: new Map(), macros: conditions, overridden: [] },
  };
  return new RuleTrace({ condition: written(text), exceptions: [] }, source, buildings, {
    settings: DEFAULT_SETTINGS,
  });
}

/** What loaded, conditions as written with it. */
export type Loaded = Required<{
  readonly [Key in 'ruleSet' | 'definitions' | 'written']: NonNullable<LoadResult[Key]>;
}>;

/** Load files that are right. */
export function loadWritten(inputs: readonly RulesInput[]): Loaded {
  const { ruleSet, definitions, written: kept, files } = loadRules(inputs, { keepsWritten: true });
  if (ruleSet === undefined || definitions === undefined || kept === undefined) {
    throw new Error(
      files
        .flatMap(({ errors }) => errors)
        .map(({ message }) => message)
        .join('; '),
    );
  }
  return { ruleSet, definitions, written: kept };
}

/** The trace of a rule that loaded. */
export function traceRule(loaded: Loaded, name: string, source: string): RuleTrace {
  const rule = loaded.written.rules.get(name) as WrittenRule;
  return new RuleTrace(rule, source, loaded, { settings: DEFAULT_SETTINGS });
}

/** A tree as the condition that it stands for. */
export function conditionOfTree(node: RuleTrace['tree']['root']): Resolved {
  switch (node.kind) {
    case 'comparison':
    case 'list':
      return node.comparison;
    case 'macro':
      return conditionOfTree(node.children[0] as typeof node);
    case 'not':
    case 'exception':
      return { kind: 'not', child: conditionOfTree(node.children[0] as typeof node) };
    default:
      return { kind: node.kind, children: node.children.map(conditionOfTree) };
  }
}
