/**
 * From the documents of a rules file to the collector, item by item: what kind of item it is, which keys
 * it has, what each must look like. An item with a mistake is given up, and the next one is read.
 */
import type { Steps } from '../steps.js';
import { ItemReader } from './item-reader.js';
import { ItemFault, type Context } from './problem.js';
import { readAppend, readOverrides, refuseBoth } from './read-overrides.js';
import { readRule } from './read-rule.js';
import { readEngineVersion, readPluginVersions } from './read-versions.js';
import { itemContext, warnUnknownKeys, type Reading } from './reading.js';
import { didYouMean } from './suggest.js';
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

/** What stands in place of an item or of all items: not quoted, since the file may be anything. */
function wordFor({ kind }: YamlNode): string {
  return kind === 'scalar' ? 'text' : kind;
}

/** Read all items of a document. */
export function* readItems(root: YamlNode | undefined, reading: Reading): Steps<void> {
  if (root === undefined || (root.kind === 'scalar' && root.isNull)) {
    return;
  }
  if (root.kind !== 'sequence') {
    reading.problems.add('LOAD_ERR_YAML_VALIDATE', reading.context, {
      message: `a rules file is a list of items, each after "- "; found a ${wordFor(root)}`,
      at: reading.source.at(root.start),
      fix:
        root.kind === 'mapping'
          ? 'write "- " before the first key, and indent the others'
          : 'begin each item with "- rule: NAME", "- macro: NAME" or "- list: NAME"',
    });
    return;
  }
  for (const item of root.items) {
    yield;
    if (item.kind === 'scalar' && item.isNull) {
      continue;
    }
    try {
      readItem(item, reading);
    } catch (error) {
      if (!(error instanceof ItemFault)) {
        throw error;
      }
      reading.problems.keep(error.problem);
    }
  }
}

function readItem(item: YamlNode, reading: Reading): void {
  const { problems } = reading;
  const whole = itemContext(item, reading, 'rules content item', '');
  if (item.kind !== 'mapping') {
    throw problems.fault('LOAD_ERR_YAML_VALIDATE', whole, {
      message: `an item is a mapping of keys such as "rule: NAME"; found a ${wordFor(item)}`,
      length: item.kind === 'scalar' ? item.text.length : 1,
      fix: 'write "- rule: NAME", and its other keys under it',
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

function warnUnknownItem(item: YamlMapping, { problems }: Reading, context: Context): void {
  const [first] = item.entries;
  const key = first?.key.kind === 'scalar' ? first.key.text : '';
  problems.add('LOAD_UNKNOWN_ITEM', context, {
    message: `this item is neither a rule, a macro, a list nor a required version: it is passed over`,
    length: key.length,
    fix: didYouMean(
      key,
      Object.keys(KEYS),
      `an item has one of the keys ${Object.keys(KEYS).join(', ')}`,
    ),
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
