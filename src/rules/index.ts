/** YAML -> matchers. See README.md. */
export type {
  CallArgument,
  Comparison,
  Condition,
  FieldExpression,
  Literal,
  Operand,
  Operator,
  Position,
  Resolved,
} from './ast.js';
export type { Definitions } from './resolution.js';
export { silentRules, type EvidenceFacts, type Silence } from './could-fire.js';
export { emptyDefinitions, FILTER_FILE, parseFilter, parseWritten } from './filter.js';
export { buildingInText, describeRule, type RuleDescription } from './describe.js';
export { CODE_MEANINGS } from './codes-table.js';
export type { Fault } from './fault.js';
export { loadResultsJson } from './json.js';
export {
  loadingRules,
  loadRules,
  type FileResult,
  type LoadResult,
  type RulesInput,
} from './load.js';
export { unpackRuleSet } from './packed.js';
export { outputToken } from './output-token.js';
export { FUNCTIONS } from './parse-value.js';
export type { Problem } from './problem.js';
export {
  PRIORITIES,
  parsePriority,
  type Building,
  type IdleRule,
  type Priority,
  type Rule,
  type RuleSet,
} from './rule.js';
export { printCondition, shortCondition } from './print-condition.js';
export { ANSWER } from './trace/columns.js';
export { isAsking } from './trace/evaluate.js';
export { decidingPart, type Funnel, type OpenedPart, type Part } from './trace/funnel.js';
export { NearestMisses, type Miss } from './trace/misses.js';
export { RuleTrace, type Group } from './trace/trace.js';
export {
  MatchProfile,
  type AskedQuestion,
  type ProfiledRule,
  type QuestionCount,
} from './trace/profile.js';
export { RuleTraces } from './trace/traces.js';
export type { AskingNode, Buildings, TraceNode } from './trace/tree.js';
export { ValuePrinter, type Sides } from './trace/values.js';
export { SOURCES as EVENT_SOURCES } from './versions.js';
export type { Overridden, Written, WrittenRule } from './written.js';
export { compileCondition } from './engine/condition.js';
export { readerOf, type FieldScope } from './engine/expression.js';
export { Matcher } from './engine/matcher.js';
export { checkFiles, readRulesFiles, SHIPPED_RULES } from './rules-files.js';
export { parseYamlDocuments, repeatedKey, YamlBoundFault } from './yaml-documents.js';
export { compileGlob } from './engine/glob.js';
export { compileTest } from './engine/operators.js';
export { fixText } from './suggest.js';
export { selectRules, switchRules, type Selection } from './select.js';
