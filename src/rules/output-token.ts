/**
 * What a "%" of an output stands for: a field, or functions around fields, and the text goes on directly behind it. As much
 * as reads as an expression and makes sense is taken. What checks outputs and what renders them both ask here, so they agree.
 */
import { longestField } from '../fields/index.js';
import type { FieldExpression } from './ast.js';
import { Cursor, PATTERNS, SyntaxFault } from './cursor.js';
import { faultOf, type Fault } from './fault.js';
import { parseValue } from './parse-value.js';
import { typeOf } from './value-type.js';

/** An expression, or why there is none (`undefined`: nothing that stands there begins like one). */
export type Token =
  | { readonly expression: FieldExpression; readonly fault?: undefined }
  | { readonly expression?: undefined; readonly fault: Fault | undefined };

/** The expression at the cursor, for events of `source`; taken, if there is one. */
export function takeToken(cursor: Cursor, source: string): Token {
  const start = cursor.offset;
  const whole = parseWhole(cursor, source);
  if (whole.expression !== undefined) {
    return whole;
  }
  const shorter = shorterField(cursor, start, source) ?? shorterCall(cursor, start, source);
  if (shorter === undefined) {
    return whole;
  }
  cursor.offset = shorter.end;
  return { expression: shorter.expression };
}

/** The expression of an output (a byte string) that begins at `at`, and the index behind it. */
export function outputToken(
  output: string,
  at: number,
  source: string,
): Token & { readonly end: number } {
  const place = (offset: number) => ({ file: 'output', line: 1, column: offset + 1 });
  const cursor = new Cursor({ text: output, at: place }, { isBytes: true });
  cursor.offset = at;
  const token = takeToken(cursor, source);
  return { ...token, end: cursor.offset };
}

function parseWhole(cursor: Cursor, source: string): Token {
  const start = cursor.offset;
  try {
    const expression = parseValue(cursor, 0);
    const { fault } = typeOf(expression, source);
    return fault === undefined ? { expression } : { fault };
  } catch (error) {
    if (!(error instanceof SyntaxFault)) {
      throw error;
    }
    const { message, at, length, fix } = error;
    return { fault: cursor.offset > start ? faultOf({ at, length }, message, fix) : undefined };
  }
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
    const part = cursor.upTo(end + 1);
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
