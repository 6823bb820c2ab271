/** What type a field, or functions around it, give; and why an expression is none. */
import {
  TRANSFORMERS,
  FIELDS,
  joinerRow,
  compileField,
  type FieldProblem,
  type TransformerRow,
  type ValueType,
} from '../fields/index.js';
import { textOfBytes } from '../units.js';
import { TYPE_TABLE } from './allowed-operators-table.js';
import type { CallArgument, FieldExpression } from './ast.js';
import type { Fault } from './fault.js';
import type { Fix } from './suggest.js';

/** A type, or why there is none. */
export type TypeResult =
  | { readonly type: ValueType; readonly fault?: undefined }
  | { readonly type?: undefined; readonly fault: Fault };

const ROWS: Readonly<Record<string, TransformerRow>> = TRANSFORMERS;
/** How the functions of several values are written. */
const USAGE = {
  join: 'write join(",", LIST_FIELD), or join(",", (FIELD, FIELD))',
  concat: 'write concat(FIELD, "text", ...)',
  getopt: 'write getopt(LIST_FIELD, "ab:") or getopt(LIST_FIELD, "ab:")[b]',
} as const;
const TEXT: ValueType = { type: 'charbuf', isList: false };

/** The type of an expression on events of `source`. */
export function typeOf(expression: FieldExpression, source: string): TypeResult {
  const base =
    expression.call === undefined ? fieldType(expression, source) : callType(expression, source);
  if (base.type === undefined) {
    return base;
  }
  let type: ValueType = base.type;
  for (const name of expression.transformers) {
    const result = ROWS[name]?.result(type);
    if (result === undefined) {
      const what = describeType(type);
      return {
        fault: faultAt(
          { ...expression, fieldAt: expression.at },
          `"${name}" is for texts; ${fieldText(expression)} is ${what}`,
          { length: name.length, fix: `leave "${name}(...)" out` },
        ),
      };
    }
    type = result;
  }
  return { type };
}

/** How a type is called in messages. */
export function describeType({ type, isList }: ValueType): string {
  const { words } = TYPE_TABLE[type];
  return isList ? `a list (each item ${words})` : words;
}

/** A field as it is written, in quotes. */
export function fieldText({ name, argument, call }: FieldExpression): string {
  if (call !== undefined) {
    return `"${name}(...)"`;
  }
  return argument === undefined ? `"${name}"` : `"${name}[${textOfBytes(argument)}]"`;
}

function fieldType(expression: FieldExpression, source: string): TypeResult {
  const { name, argument, transformers } = expression;
  const { field, problem } = compileField(name, argument, source);
  if (field === undefined) {
    return { fault: { ...fieldFault(expression, problem, source), problem } };
  }
  if (transformers.length > 0 && field.row.refuses?.includes('transformer') === true) {
    return {
      fault: faultAt(expression, `"${name}" cannot be put into a function`, {
        fix: `write "${name}" without "${transformers.join('(')}("`,
      }),
    };
  }
  return {
    type: { type: field.type, isList: field.row.isList === true },
  };
}

function callType(expression: FieldExpression, source: string): TypeResult {
  const { name, call, argument } = expression;
  const inputs: ValueType[] = [];
  for (const input of call?.arguments ?? []) {
    const { type, fault } = inputType(input, source);
    if (type === undefined) {
      return { fault };
    }
    inputs.push(type);
  }
  switch (call?.function) {
    case 'join':
    case 'concat':
    case 'getopt': {
      const row = joinerRow(call.function, argument);
      const problem = row.problem(inputs) ?? bracketsProblem(name, argument);
      return problem === undefined
        ? { type: row.result }
        : { fault: faultAt(expression, problem, { fix: USAGE[call.function] }) };
    }
    default:
      return { type: inputs[0] ?? TEXT };
  }
}

function bracketsProblem(name: string, argument: string | undefined): string | undefined {
  if (argument === undefined) {
    return undefined;
  }
  if (name !== 'getopt') {
    return `"${name}(...)" takes no argument in brackets`;
  }
  return argument.length === 1
    ? undefined
    : `getopt(...)[X] takes one letter; found "${textOfBytes(argument)}"`;
}

function inputType(input: CallArgument, source: string): TypeResult {
  switch (input.kind) {
    case 'literal':
      return { type: TEXT };
    case 'field':
      return typeOf(input, source);
    case 'list':
      for (const item of input.items) {
        const result = inputType(item, source);
        if (result.type === undefined) {
          return result;
        }
      }
      return { type: { type: 'charbuf', isList: true } };
  }
}

function fieldFault(expression: FieldExpression, problem: FieldProblem, source: string): Fault {
  const { name } = expression;
  const length = fieldText(expression).length - 2;
  switch (problem.kind) {
    case 'unknown-field':
      return faultAt(expression, `no field is called "${name}"`, {
        length: name.length,
        fix: (lookups) => unknownFix(name, problem.nearest(lookups)),
        isUnknown: true,
      });
    case 'other-source':
      return faultAt(
        expression,
        `events of source "${source}" have no "${name}"; those of ${problem.sources.join(', ')} have`,
        { length, fix: 'use another field, or give the rule another source', isUnknown: true },
      );
    case 'argument-missing':
      return faultAt(expression, `"${name}" needs an argument`, {
        length,
        fix: `write ${name}[...]`,
      });
    case 'argument-not-allowed':
      return faultAt(
        expression,
        `"${name}" takes no argument; found "[${textOfBytes(problem.argument)}]"`,
        {
          length,
          fix: `write ${name}`,
          isUnknown: true,
        },
      );
    case 'argument-bad':
      return faultAt(
        expression,
        `"${name}" cannot have the argument "${textOfBytes(problem.argument)}": ${problem.why}`,
        {
          length,
          fix: '"tiercel list fields" and "tiercel list events" show what there is',
          isUnknown: true,
        },
      );
  }
}

function unknownFix(name: string, near: readonly string[]): string {
  if (near.length > 0) {
    const names = near.slice(0, 2).map((candidate) => `"${candidate}"`);
    return `did you mean ${names.join(' or ')}?`;
  }
  const owner = [...FIELDS.keys()].find(
    (field) => name.startsWith(`${field}.`) || name === `${field}s`,
  );
  return owner === undefined
    ? '"tiercel list fields" shows every field'
    : `did you mean "${owner}"?`;
}

function faultAt(
  { at, fieldAt, name }: FieldExpression,
  message: string,
  options: { fix: Fix; length?: number; isUnknown?: boolean },
): Fault {
  return {
    message,
    at: fieldAt ?? at,
    length: options.length ?? name.length,
    fix: options.fix,
    isUnknown: options.isUnknown ?? false,
  };
}
