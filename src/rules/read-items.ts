/**
 * From the documents of a rules file to the collector, item by item: what kind of item it is, which keys
 * it has, what each must look like. An item with a mistake is given up, and the next one is read.
 */
import { nearestName } from '../fields/index.js';
import type { Collector } from './collector.js';
import type { Entry, ExceptionPart, RuleChanges } from './definitions.js';
import { ItemReader, describeNode } from './item-reader.js';
import { ItemFault, type Context, type LocationType, type Problems } from './problem.js';
import { PRIORITIES, type Priority } from './rule.js';
import type { PlacedText } from './source-text.js';
import {
  ENGINE_VERSION,
  PLUGIN_VERSIONS,
  parseEngineVersion,
  parseVersion,
  printVersion,
  satisfies,
} from './versions.js';
import { valueOf, type YamlMapping, type YamlNode } from './yaml.js';

/** Keys that each kind of item may have; any other gets a warning. */
const KEYS = {
  required_engine_version: ['required_engine_version'],
  required_plugin_versions: ['required_plugin_versions'],
  list: ['list', 'items', 'append', 'override'],
  macro: ['macro', 'condition', 'append', 'override'],
  rule: [
    'rule',
    'condition',
    'output',
    'desc',
    'priority',
    'source',
    'enabled',
    'capture',
    'capture_duration',
    'warn_evttypes',
    'skip-if-unknown-filter',
    'tags',
    'exceptions',
    'override',
    'append',
  ],
} as const;
type ItemKind = keyof typeof KEYS;

const APPENDABLE = ['condition', 'output', 'desc', 'tags', 'exceptions'];
const REPLACEABLE = [
  'condition',
  'output',
  'desc',
  'priority',
  'capture',
  'capture_duration',
  'tags',
  'exceptions',
  'enabled',
  'warn_evttypes',
  'skip-if-unknown-filter',
];

/** Where items are read from, and what they are told to. */
export interface Reading {
  readonly source: PlacedText;
  readonly collector: Collector;
  readonly problems: Problems;
  /** The file itself. */
  readonly context: Context;
  /** Where a quoted text begins that is never closed. */
  readonly openQuote: number | undefined;
}

/** Read all items of a document. */
export function readItems(root: YamlNode | undefined, reading: Reading): void {
  if (root === undefined || (root.kind === 'scalar' && root.isNull)) {
    return;
  }
  if (root.kind !== 'sequence') {
    reading.problems.add('LOAD_ERR_YAML_VALIDATE', reading.context, {
      message: `a rules file is a list of items, each after "- "; found ${describeNode(root)}`,
      at: reading.source.at(root.start),
      fix:
        root.kind === 'mapping'
          ? 'write "- " before the first key, and indent the others'
          : undefined,
    });
    return;
  }
  for (const item of root.items) {
    if (item.kind === 'scalar' && item.isNull) {
      continue;
    }
    try {
      readItem(item, reading);
    } catch (error) {
      if (!(error instanceof ItemFault)) {
        throw error;
      }
      reading.problems.list.push(error.problem);
    }
  }
}

function readItem(item: YamlNode, reading: Reading): void {
  const { problems } = reading;
  const whole = itemContext(item, reading, 'rules content item', '');
  if (item.kind !== 'mapping') {
    throw problems.fault('LOAD_ERR_YAML_VALIDATE', whole, {
      message: `an item is a mapping of keys such as "rule: NAME"; found ${describeNode(item)}`,
      length: item.kind === 'scalar' ? item.text.length : 1,
    });
  }
  const kind = (Object.keys(KEYS) as ItemKind[]).find((key) => valueOf(item, key) !== undefined);
  switch (kind) {
    case 'required_engine_version':
      readEngineVersion(item, reading);
      return;
    case 'required_plugin_versions':
      readPluginVersions(item, reading);
      return;
    case 'list':
      named(item, reading, 'list', readList);
      return;
    case 'macro':
      named(item, reading, 'macro', readMacro);
      return;
    case 'rule':
      named(item, reading, 'rule', readRule);
      return;
    case undefined:
      warnUnknownItem(item, reading, whole);
  }
}

function itemContext(node: YamlNode, reading: Reading, type: LocationType, name: string): Context {
  return [...reading.context, { type, name, at: reading.source.at(node.start) }];
}

function warnUnknownItem(item: YamlMapping, { problems }: Reading, context: Context): void {
  const [first] = item.entries;
  const key = first?.key.kind === 'scalar' ? first.key.text : '';
  const meant = nearestName(key, Object.keys(KEYS));
  problems.add('LOAD_UNKNOWN_ITEM', context, {
    message: `this item is neither a rule, a macro, a list nor a required version: it is passed over`,
    length: key.length,
    fix:
      meant === undefined
        ? `an item has one of the keys ${Object.keys(KEYS).join(', ')}`
        : `did you mean "${meant}"?`,
  });
}

/** Read the name, then the item under it; what gives an item up makes its name one that is not missed. */
function named(
  item: YamlMapping,
  reading: Reading,
  kind: 'list' | 'macro' | 'rule',
  read: (reader: ItemReader, name: string, reading: Reading) => void,
): void {
  const nameless = new ItemReader(item, itemContext(item, reading, kind, ''), reading);
  const name = nameless.text(kind)?.text ?? '';
  nameless.settle();
  const reader = new ItemReader(item, itemContext(item, reading, kind, name), reading);
  try {
    read(reader, name, reading);
    warnUnknownKeys(reader, KEYS[kind]);
  } catch (error) {
    reading.collector.broken[kind].add(name);
    throw error;
  }
}

function warnUnknownKeys(reader: ItemReader, known: readonly string[]): void {
  for (const { key } of reader.mapping.entries) {
    const name = key.kind === 'scalar' ? key.text : '';
    if (!known.includes(name)) {
      const meant = nearestName(name, known);
      reader.warn('LOAD_UNKNOWN_KEY', reader.context, {
        message: `"${name}" is no key of such an item: it is passed over`,
        at: reader.at(key),
        length: name.length,
        fix: meant === undefined ? `the keys are ${known.join(', ')}` : `did you mean "${meant}"?`,
      });
    }
  }
}

function readEngineVersion(item: YamlMapping, reading: Reading): void {
  const context = itemContext(item, reading, 'required_engine_version', '');
  const reader = new ItemReader(item, context, reading);
  const text = reader.text('required_engine_version');
  reader.settle();
  const version = text === undefined ? undefined : parseEngineVersion(text.text);
  if (text === undefined || version === undefined) {
    throw reading.problems.fault('LOAD_ERR_YAML_VALIDATE', context, {
      message: `an engine version is a number or like 0.26.0; found "${text?.text ?? ''}"`,
      at: text?.at(0),
      length: text?.text.length,
    });
  }
  if (!satisfies(ENGINE_VERSION, version)) {
    throw reading.problems.fault('LOAD_ERR_VALIDATE', context, {
      message: `these rules require engine version ${printVersion(version)}; this program has ${printVersion(ENGINE_VERSION)}`,
      at: text.at(0),
      length: text.text.length,
      fix: 'use rules for an older engine, or a newer version of this program',
    });
  }
  warnUnknownKeys(reader, KEYS.required_engine_version);
}

function readPluginVersions(item: YamlMapping, reading: Reading): void {
  const node = valueOf(item, 'required_plugin_versions') ?? item;
  const context = itemContext(node, reading, 'required plugin versions', '');
  if (node.kind !== 'sequence') {
    throw reading.problems.fault('LOAD_ERR_YAML_VALIDATE', context, {
      message: `required_plugin_versions is a list of names and versions; found ${describeNode(node)}`,
      fix: 'write "- name: NAME" and "version: X.Y.Z" under it',
    });
  }
  for (const entry of node.items) {
    readPluginRequirement(entry, reading, context);
  }
  warnUnknownKeys(
    new ItemReader(item, itemContext(item, reading, 'required plugin versions', ''), reading),
    KEYS.required_plugin_versions,
  );
}

interface PluginRequirement {
  readonly name: string;
  readonly version: PlacedText;
}

function readPluginRequirement(node: YamlNode, reading: Reading, parent: Context): void {
  const { context, requirement, reader } = requirementOf(
    node,
    'required plugin versions entry',
    reading,
    parent,
  );
  const alternatives = reader.value('alternatives');
  if (alternatives !== undefined && alternatives.kind !== 'sequence') {
    throw reading.problems.fault('LOAD_ERR_YAML_VALIDATE', context, {
      message: `alternatives is a list of names and versions; found ${describeNode(alternatives)}`,
      at: reader.at(alternatives),
    });
  }
  const others = (alternatives?.kind === 'sequence' ? alternatives.items : []).map(
    (other) =>
      requirementOf(other, 'required plugin versions alternative', reading, context).requirement,
  );
  checkPlugins([requirement, ...others], reading, context);
}

function requirementOf(node: YamlNode, type: LocationType, reading: Reading, parent: Context) {
  const nameless: Context = [...parent, { type, name: '', at: reading.source.at(node.start) }];
  if (node.kind !== 'mapping') {
    throw reading.problems.fault('LOAD_ERR_YAML_VALIDATE', nameless, {
      message: `a required plugin has a name and a version; found ${describeNode(node)}`,
    });
  }
  const before = new ItemReader(node, nameless, reading);
  const name = before.text('name')?.text ?? '';
  before.settle();
  const context: Context = [...parent, { type, name, at: reading.source.at(node.start) }];
  const reader = new ItemReader(node, context, reading);
  const version = reader.text('version');
  reader.settle();
  return { context, reader, requirement: { name, version: version as PlacedText } };
}

function checkPlugins(
  requirements: readonly PluginRequirement[],
  { problems }: Reading,
  context: Context,
): void {
  const seen = new Set<string>();
  const unmet: string[] = [];
  for (const { name, version } of requirements) {
    const asked = parseVersion(version.text);
    if (asked === undefined) {
      throw problems.fault('LOAD_ERR_VALIDATE', context, {
        message: `the version of a plugin is like 0.4.0; found "${version.text}" for "${name}"`,
        at: version.at(0),
        length: version.text.length,
      });
    }
    if (seen.has(name)) {
      throw problems.fault('LOAD_ERR_VALIDATE', context, {
        message: `the plugin "${name}" is required twice, each as an alternative to the other`,
        at: version.at(0),
        length: version.text.length,
        fix: 'keep one of them',
      });
    }
    seen.add(name);
    const ours = PLUGIN_VERSIONS.get(name);
    if (ours !== undefined && satisfies(ours, asked)) {
      return;
    }
    unmet.push(
      ours === undefined
        ? `"${name}" is not known`
        : `"${name}" ${printVersion(asked)} is asked for and ${printVersion(ours)} is there`,
    );
  }
  throw problems.fault('LOAD_ERR_VALIDATE', context, {
    message: `these rules require a plugin that this program does not stand in for: ${unmet.join('; ')}`,
    fix: `it stands in for ${[...PLUGIN_VERSIONS].map(([name, version]) => `${name} ${printVersion(version)}`).join(', ')}`,
  });
}

/** What an item says under "override", by key. */
interface Overrides {
  readonly append: ReadonlySet<string>;
  readonly replace: ReadonlySet<string>;
  /** All keys in it, those too that cannot be overridden so. */
  readonly named: ReadonlySet<string>;
}

const APPEND_DEPRECATED = {
  message: '"append: true" is deprecated',
  fix: 'write what is appended under "override", e.g. override: {condition: append}',
};

function readAppend(reader: ItemReader): boolean {
  const isAppended = reader.flag('append') ?? false;
  if (isAppended) {
    reader.warn('LOAD_DEPRECATED_ITEM', reader.context, {
      ...APPEND_DEPRECATED,
      at: reader.keyAt('append'),
      length: 'append'.length,
    });
  }
  return isAppended;
}

function readOverrides(
  reader: ItemReader,
  allowed: { append: readonly string[]; replace: readonly string[] },
): Overrides {
  const append = new Set<string>();
  const replace = new Set<string>();
  const named = new Set<string>();
  const node = reader.value('override');
  const context = reader.inside('overrides', '', reader.mapping);
  if (node !== undefined && node.kind === 'sequence' && node.items.length > 0) {
    reader.note('LOAD_ERR_VALIDATE', context, {
      message: '"override" is a mapping from keys to "append" or "replace"; found a sequence',
      at: reader.at(node),
      fix: 'write override: {condition: append}',
    });
  }
  for (const { key, value } of node?.kind === 'mapping' ? node.entries : []) {
    const name = key.kind === 'scalar' ? key.text : '';
    const operation = value.kind === 'scalar' ? value.text : '';
    named.add(name);
    if (operation !== 'append' && operation !== 'replace') {
      reader.note('LOAD_ERR_YAML_VALIDATE', reader.inside('value for', name, value, context), {
        message: `"${name}" can be ${operationsOf(name, allowed)}; found ${describeNode(value)}`,
        length: Math.max(1, operation.length),
        fix: `write ${name}: ${allowed.append.includes(name) ? 'append' : 'replace'}`,
      });
    } else if (!allowed[operation].includes(name)) {
      noteOverride(reader, { key, name, operation, context }, allowed);
    } else {
      (operation === 'append' ? append : replace).add(name);
    }
  }
  return { append, replace, named };
}

function noteOverride(
  reader: ItemReader,
  of: { key: YamlNode; name: string; operation: 'append' | 'replace'; context: Context },
  allowed: { append: readonly string[]; replace: readonly string[] },
): void {
  const meant = nearestName(of.name, allowed[of.operation]);
  const verb = of.operation === 'append' ? 'appended to' : 'replaced';
  reader.note('LOAD_ERR_YAML_VALIDATE', reader.inside('overrides', of.name, of.key, of.context), {
    message: `"${of.name}" cannot be ${verb}; these can: ${allowed[of.operation].join(', ')}`,
    length: of.name.length,
    fix:
      of.operation === 'append' && allowed.replace.includes(of.name)
        ? `write ${of.name}: replace`
        : meant === undefined
          ? undefined
          : `did you mean "${meant}"?`,
  });
}

function operationsOf(
  name: string,
  allowed: { append: readonly string[]; replace: readonly string[] },
): string {
  const operations = (['append', 'replace'] as const).filter((operation) =>
    allowed[operation].includes(name),
  );
  return operations.length > 0
    ? `overridden by ${operations.join(' or ')}`
    : 'neither appended to nor replaced';
}

function refuseBoth(reader: ItemReader, isAppended: boolean, overrides: Overrides): void {
  if (isAppended && overrides.named.size > 0) {
    reader.note('LOAD_ERR_YAML_VALIDATE', reader.context, {
      message: '"append: true" and "override" cannot both be in one item',
      at: reader.keyAt('override'),
      length: 'override'.length,
      fix: 'keep "override"',
    });
  }
}

const BARE_NAME = /^[^()"'\t-\r =,]+$/;
const IDENTIFIER = /^[a-zA-Z][a-zA-Z0-9_]*$/;

function readList(reader: ItemReader, name: string, { collector }: Reading): void {
  if (!BARE_NAME.test(name)) {
    reader.warn('LOAD_INVALID_LIST_NAME', reader.context, {
      message: `no condition can name a list "${name}"`,
      at: reader.at(reader.value('list') ?? reader.mapping),
      length: name.length,
      fix: 'use a name without blanks, quotes, parentheses, "=" and ","',
    });
  }
  const items = reader.texts('items', true) ?? [];
  const isAppended = readAppend(reader);
  const overrides = readOverrides(reader, { append: ['items'], replace: ['items'] });
  refuseBoth(reader, isAppended, overrides);
  reader.settle('write the values under "items"');
  const isAppendedAtAll = isAppended || overrides.append.has('items');
  collector.addList({ name, isAppended: isAppendedAtAll, context: reader.context }, items);
}

function readMacro(reader: ItemReader, name: string, { collector }: Reading): void {
  if (!IDENTIFIER.test(name)) {
    reader.warn('LOAD_INVALID_MACRO_NAME', reader.context, {
      message: `no condition can name a macro "${name}"`,
      at: reader.at(reader.value('macro') ?? reader.mapping),
      length: name.length,
      fix: 'use letters, digits and "_", a letter first',
    });
  }
  const condition = reader.text('condition');
  const isAppended = readAppend(reader);
  const overrides = readOverrides(reader, { append: ['condition'], replace: ['condition'] });
  refuseBoth(reader, isAppended, overrides);
  reader.settle();
  if (condition !== undefined) {
    const isAppendedAtAll = isAppended || overrides.append.has('condition');
    collector.addMacro({ name, isAppended: isAppendedAtAll, context: reader.context }, condition);
  }
}

function readRule(reader: ItemReader, name: string, reading: Reading): void {
  const source = reader.optionalText('source', true)?.text ?? '';
  const isAppended = readAppend(reader);
  const overrides = readOverrides(reader, { append: APPENDABLE, replace: REPLACEABLE });
  refuseBoth(reader, isAppended, overrides);
  const isNew = !isAppended && overrides.named.size === 0;
  if (!isNew) {
    changeRule(reader, { name, source, isAppended, overrides }, reading);
  } else if (['condition', 'output', 'desc', 'priority'].some((key) => reader.has(key))) {
    defineRule(reader, name, reading);
  } else {
    switchRule(reader, name, reading);
  }
}

function switchRule(reader: ItemReader, name: string, { collector }: Reading): void {
  const isEnabled = reader.has('enabled')
    ? reader.flag('enabled')
    : (reader.text('enabled'), undefined);
  reader.settle(
    'add condition, output, desc and priority for a new rule, or "enabled" to switch an earlier one',
  );
  reader.warn('LOAD_DEPRECATED_ITEM', reader.context, {
    message: 'an item with nothing but "enabled" is deprecated',
    at: reader.keyAt('enabled'),
    length: 'enabled'.length,
    fix: 'add override: {enabled: replace}',
  });
  collector.enableRule(name, isEnabled ?? true, reader.context);
}

function openQuoteHint(reader: ItemReader, { openQuote, source }: Reading): string | undefined {
  if (openQuote === undefined || openQuote < reader.mapping.start) {
    return undefined;
  }
  const { line, column } = source.at(openQuote);
  return `close the quote that opens at ${line}:${column}: everything behind it was taken as text`;
}

function defineRule(reader: ItemReader, name: string, reading: Reading): void {
  const condition = reader.text('condition');
  const output = reader.text('output');
  const description = reader.text('desc')?.text ?? '';
  const priority = readPriority(reader, true);
  const source = reader.optionalText('source')?.text ?? 'syscall';
  const changes = readSwitches(reader);
  const tags = readTags(reader) ?? [];
  const exceptions = readExceptions(reader, false) ?? [];
  reader.settle(openQuoteHint(reader, reading));
  if (condition === undefined || output === undefined || priority === undefined) {
    return;
  }
  reading.collector.addRule({
    name,
    source,
    condition,
    output: trimmed(output),
    description,
    priority,
    tags,
    exceptions,
    isEnabled: changes.isEnabled ?? true,
    isCaptured: changes.isCaptured ?? false,
    captureMs: changes.captureMs ?? 0,
    warnsAboutEventTypes: changes.warnsAboutEventTypes ?? true,
    skipsIfUnknownFilter: changes.skipsIfUnknownFilter ?? false,
    context: reader.context,
  });
}

/** A text without the blanks around it. */
function trimmed(text: PlacedText): PlacedText {
  const lead = text.text.length - text.text.trimStart().length;
  return lead === 0 && text.text.length === text.text.trimEnd().length
    ? text
    : { text: text.text.trim(), at: (offset) => text.at(offset + lead) };
}

function readSwitches(reader: ItemReader): RuleChanges {
  return {
    isEnabled: reader.flag('enabled'),
    isCaptured: reader.flag('capture'),
    captureMs: reader.unsigned('capture_duration'),
    warnsAboutEventTypes: reader.flag('warn_evttypes'),
    skipsIfUnknownFilter: reader.flag('skip-if-unknown-filter'),
  };
}

function readTags(reader: ItemReader): readonly string[] | undefined {
  const tags = reader.texts('tags')?.map((tag) => tag.text);
  return tags === undefined ? undefined : [...new Set(tags)].sort();
}

function readPriority(reader: ItemReader, isRequired: boolean): Priority | undefined {
  const text = isRequired ? reader.text('priority') : reader.optionalText('priority');
  if (text === undefined) {
    return undefined;
  }
  const priority = parsePriority(text.text);
  if (priority === undefined) {
    const node = reader.value('priority') ?? reader.mapping;
    const names = PRIORITIES.map((name) => name.toUpperCase());
    const meant =
      nearestName(text.text, names) ??
      names.find((word) => word.startsWith(text.text.toUpperCase()));
    reader.note('LOAD_ERR_YAML_VALIDATE', reader.inside('rule priority', '', node), {
      message: `"${text.text}" is not a priority; these are: ${names.join(', ')}`,
      length: text.text.length,
      fix: meant === undefined ? undefined : `did you mean ${meant}?`,
    });
  }
  return priority;
}

/** A priority by its name in any case; `INFO` is short for informational. */
export function parsePriority(text: string): Priority | undefined {
  const lower = text.toLowerCase();
  return lower === 'info'
    ? 'Informational'
    : PRIORITIES.find((priority) => priority.toLowerCase() === lower);
}

interface RuleChange {
  readonly name: string;
  readonly source: string;
  readonly isAppended: boolean;
  readonly overrides: Overrides;
}

function changeRule(reader: ItemReader, change: RuleChange, { collector }: Reading): void {
  const { name, source, isAppended, overrides } = change;
  if (isAppended) {
    const condition = reader.optionalText('condition');
    const exceptions = reader.has('exceptions') ? readExceptions(reader, true) : undefined;
    reader.settle();
    collector.appendToRule({
      name,
      source,
      changes: { condition, exceptions },
      context: reader.context,
    });
    return;
  }
  noteUnnamed(reader, overrides);
  const appended = readChanges(reader, overrides.append, true);
  const replaced = readChanges(reader, overrides.replace, false);
  reader.settle();
  const sourceOf = (keys: ReadonlySet<string>): string => (keys.has('condition') ? source : '');
  if (overrides.append.size > 0) {
    collector.appendToRule({
      name,
      source: sourceOf(overrides.append),
      changes: appended,
      context: reader.context,
    });
  }
  if (overrides.replace.size > 0) {
    collector.replaceInRule({
      name,
      source: sourceOf(overrides.replace),
      changes: replaced,
      context: reader.context,
    });
  }
}

/** Keys that are there and not under "override", and the other way round. */
function noteUnnamed(reader: ItemReader, overrides: Overrides): void {
  for (const operation of ['append', 'replace'] as const) {
    for (const key of overrides[operation]) {
      if (!reader.has(key)) {
        reader.note('LOAD_ERR_YAML_VALIDATE', reader.context, {
          message: `"override" says to ${operation} "${key}", and the item has no "${key}"`,
          at: reader.keyAt('override'),
          length: 'override'.length,
          fix: `add ${key}: ..., or remove it from "override"`,
        });
      }
    }
  }
  for (const key of REPLACEABLE) {
    const node = reader.value(key);
    if (node !== undefined && !overrides.named.has(key)) {
      reader.note('LOAD_ERR_YAML_VALIDATE', reader.inside('overrides', key, node), {
        message: `"${key}" is given, and "override" does not say what to do with it`,
        at: reader.keyAt(key),
        length: key.length,
        fix: `add ${key}: ${APPENDABLE.includes(key) ? 'append or replace' : 'replace'} under "override"`,
      });
    }
  }
}

function readChanges(
  reader: ItemReader,
  keys: ReadonlySet<string>,
  isAppended: boolean,
): RuleChanges {
  const text = (key: string): PlacedText | undefined =>
    keys.has(key) ? reader.optionalText(key) : undefined;
  const flag = (key: string): boolean | undefined => (keys.has(key) ? reader.flag(key) : undefined);
  return {
    condition: text('condition'),
    output: text('output'),
    description: text('desc')?.text,
    priority: keys.has('priority') ? readPriority(reader, false) : undefined,
    tags: keys.has('tags') ? readTags(reader) : undefined,
    exceptions: keys.has('exceptions') ? (readExceptions(reader, isAppended) ?? []) : undefined,
    isEnabled: flag('enabled'),
    isCaptured: flag('capture'),
    captureMs: keys.has('capture_duration') ? reader.unsigned('capture_duration') : undefined,
    warnsAboutEventTypes: flag('warn_evttypes'),
    skipsIfUnknownFilter: flag('skip-if-unknown-filter'),
  };
}

function readExceptions(
  reader: ItemReader,
  isAppended: boolean,
): readonly ExceptionPart[] | undefined {
  const node = reader.value('exceptions');
  if (node === undefined || (node.kind === 'scalar' && node.isNull)) {
    return undefined;
  }
  const context = reader.inside('exceptions', '', node);
  if (node.kind !== 'sequence') {
    reader.note('LOAD_ERR_YAML_VALIDATE', context, {
      message: `exceptions is a list of exceptions; found ${describeNode(node)}`,
      fix: 'write "- name: NAME", fields and values under it',
    });
    return undefined;
  }
  const names = new Set<string>();
  return node.items.flatMap((item) => {
    const part = readException(reader, item, { isAppended, context });
    if (part === undefined) {
      return [];
    }
    if (names.has(part.name)) {
      reader.warn('LOAD_EXCEPTION_NAME_NOT_UNIQUE', part.context, {
        message: `the rule has another exception "${part.name}"`,
        fix: 'give this one another name: appending reaches only the first',
      });
    }
    names.add(part.name);
    return [part];
  });
}

function readException(
  reader: ItemReader,
  item: YamlNode,
  { isAppended, context: parent }: { isAppended: boolean; context: Context },
): ExceptionPart | undefined {
  const nameless = reader.inside('exception', '', item, parent);
  if (item.kind !== 'mapping') {
    reader.note('LOAD_ERR_YAML_VALIDATE', nameless, {
      message: `an exception has a name, fields and values; found ${describeNode(item)}`,
    });
    return undefined;
  }
  const name = exceptionName(reader, item, nameless);
  if (name === undefined) {
    return undefined;
  }
  const context = reader.inside('exception', name, item);
  const fieldsNode = valueOf(item, 'fields');
  if (fieldsNode === undefined && !isAppended) {
    reader.note('LOAD_ERR_YAML_VALIDATE', context, {
      message: `the exception "${name}" has no fields`,
      fix: 'add fields: [a.field, ...]',
    });
  }
  const entry = (key: 'fields' | 'comps'): Entry | undefined => {
    const node = valueOf(item, key);
    return node === undefined ? undefined : readEntry(reader, node, { key, context });
  };
  return {
    name,
    fields: entry('fields'),
    comps: entry('comps'),
    values: readValues(reader, item, { isAppended, context }),
    context,
  };
}

function exceptionName(
  reader: ItemReader,
  item: YamlMapping,
  context: Context,
): string | undefined {
  const node = valueOf(item, 'name');
  if (node === undefined || (node.kind === 'scalar' && node.isNull)) {
    reader.note('LOAD_ERR_YAML_VALIDATE', context, {
      message: 'this exception has no name',
      fix: 'add name: NAME',
    });
    return undefined;
  }
  if (node.kind !== 'scalar' || node.text === '') {
    reader.note('LOAD_ERR_YAML_VALIDATE', reader.inside('value for', 'name', node, context), {
      message: `the name of an exception is a text; found ${describeNode(node)}`,
    });
    return undefined;
  }
  return node.text;
}

function readValues(
  reader: ItemReader,
  item: YamlMapping,
  { isAppended, context }: { isAppended: boolean; context: Context },
): readonly Entry[] {
  const node = valueOf(item, 'values');
  if (node === undefined) {
    if (isAppended) {
      reader.warn('LOAD_APPEND_NO_VALUES', context, {
        message: 'this exception is appended to without values: nothing changes',
        fix: 'add values, or remove the exception',
      });
    }
    return [];
  }
  const valuesContext = reader.inside('exception values', '', node, context);
  if (node.kind !== 'sequence') {
    reader.note('LOAD_ERR_YAML_VALIDATE', valuesContext, {
      message: `values is a list; found ${describeNode(node)}`,
      fix: 'write values: [a, b] for one field, values: [[a, b], [c, d]] for two',
    });
    return [];
  }
  return node.items.flatMap((value) => {
    const valueContext = reader.inside('exception value', '', value, valuesContext);
    const entry = readEntry(reader, value, { key: '', context: valueContext });
    return entry === undefined ? [] : [entry];
  });
}

/** Null and mappings are as if nothing were there. */
function readEntry(
  reader: ItemReader,
  node: YamlNode,
  { key, context }: { key: string; context: Context },
): Entry | undefined {
  if (node.kind === 'sequence') {
    const items = node.items.flatMap((item) => {
      const entry = readEntry(reader, item, { key, context });
      return entry === undefined ? [] : [entry];
    });
    return key !== '' && items.length === 0 ? undefined : { isList: true, items };
  }
  if (node.kind === 'mapping' || node.isNull) {
    return undefined;
  }
  if (node.text === '') {
    reader.note('LOAD_ERR_YAML_VALIDATE', reader.inside('value for', key, node, context), {
      message: 'an empty text cannot be compared with',
      fix: 'write a value; to compare with an empty text write \'""\'',
    });
  }
  return { isList: false, text: node };
}
