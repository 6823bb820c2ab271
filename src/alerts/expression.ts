/**
 * What may stand behind a `%`: a field (`proc.aname[2]`) or a transformer around fields. Parsed as the
 * reference parses it: the longest piece of the text that names something known is the token, so that
 * `%proc.name!` and `%evt.time.s,` need no delimiter.
 *
 *     expression := field | transformer '(' expression ')' | joiner '(' argument (',' argument)* ')' [ '[' letter ']' ]
 *     field      := name [ '[' (bare | quoted) ']' ]
 *     argument   := expression | quoted | number | '(' [ argument (',' argument)* ] ')'
 */
import {
  compileField,
  JOINERS,
  longestField,
  TRANSFORMERS,
  type CompiledField,
  type FieldProblem,
  type FieldSettings,
  type JoinerRow,
  type Scalar,
  type Value,
} from '../fields/index.js';
import type { Moment } from '../state/index.js';
import { applyFunction, isFunction, type Expression, type Operand } from './function-value.js';

/** What expressions are compiled for. */
export interface ExpressionContext {
  readonly source: string;
  readonly settings: FieldSettings;
}

interface Parsed {
  readonly expression: Expression;
  /** Index just behind it. */
  readonly end: number;
}

/** An argument of a function, and the index just behind it. */
type Argument = Operand & { readonly end: number };

const NAME = /[a-zA-Z]+[a-zA-Z0-9_]*(?:\.[a-zA-Z]+[a-zA-Z0-9_]*)+/y;
const BARE_ARGUMENT = /[^\][\s"']+/y;
const CALL = /([a-z0-9]+)\(\s*/y;
const NUMBER = /0[xX][0-9a-fA-F]+|[+-]?[0-9]+\.?[0-9]*(?:[eE][+-][0-9]+)?/y;
const BLANK = /\s*/y;
/** Deeper nesting is not an expression that anybody writes. */
const MAX_DEPTH = 32;

/**
 * The expression that starts at `at`, or `undefined` if none does.
 *
 * @param text - A template, as a byte string.
 */
export function parseExpression(
  text: string,
  at: number,
  context: ExpressionContext,
  depth = 0,
): Parsed | undefined {
  if (depth > MAX_DEPTH) {
    return undefined;
  }
  return parseField(text, at, context) ?? parseCall(text, at, context, depth);
}

/** What is wrong with the field that somebody meant to name at `at`; `undefined` if it is no name at all. */
export function problemAt(
  text: string,
  at: number,
  { source, settings }: ExpressionContext,
): FieldProblem | undefined {
  const inner = match(CALL, text, at)?.[0].length ?? 0;
  const name = match(NAME, text, at + inner)?.[0];
  if (name === undefined) {
    return undefined;
  }
  const end = at + inner + name.length;
  const argument = text[end] === '[' ? parseBrackets(text, end + 1) : undefined;
  return compileField(name, argument?.text, source, settings).problem;
}

/** What is wrong with the transformer at `at`, in a sentence; `undefined` if none stands there. */
export function callProblemAt(
  text: string,
  at: number,
  context: ExpressionContext,
): string | undefined {
  const opening = match(CALL, text, at);
  const name = opening?.[1] ?? '';
  if (opening === null) {
    return undefined;
  }
  if (!isFunction(name)) {
    const known = [...Object.keys(TRANSFORMERS), ...Object.keys(JOINERS)].join(', ');
    return `there is no transformer "${name}"; there are ${known}`;
  }
  const list = parseArguments(text, at + opening[0].length, context, 1);
  if (list === undefined) {
    return `the arguments of "${name}" are not fields, quoted texts or numbers, closed by ")"`;
  }
  const types = list.items.map(({ valueType }) => valueType);
  if (Object.hasOwn(JOINERS, name)) {
    const joiner: JoinerRow = JOINERS[name as keyof typeof JOINERS];
    return joiner.problem(types) ?? `"${name}" names no field`;
  }
  const [type] = types;
  return types.length === 1 && type !== undefined
    ? `"${name}" does not take a value of type ${type.isList ? 'list of ' : ''}${type.type}`
    : `"${name}" takes one argument`;
}

function parseField(text: string, at: number, context: ExpressionContext): Parsed | undefined {
  const name = match(NAME, text, at)?.[0];
  if (name === undefined) {
    return undefined;
  }
  const { source, settings } = context;
  const end = at + name.length;
  const argument = text[end] === '[' ? parseBrackets(text, end + 1) : undefined;
  if (argument !== undefined) {
    const { field } = compileField(name, argument.text, source, settings);
    if (field !== undefined) {
      return { expression: plain(field), end: argument.end };
    }
  }
  const longest = longestField(name, source, settings);
  return longest && { expression: plain(longest), end: at + longest.text.length };
}

function parseBrackets(text: string, at: number): { text: string; end: number } | undefined {
  const quoted = parseQuoted(text, at);
  if (quoted !== undefined) {
    return text[quoted.end] === ']' ? { text: quoted.text, end: quoted.end + 1 } : undefined;
  }
  const bare = match(BARE_ARGUMENT, text, at)?.[0];
  return bare !== undefined && text[at + bare.length] === ']'
    ? { text: bare, end: at + bare.length + 1 }
    : undefined;
}

function parseQuoted(text: string, at: number): { text: string; end: number } | undefined {
  const quote = text[at];
  if (quote !== '"' && quote !== "'") {
    return undefined;
  }
  let inner = '';
  for (let i = at + 1; i < text.length; i += 1) {
    const byte = text.charAt(i);
    if (byte === quote) {
      return { text: inner, end: i + 1 };
    }
    if (byte === '\\' && (text[i + 1] === quote || text[i + 1] === '\\')) {
      i += 1;
    }
    inner += text.charAt(i);
  }
  return undefined;
}

function plain(field: CompiledField): Expression {
  return {
    text: field.text,
    field,
    hasTransformers: false,
    isList: field.row.isList === true,
    fields: [field],
  };
}

function parseCall(
  text: string,
  at: number,
  context: ExpressionContext,
  depth: number,
): Parsed | undefined {
  const opening = match(CALL, text, at);
  const name = opening?.[1] ?? '';
  if (opening === null || !isFunction(name)) {
    return undefined;
  }
  const list = parseArguments(text, at + opening[0].length, context, depth + 1);
  if (list === undefined) {
    return undefined;
  }
  const selector = parseSelector(name, text, list.end);
  const expression = applyFunction(name, list.items, selector?.text);
  return expression && { expression, end: selector?.end ?? list.end };
}

/** One letter in brackets behind getopt; brackets behind other functions are text. */
function parseSelector(
  name: string,
  text: string,
  at: number,
): { text: string; end: number } | undefined {
  const brackets = name === 'getopt' && text[at] === '[' ? parseBrackets(text, at + 1) : undefined;
  return brackets?.text.length === 1 ? brackets : undefined;
}

function parseArguments(
  text: string,
  start: number,
  context: ExpressionContext,
  depth: number,
): { items: Argument[]; end: number } | undefined {
  const items: Argument[] = [];
  for (let at = skipBlank(text, start); ; at = skipBlank(text, at + 1)) {
    const item = parseArgument(text, at, context, depth);
    if (item === undefined) {
      return undefined;
    }
    items.push(item);
    at = skipBlank(text, item.end);
    if (text[at] === ')') {
      return { items, end: at + 1 };
    }
    if (text[at] !== ',') {
      return undefined;
    }
  }
}

function parseArgument(
  text: string,
  at: number,
  context: ExpressionContext,
  depth: number,
): Argument | undefined {
  const number = match(NUMBER, text, at)?.[0];
  const quoted =
    number === undefined ? parseQuoted(text, at) : { text: number, end: at + number.length };
  if (quoted !== undefined) {
    const { text: literal, end } = quoted;
    return {
      text: literal,
      valueType: { type: 'charbuf', isList: false },
      read: () => literal,
      fields: [],
      end,
    };
  }
  if (text[at] === '(' && depth <= MAX_DEPTH) {
    return parseList(text, at, context, depth);
  }
  const parsed = parseExpression(text, at, context, depth);
  return parsed === undefined
    ? undefined
    : {
        text: parsed.expression.text,
        valueType: { type: parsed.expression.field.type, isList: parsed.expression.isList },
        read: parsed.expression.field.read,
        fields: parsed.expression.fields,
        end: parsed.end,
      };
}

function parseList(
  text: string,
  at: number,
  context: ExpressionContext,
  depth: number,
): Argument | undefined {
  const inside = skipBlank(text, at + 1);
  const list =
    text[inside] === ')'
      ? { items: [], end: inside + 1 }
      : parseArguments(text, at + 1, context, depth + 1);
  if (list === undefined) {
    return undefined;
  }
  const { items, end } = list;
  return {
    text: `(${items.map((item) => item.text).join(', ')})`,
    valueType: { type: 'charbuf', isList: true },
    read: (moment) => readAll(items, moment),
    fields: items.flatMap((item) => item.fields),
    end,
  };
}

function readAll(items: readonly Argument[], moment: Moment): Value {
  const values: Scalar[] = [];
  for (const item of items) {
    const value = item.read(moment);
    if (value === undefined) {
      return undefined;
    }
    values.push(...(Array.isArray(value) ? (value as readonly Scalar[]) : [value as Scalar]));
  }
  return values;
}

function skipBlank(text: string, at: number): number {
  return at + (match(BLANK, text, at)?.[0].length ?? 0);
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
