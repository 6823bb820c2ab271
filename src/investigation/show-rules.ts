/** The work of `rules list`, `rules show` and `rules describe`. */
import { UserError } from '../errors.js';
import { nearestName } from '../fields/index.js';
import { escapeText, openStdout } from '../output/index.js';
import {
  buildingInText,
  describeRule,
  type Building,
  type Position,
  type Rule,
  type RuleDescription,
  type RuleSet,
} from '../rules/index.js';
import { bytesOfText, textOfBytes } from '../units.js';
import { printListing, type ListFormat, type Section } from './words/listing.js';
import { loadRuleFiles } from './rules/rule-files.js';

interface Request {
  readonly rules?: readonly string[] | undefined;
}

/** Print a row for each rule. */
export async function listRules({
  rules: paths,
  format,
}: Request & { format: ListFormat }): Promise<void> {
  const { ruleSet } = await loadRuleFiles(paths);
  const rows = [
    ...ruleSet.rules.map((rule) => rowOf(rule, rule.isEnabled ? 'yes' : 'no', rule.tags)),
    ...ruleSet.idle.map((rule) => rowOf(rule, 'idle', [])),
  ];
  const section: Section = {
    heading: `${rows.length} rules`,
    doc: 'name, priority, source, whether it runs, tags',
    rows,
  };
  printListing(['rule', 'priority', 'source', 'runs', 'tags'], [section], format);
}

function rowOf(
  { name, priority, source }: Pick<Rule, 'name' | 'priority' | 'source'>,
  runs: 'yes' | 'no' | 'idle',
  tags: readonly string[],
): Section['rows'][number] {
  return {
    cells: [name, priority, source, runs, tags.join(', ')].map(textOfBytes).map(escapeText),
    json: { name, priority, source, tags, is_enabled: runs === 'yes', is_idle: runs === 'idle' },
  };
}

/**
 * Print all about one rule, macro or list.
 *
 * @throws {UserError} `RULE_UNKNOWN`
 */
export async function showRule(
  request: Request & { name: string; format: 'text' | 'json' },
): Promise<void> {
  const { name, format } = request;
  const { ruleSet } = await loadRuleFiles(request.rules);
  const bytes = bytesOfText(name);
  const rule = ruleSet.rules.find((each) => each.name === bytes);
  const buildings = ruleSet.buildings.filter((each) => each.name === bytes).map(buildingInText);
  if (rule === undefined && buildings.length === 0) {
    throw unknownRule(name, ruleSet);
  }
  const sink = openStdout();
  if (format === 'json') {
    const found =
      rule === undefined ? buildings.map(buildingJson) : [ruleJson(describeRule(rule, ruleSet))];
    found.forEach((each) => {
      sink.writeJson(JSON.stringify(each, undefined, 2));
    });
  } else {
    const pages = [
      ...(rule === undefined ? [] : [ruleText(describeRule(rule, ruleSet))]),
      ...buildings.map((building) => buildingText(building).join('\n')),
    ];
    sink.writeText(`${pages.join('\n\n')}\n`);
  }
  sink.close();
}

function unknownRule(name: string, { rules, idle, buildings }: RuleSet): UserError {
  const other = idle.find((rule) => rule.name === bytesOfText(name));
  const known = [...rules, ...buildings].map((each) => textOfBytes(each.name));
  const meant = nearestName(name, known);
  return new UserError({
    code: 'RULE_UNKNOWN',
    what: 'Cannot show this rule',
    where: name,
    why:
      other === undefined
        ? 'no rule, macro or list of this name was loaded'
        : `it is for events of source "${other.source}", which no evidence has: it is idle, and not compiled`,
    fix:
      meant === undefined
        ? 'run "tiercel rules list" to see every rule'
        : `did you mean "${meant}"?`,
  });
}

/** Print everything as one JSON object. */
export async function describeRules({ rules: paths }: Request): Promise<void> {
  const { ruleSet } = await loadRuleFiles(paths);
  const buildings = ruleSet.buildings.map(buildingInText);
  const all = {
    files: ruleSet.files,
    rules: ruleSet.rules.map((rule) => ruleJson(describeRule(rule, ruleSet))),
    idle_rules: ruleSet.idle.map(({ name, source, priority, at }) => ({
      name: textOfBytes(name),
      source: textOfBytes(source),
      priority,
      position: placeJson(at),
    })),
    macros: buildings.filter(({ kind }) => kind === 'macro').map(buildingJson),
    lists: buildings.filter(({ kind }) => kind === 'list').map(buildingJson),
  };
  const sink = openStdout();
  sink.writeJson(JSON.stringify(all, undefined, 2));
  sink.close();
}

function ruleJson(description: RuleDescription) {
  const { rule, buildings } = description;
  const named = (kind: Building['kind']): readonly string[] =>
    buildings.filter((each) => each.kind === kind).map(({ name }) => name);
  return {
    name: rule.name,
    description: rule.description,
    priority: rule.priority,
    source: rule.source,
    tags: rule.tags,
    is_enabled: rule.isEnabled,
    condition: rule.conditionText,
    resolved_condition: description.resolvedCondition,
    output: description.output,
    condition_fields: description.conditionFields,
    output_fields: description.outputFields,
    exception_fields: rule.exceptionFields,
    operators: description.operators,
    event_types: description.eventTypes ?? null,
    macros: named('macro'),
    lists: named('list'),
    is_captured: rule.isCaptured,
    capture_ms: rule.captureMs,
    position: placeJson(rule.at),
  };
}

function buildingJson({ kind, name, text, items, macros, lists, at }: Building) {
  const common = { name, lists, position: placeJson(at) };
  return kind === 'macro' ? { ...common, condition: text, macros } : { ...common, items };
}

function placeJson({ file, line, column }: Position) {
  return { file, line, column };
}

function ruleText(description: RuleDescription): string {
  const { rule, buildings } = description;
  const state = rule.isEnabled ? 'enabled' : 'disabled';
  const lines = [
    `rule ${rule.name}`,
    `  at:           ${rule.at.file}:${rule.at.line}:${rule.at.column}`,
    `  priority:     ${rule.priority}`,
    `  source:       ${rule.source}, ${state}`,
    `  tags:         ${listed(rule.tags)}`,
    `  description:  ${oneLine(rule.description)}`,
    `  condition:    ${oneLine(rule.conditionText)}`,
    `  comes to:     ${description.resolvedCondition}`,
    `  output:       ${oneLine(description.output)}`,
    `  event types:  ${description.eventTypes === undefined ? 'all' : listed(description.eventTypes)}`,
    `  asks:         ${listed(description.conditionFields)}`,
    `  prints:       ${listed(description.outputFields)}`,
    ...exceptionLines(rule),
  ];
  const parts = buildings.flatMap((building) => buildingText(building).map((line) => `  ${line}`));
  return [...lines.map(escapeText), ...(parts.length > 0 ? ['', '  made of'] : []), ...parts].join(
    '\n',
  );
}

function exceptionLines({ exceptionFields }: Rule): readonly string[] {
  return exceptionFields.length === 0 ? [] : [`  exceptions:   by ${listed(exceptionFields)}`];
}

function buildingText({ kind, name, text, at }: Building): readonly string[] {
  const place = `${at.file}:${at.line}`;
  return [`  ${kind} ${name} (${place})`, `    ${text === '' ? '(empty)' : oneLine(text)}`].map(
    escapeText,
  );
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}

function listed(words: readonly string[]): string {
  return words.length === 0 ? 'none' : words.join(', ');
}
