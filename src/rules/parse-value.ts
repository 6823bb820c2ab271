/**
 * The left side of comparisons, and what may stand in `val(...)`: fields with arguments, and the functions around
 * them. The grammar is at the top of parse.ts.
 */
import { JOINERS, TRANSFORMERS } from '../fields/index.js';
import type { CallArgument, CallName, FieldExpression, Literal, Transformer } from './ast.js';
import { PATTERNS, SyntaxFault, type Cursor } from './cursor.js';

type FunctionName = keyof typeof TRANSFORMERS | keyof typeof JOINERS;
/** All functions, by name: nothing else lists them. */
export const FUNCTIONS = [...Object.keys(TRANSFORMERS), ...Object.keys(JOINERS)] as FunctionName[];

/** Functions inside functions deeper than this are refused. */
const MAX_DEPTH = 100;

/** The function whose name and "(" follow, if one does. */
export function seesFunction(cursor: Cursor): FunctionName | undefined {
  return FUNCTIONS.find(
    (name) => cursor.sees(name) && cursor.text[cursor.offset + name.length] === '(',
  );
}

/** A field, or functions around one. */
export function parseValue(cursor: Cursor, depth: number): FieldExpression {
  const start = cursor.offset;
  const name = seesFunction(cursor);
  if (name !== undefined) {
    return parseCall(cursor, name, depth);
  }
  const field = cursor.match(PATTERNS.field);
  if (field === undefined) {
    throw new SyntaxFault('expected a field such as proc.name', cursor.at(), {
      fix: '"tiercel list fields" shows every field',
    });
  }
  return {
    kind: 'field',
    name: field,
    argument: parseArgument(cursor),
    transformers: [],
    at: cursor.at(start),
  };
}

function parseArgument(cursor: Cursor): string | undefined {
  const open = cursor.offset;
  if (!cursor.take('[')) {
    return undefined;
  }
  const text = cursor.quoted()?.text ?? cursor.match(PATTERNS.bareArgument);
  if (text === undefined) {
    throw new SyntaxFault('expected an argument such as [1] or [name]', cursor.at(open), {
      fix: 'an argument with blanks, quotes or brackets needs quotes around it',
    });
  }
  if (!cursor.take(']')) {
    throw new SyntaxFault('the argument that begins here has no closing "]"', cursor.at(open), {
      fix: 'add a "]"; an argument with blanks needs quotes around it',
    });
  }
  return cursor.bytesOf(text);
}

function parseCall(cursor: Cursor, name: FunctionName, depth: number): FieldExpression {
  const start = cursor.offset;
  if (depth > MAX_DEPTH) {
    throw new SyntaxFault(
      `more than ${MAX_DEPTH} functions are around each other`,
      cursor.at(start),
      { fix: 'leave most of them out' },
    );
  }
  cursor.offset += name.length + 1;
  const inputs: CallArgument[] = [];
  do {
    cursor.skipBlanks();
    inputs.push(parseInput(cursor, name, depth));
    cursor.skipBlanks();
  } while (cursor.take(','));
  if (!cursor.take(')')) {
    throw new SyntaxFault(`"${name}(" is never closed`, cursor.at(start), {
      length: name.length + 1,
      fix: `add a ")" after what "${name}" is applied to`,
    });
  }
  const at = cursor.at(start);
  const argument = parseArgument(cursor);
  if (isTransformer(name)) {
    return transformed(name, inputs, argument, at);
  }
  return {
    kind: 'field',
    name,
    argument,
    transformers: [],
    call: { function: name, arguments: inputs },
    at,
  };
}

function transformed(
  name: Transformer,
  inputs: readonly CallArgument[],
  argument: string | undefined,
  at: FieldExpression['at'],
): FieldExpression {
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1) {
    throw new SyntaxFault(`"${name}(...)" is applied to one field; found ${describe(inputs)}`, at, {
      length: name.length,
      fix: `write ${name}(FIELD)`,
    });
  }
  if (argument !== undefined) {
    throw new SyntaxFault(`"${name}(...)" takes no argument in brackets`, at, {
      length: name.length,
      fix: `put the argument behind the field: ${name}(FIELD[${argument}])`,
    });
  }
  if (input.kind !== 'field') {
    const call = { function: 'constant' as CallName, arguments: [input] };
    return { kind: 'field', name: 'constant', argument: undefined, transformers: [name], call, at };
  }
  const fieldAt = input.fieldAt ?? input.at;
  return { ...input, transformers: [...input.transformers, name], at, fieldAt };
}

function describe(inputs: readonly CallArgument[]): string {
  return inputs.length === 1 ? 'a list' : `${inputs.length} of them`;
}

function parseInput(cursor: Cursor, name: string, depth: number): CallArgument {
  const literal = parseLiteral(cursor);
  if (literal !== undefined) {
    return literal;
  }
  if (cursor.sees('(')) {
    return parseInputList(cursor, name, depth + 1);
  }
  if (seesFunction(cursor) === undefined && cursor.peek(PATTERNS.field) === undefined) {
    throw new SyntaxFault(
      `expected a field, a quoted text, a number or a list inside "${name}(...)"`,
      cursor.at(),
      { fix: 'put a text in quotes' },
    );
  }
  return parseValue(cursor, depth + 1);
}

function parseInputList(cursor: Cursor, name: string, depth: number): CallArgument {
  const start = cursor.offset;
  if (depth > MAX_DEPTH) {
    throw new SyntaxFault('lists are nested too deeply', cursor.at(start), {
      fix: 'leave the inner parentheses out',
    });
  }
  const at = cursor.at(start);
  cursor.take('(');
  cursor.skipBlanks();
  const items: CallArgument[] = [];
  if (cursor.take(')')) {
    return { kind: 'list', items, at };
  }
  do {
    cursor.skipBlanks();
    if (cursor.sees('(')) {
      throw new SyntaxFault(`a list inside "${name}(...)" cannot hold a list`, cursor.at(), {
        fix: 'leave the inner parentheses out',
      });
    }
    items.push(parseInput(cursor, name, depth));
    cursor.skipBlanks();
  } while (cursor.take(','));
  if (!cursor.take(')')) {
    throw new SyntaxFault('the list that begins here is never closed', at, { fix: 'add a ")"' });
  }
  return { kind: 'list', items, at };
}

function parseLiteral(cursor: Cursor): Literal | undefined {
  const at = cursor.at();
  const number = cursor.match(PATTERNS.hexNumber) ?? cursor.match(PATTERNS.number);
  const text = number ?? cursor.quoted()?.text;
  return text === undefined ? undefined : { kind: 'literal', text: cursor.bytesOf(text), at };
}

function isTransformer(name: FunctionName): name is Transformer {
  return Object.hasOwn(TRANSFORMERS, name);
}
