/** The exceptions of a rule as they are written; what they come to is in exceptions.ts. */
import type { Entry, ExceptionPart } from './definitions.js';
import { describeNode, type ItemReader } from './item-reader.js';
import type { Context } from './problem.js';
import { valueOf, type YamlMapping, type YamlNode } from './yaml.js';

/** Read the exceptions of an item; `undefined` where it has none. */
export function readExceptions(
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
      fix: 'write "- name: NAME", fields and values under it',
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
    const found = node && readEntry(reader, node, { key, context });
    const isEmpty = found?.isList === true ? found.items.length === 0 : found?.text.text === '';
    return isEmpty ? undefined : found;
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
      fix: 'write name: NAME',
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
  return node.items.map((value) => {
    const valueContext = reader.inside('exception value', '', value, valuesContext);
    return readEntry(reader, value, { key: '', context: valueContext });
  });
}

/** Null and mappings are empty texts, which no text that is written may be. */
function readEntry(
  reader: ItemReader,
  node: YamlNode,
  { key, context }: { key: string; context: Context },
): Entry {
  if (node.kind === 'sequence') {
    return {
      isList: true,
      items: node.items.map((item) => readEntry(reader, item, { key, context })),
    };
  }
  if (node.kind === 'mapping' || node.isNull) {
    return { isList: false, text: { text: '', at: () => reader.at(node) } };
  }
  if (node.text === '') {
    reader.note('LOAD_ERR_YAML_VALIDATE', reader.inside('value for', key, node, context), {
      message: 'an empty text cannot be compared with',
      fix: 'write a value; to compare with an empty text write \'""\'',
    });
  }
  return { isList: false, text: node };
}
