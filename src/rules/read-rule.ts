/** Items that define a rule, append to one, change one, or switch it on or off. */
import { given } from './collector.js';
import type { RuleChanges } from './definitions.js';
import type { ItemReader } from './item-reader.js';
import { readExceptions } from './read-exceptions.js';
import { ItemFault } from './problem.js';
import { readAppend, readOverrides, refuseBoth, type Overrides } from './read-overrides.js';
import type { Reading } from './reading.js';
import { PRIORITIES, parsePriority, type Priority } from './rule.js';
import type { PlacedText } from './source-text.js';
import { didYouMean } from './suggest.js';

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

/** Read an item about a rule. */
export function readRule(reader: ItemReader, name: string, reading: Reading): void {
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

function switchRule(reader: ItemReader, name: string, reading: Reading): void {
  const isEnabled = reader.flag('enabled');
  if (!reader.has('enabled')) {
    reader.note('LOAD_ERR_YAML_VALIDATE', reader.context, {
      message: 'this rule has neither a condition, an output, desc and priority, nor "enabled"',
      length: 'rule'.length,
      fix:
        openQuoteHint(reader, reading) ??
        'write all four for a new rule, or "enabled" to switch an earlier one on or off',
    });
  }
  reader.settle();
  reader.warn('LOAD_DEPRECATED_ITEM', reader.context, {
    message: 'an item with nothing but "enabled" is deprecated',
    at: reader.keyAt('enabled'),
    length: 'enabled'.length,
    fix: 'add override: {enabled: replace}',
  });
  reading.collector.enableRule(name, isEnabled ?? true, reader.context);
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
  const description = reader.text('desc')?.text;
  const priority = readPriority(reader, true);
  const source = reader.optionalText('source')?.text;
  const switches = readSwitches(reader);
  const tags = readTags(reader);
  const exceptions = readExceptions(reader, false) ?? [];
  const texts = { name, ...USUAL, ...given({ source, description, tags, ...switches }) };
  const { context } = reader;
  if (reader.isRight && condition !== undefined && output !== undefined && priority !== undefined) {
    const rule = { ...texts, condition, output: trimmed(output), priority, exceptions, context };
    reading.collector.addRule(rule);
    return;
  }
  if (condition !== undefined) {
    const shown = trimmed(output ?? { text: 'none', at: () => condition.at(0) });
    const rule = { ...texts, condition, output: shown, context };
    besides(reading, () => {
      reading.collector.addRule({ ...rule, priority: 'Debug', exceptions: [] });
    });
  }
  reader.settle(openQuoteHint(reader, reading));
}

/** The condition and output of an item that is wrong elsewhere are checked all the same, so that all mistakes are reported. */
function besides({ problems }: Reading, define: () => void): void {
  try {
    define();
  } catch (error) {
    if (!(error instanceof ItemFault)) {
      throw error;
    }
    problems.keep(error.problem);
  }
}

/** A text without the blanks around it. */
function trimmed(text: PlacedText): PlacedText {
  const lead = text.text.length - text.text.trimStart().length;
  return lead === 0 && text.text.length === text.text.trimEnd().length
    ? text
    : { text: text.text.trim(), at: (offset) => text.at(offset + lead) };
}

/** What holds where an item does not say. */
const USUAL = {
  source: 'syscall',
  description: '',
  tags: [] as readonly string[],
  isEnabled: true,
  isCaptured: false,
  captureMs: 0,
  warnsAboutEventTypes: true,
  skipsIfUnknownFilter: false,
};

type Switch = Exclude<keyof typeof USUAL, 'source' | 'description' | 'tags'>;

function readSwitches(reader: ItemReader): Pick<RuleChanges, Switch> {
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
    const word = text.text.toUpperCase();
    const begun = names.find((name) => word.length > 2 && name.startsWith(word));
    reader.note('LOAD_ERR_YAML_VALIDATE', reader.inside('rule priority', '', node), {
      message: `"${text.text}" is not a priority; these are: ${names.join(', ')}`,
      length: text.text.length,
      fix:
        begun === undefined
          ? didYouMean(word, names, 'choose one of them')
          : `did you mean "${begun}"?`,
    });
  }
  return priority;
}

interface RuleChange {
  readonly name: string;
  readonly source: string;
  readonly isAppended: boolean;
  readonly overrides: Overrides;
}

function changeRule(reader: ItemReader, change: RuleChange, reading: Reading): void {
  const { name, source, isAppended, overrides } = change;
  const { context } = reader;
  const { collector } = reading;
  if (isAppended) {
    const condition = reader.optionalText('condition');
    const exceptions = reader.has('exceptions') ? readExceptions(reader, true) : undefined;
    reader.settle();
    collector.appendToRule({ name, source, changes: { condition, exceptions }, context });
    return;
  }
  noteUnnamed(reader, overrides);
  const appended = readChanges(reader, overrides.append, true);
  const replaced = readChanges(reader, overrides.replace, false);
  const sourceOf = (keys: ReadonlySet<string>): string => (keys.has('condition') ? source : '');
  const apply = (appended: RuleChanges | undefined, replaced: RuleChanges | undefined): void => {
    if (appended !== undefined && overrides.append.size > 0) {
      const of = { name, source: sourceOf(overrides.append), context };
      collector.appendToRule({ ...of, changes: appended });
    }
    if (replaced !== undefined && overrides.replace.size > 0) {
      const of = { name, source: sourceOf(overrides.replace), context };
      collector.replaceInRule({ ...of, changes: replaced });
    }
  };
  if (!reader.isRight) {
    besides(reading, () => {
      apply(textsOf(appended), textsOf(replaced));
    });
  }
  reader.settle();
  apply(appended, replaced);
}

/** A changed condition, with the output, without all else; `undefined` where there is none. */
function textsOf({ condition, output }: RuleChanges): RuleChanges | undefined {
  return condition === undefined ? undefined : { condition, output };
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
  for (const key of overrides.append) {
    if (overrides.replace.has(key)) {
      reader.note('LOAD_ERR_YAML_VALIDATE', reader.context, {
        message: `"override" says both to append "${key}" and to replace it`,
        at: reader.keyAt('override'),
        length: 'override'.length,
        fix: 'keep one of the two',
      });
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
