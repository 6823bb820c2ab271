/** Whether a rule's output can be rendered: `text %field more text %12toupper(other.field[argument])`. */
import type { FieldExpression, Position } from './ast.js';
import { DEPRECATED_FIELDS } from './check-condition.js';
import { Cursor } from './cursor.js';
import { takeToken } from './output-token.js';
import type { Fault } from './fault.js';
import { SourceFile, type PlacedText } from './source-text.js';
import type { Fix } from './suggest.js';

/** Falco's old name for a container's name and id; rendered by `alerts`. */
const CONTAINER_INFO = 'container.info';

/** Mistakes of one output that are reported. */
const MAX_FAULTS = 20;

/** What an output says. */
export interface OutputVerdict {
  readonly faults: readonly Fault[];
  /** Fields in it, as written, sorted, each once. */
  readonly fields: readonly string[];
}

/** Check an output of a rule for events of `source`. */
export function checkOutput(output: PlacedText, source: string): OutputVerdict {
  const cursor = new Cursor(output);
  const faults: Fault[] = [];
  const fields = new Set<string>();
  if (output.text === '') {
    faults.push(faultAt(output.at(0), 'the output is empty', { fix: 'write what the alert says' }));
  }
  for (let at = output.text.indexOf('%'); at !== -1; at = output.text.indexOf('%', cursor.offset)) {
    cursor.offset = at + 1;
    cursor.match(/[0-9]*/y);
    if (cursor.take(CONTAINER_INFO)) {
      fields.add('container.id').add('container.name');
      continue;
    }
    const fault = checkToken(cursor, at, source, fields);
    if (fault !== undefined) {
      faults.push(fault);
      if (faults.length >= MAX_FAULTS) {
        break;
      }
    }
  }
  return { faults, fields: [...fields].sort() };
}

function checkToken(
  cursor: Cursor,
  percent: number,
  source: string,
  fields: Set<string>,
): Fault | undefined {
  if (cursor.isAtEnd) {
    return faultAt(cursor.at(percent), 'a "%" begins a field, and nothing stands behind it', {
      fix: 'name a field behind it, or remove it',
    });
  }
  const { expression, fault } = takeToken(cursor, source);
  if (expression !== undefined) {
    addFields(expression, fields);
    return undefined;
  }
  return fault === undefined
    ? {
        message: 'a "%" begins a field, and no field stands behind it',
        at: cursor.at(percent),
        length: 1,
        fix: 'name a field behind it, such as %proc.name; an output cannot hold a "%" by itself',
        isUnknown: true,
      }
    : { ...fault, isUnknown: true };
}

function addFields(expression: FieldExpression, fields: Set<string>): void {
  const { call, name, argument } = expression;
  if (call === undefined) {
    fields.add(argument === undefined ? name : `${name}[${argument}]`);
  }
  for (const input of call?.arguments ?? []) {
    const items = input.kind === 'list' ? input.items : [input];
    for (const item of items) {
      if (item.kind === 'field') {
        addFields(item, fields);
      }
    }
  }
}

function faultAt(at: Position, message: string, { fix }: { fix: Fix }): Fault {
  return { message, at, length: 1, fix, isUnknown: false };
}

/** What an output names that should not be used any more: words for messages, and where. */
export function deprecationsIn(output: PlacedText): readonly Fault[] {
  const found: Fault[] = [];
  for (const [name, fix] of DEPRECATED_FIELDS) {
    const offset = output.text.indexOf(name);
    if (offset !== -1) {
      found.push({
        message: `the field "${name}" is deprecated`,
        at: output.at(offset),
        length: name.length,
        fix,
        isUnknown: false,
      });
    }
  }
  return found;
}

/** Where an output names `%container.info`; `undefined` if it does not. */
export function containerInfoAt(output: PlacedText): Position | undefined {
  const offset = output.text.indexOf(`%${CONTAINER_INFO}`);
  return offset === -1 ? undefined : output.at(offset);
}

/** The fields that an output (as text) prints, sorted, each once. */
export function outputFields(output: string, source: string): readonly string[] {
  return checkOutput(new SourceFile('output', output), source).fields;
}
