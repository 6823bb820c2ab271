/** `override` and the older `append: true`: which keys of an item are appended to an earlier one, which replace it. */
import { describeNode, type ItemReader } from './item-reader.js';
import type { Context } from './problem.js';
import { didYouMean } from './suggest.js';
import type { YamlNode } from './yaml.js';

/** What an item says under "override", by key. */
export interface Overrides {
  readonly append: ReadonlySet<string>;
  readonly replace: ReadonlySet<string>;
  /** All keys in it, those too that cannot be overridden so. */
  readonly named: ReadonlySet<string>;
}

const APPEND_DEPRECATED = {
  message: '"append: true" is deprecated',
  fix: 'write what is appended under "override", e.g. override: {condition: append}',
};

/** Whether the item says `append: true`; warns if so. */
export function readAppend(reader: ItemReader): boolean {
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

/** Read what stands under `override`. */
export function readOverrides(reader: ItemReader, allowed: Allowed): Overrides {
  const overrides = {
    append: new Set<string>(),
    replace: new Set<string>(),
    named: new Set<string>(),
  };
  const node = reader.value('override');
  const context = reader.inside('overrides', '', reader.mapping);
  if (node?.kind === 'sequence' && node.items.length > 0) {
    reader.note('LOAD_ERR_VALIDATE', reader.context.slice(0, 1), {
      message: '"override" is a mapping from keys to "append" or "replace"; found a sequence',
      at: reader.at(node),
      fix: 'write override: {condition: append}',
    });
    reader.settle();
  }
  for (const { key, value } of node?.kind === 'mapping' ? node.entries : []) {
    const name = textOf(key);
    const operation = textOf(value);
    overrides.named.add(name);
    if (key.kind !== 'scalar' || value.kind !== 'scalar') {
      noteNoWord(reader, key, value);
      reader.settle();
    } else if (operation !== 'append' && operation !== 'replace') {
      noteOperation(reader, { name, value, context }, allowed);
    } else if (!allowed[operation].includes(name)) {
      noteOverride(reader, { key, name, operation, context }, allowed);
    } else {
      overrides[operation].add(name);
    }
  }
  return overrides;
}

function noteNoWord(reader: ItemReader, key: YamlNode, value: YamlNode): void {
  const isWord = key.kind === 'scalar';
  const what = isWord ? `"${textOf(key)}" is a word` : 'a key is a word';
  reader.note('LOAD_ERR_VALIDATE', reader.context.slice(0, 1), {
    message: `under "override", ${what}; found ${describeNode(isWord ? value : key)}`,
    at: reader.at(key),
    fix: 'write override: {condition: append}',
  });
}

/** Which keys of an item can be appended to, and which replaced. */
interface Allowed {
  readonly append: readonly string[];
  readonly replace: readonly string[];
}

function textOf(node: YamlNode): string {
  return node.kind === 'scalar' ? node.text : '';
}

function noteOperation(
  reader: ItemReader,
  { name, value, context }: { name: string; value: YamlNode; context: Context },
  allowed: Allowed,
): void {
  reader.note('LOAD_ERR_YAML_VALIDATE', reader.inside('value for', name, value, context), {
    message: `"${name}" can be ${operationsOf(name, allowed)}; found ${describeNode(value)}`,
    length: Math.max(1, textOf(value).length),
    fix: `write ${name}: ${allowed.append.includes(name) ? 'append' : 'replace'}`,
  });
}

function noteOverride(
  reader: ItemReader,
  of: { key: YamlNode; name: string; operation: 'append' | 'replace'; context: Context },
  allowed: Allowed,
): void {
  const verb = of.operation === 'append' ? 'appended to' : 'replaced';
  reader.note('LOAD_ERR_YAML_VALIDATE', reader.inside('overrides', of.name, of.key, of.context), {
    message: `"${of.name}" cannot be ${verb}; these can: ${allowed[of.operation].join(', ')}`,
    length: of.name.length,
    fix:
      of.operation === 'append' && allowed.replace.includes(of.name)
        ? `write ${of.name}: replace`
        : didYouMean(of.name, allowed[of.operation], 'remove it from "override"'),
  });
}

function operationsOf(name: string, allowed: Allowed): string {
  const operations = (['append', 'replace'] as const).filter((operation) =>
    allowed[operation].includes(name),
  );
  return operations.length > 0
    ? `overridden by ${operations.join(' or ')}`
    : 'neither appended to nor replaced';
}

/** Refuse an item that has both forms. */
export function refuseBoth(reader: ItemReader, isAppended: boolean, overrides: Overrides): void {
  if (isAppended && overrides.named.size > 0) {
    reader.note('LOAD_ERR_YAML_VALIDATE', reader.context, {
      message: '"append: true" and "override" cannot both be in one item',
      at: reader.keyAt('override'),
      length: 'override'.length,
      fix: 'keep "override"',
    });
  }
}
