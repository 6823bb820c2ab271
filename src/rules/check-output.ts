/**
 * Whether a rule's output can be rendered: `text %field more text %12toupper(other.field[argument])`. A
 * field's name is the longest one that is a field, so that text may follow it directly.
 */
import { longestField } from '../fields/index.js';
import type { FieldExpression, Position } from './ast.js';
import { DEPRECATED_FIELDS } from './check-condition.js';
import { Cursor, PATTERNS, SyntaxFault } from './cursor.js';
import { parseValue } from './parse-value.js';
import type { Fault } from './fault.js';
import { SourceFile, type PlacedText } from './source-text.js';
import type { Fix } from './suggest.js';
import { typeOf } from './value-type.js';

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
  const start = cursor.offset;
  if (cursor.isAtEnd) {
    return faultAt(cursor.at(percent), 'a "%" begins a field, and nothing stands behind it', {
      fix: 'name a field behind it, or remove it',
    });
  }
  let fault: Fault;
  try {
    const expression = parseValue(cursor, 0);
    const whole = typeOf(expression, source);
    if (whole.fault === undefined) {
      addFields(expression, fields);
      return undefined;
    }
    fault = { ...whole.fault, isUnknown: true };
  } catch (error) {
    if (!(error instanceof SyntaxFault)) {
      throw error;
    }
    fault = tokenFault(error, cursor, start, percent);
  }
  const shorter = shorterField(cursor, start, source) ?? shorterCall(cursor, start, source);
  if (shorter === undefined) {
    return fault;
  }
  cursor.offset = shorter.end;
  addFields(shorter.expression, fields);
  return undefined;
}

function tokenFault(error: SyntaxFault, cursor: Cursor, start: number, percent: number): Fault {
  return cursor.offset > start
    ? {
        message: error.message,
        at: error.at,
        length: error.length,
        fix: error.fix,
        isUnknown: true,
      }
    : {
        message: 'a "%" begins a field, and no field stands behind it',
        at: cursor.at(percent),
        length: 1,
        fix: 'name a field behind it, such as %proc.name; an output cannot hold a "%" by itself',
        isUnknown: true,
      };
}

interface Shorter {
  readonly expression: FieldExpression;
  /** Just behind it. */
  readonly end: number;
}

/** `%proc.names` is the field `proc.name` and an "s", `%evt.type[` the field and a bracket. */
function shorterField(cursor: Cursor, start: number, source: string): Shorter | undefined {
  cursor.offset = start;
  const name = longestField(cursor.peek(PATTERNS.field) ?? '', source)?.text;
  if (name === undefined) {
    return undefined;
  }
  const nothing = { argument: undefined, transformers: [] };
  const expression = { kind: 'field', name, ...nothing, at: cursor.at() } as const;
  return { expression, end: start + name.length };
}

/** Brackets behind parentheses that are looked at. */
const MAX_CLOSINGS = 4;

/** A function whose brackets behind it do not belong to it. */
function shorterCall(cursor: Cursor, start: number, source: string): Shorter | undefined {
  const { text } = cursor;
  let end = text.indexOf(')[', start);
  for (let count = 0; end !== -1 && count < MAX_CLOSINGS; count += 1) {
    const part = new Cursor({ text: text.slice(0, end + 1), at: (offset) => cursor.at(offset) });
    part.offset = start;
    try {
      const expression = parseValue(part, 0);
      if (typeOf(expression, source).fault === undefined) {
        return { expression, end: part.offset };
      }
    } catch (error) {
      if (!(error instanceof SyntaxFault)) {
        throw error;
      }
    }
    end = text.indexOf(')[', end + 1);
  }
  return undefined;
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
