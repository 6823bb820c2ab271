/** Puts the parts of an exception together: fills in what was left out, and checks that fields, operators and values fit. */
import type { Position } from './ast.js';
import { Cursor, SyntaxFault } from './cursor.js';
import type { Entry, ExceptionDefinition, ExceptionField, ExceptionPart } from './definitions.js';
import { MODIFIERS, OPERATOR_TABLE } from './operators-table.js';
import { parseValue } from './parse-value.js';
import type { Context, Problems } from './problem.js';
import type { PlacedText } from './source-text.js';
import { didYouMean, type Fix } from './suggest.js';
import { typeOf } from './value-type.js';

/** Operators that compare one field with many values. */
const SINGLE_OPERATORS: readonly string[] = ['in', 'pmatch', 'intersects'];
const OPERATORS: readonly string[] = OPERATOR_TABLE.map((row) => row.operator);

interface Place {
  readonly at: Position;
  readonly length: number;
}

type Fail = (message: string, fix: Fix, place?: Place, isItsOwn?: boolean) => never;

/** The whole exception; `source` is that of its rule, `undefined` if nothing is known of its fields. */
export function wholeException(
  part: ExceptionPart,
  source: string | undefined,
  problems: Problems,
): ExceptionDefinition {
  const { name, context, values } = part;
  const fail: Fail = (message, fix, place) => {
    throw problems.fault('LOAD_ERR_VALIDATE', context, { message, fix, ...place });
  };
  if (part.fields === undefined) {
    return fail(`the exception "${name}" has no fields`, 'add fields: [a.field, ...]');
  }
  const isSingle = !part.fields.isList;
  const fields = withOperators(part.fields, part.comps, fail);
  checkOperators(fields, isSingle, fail);
  if (source !== undefined) {
    checkFields(fields, source, (message, fix, place, isItsOwn) => {
      const own = isItsOwn === true ? context.slice(0, 1) : context;
      throw problems.fault('LOAD_ERR_VALIDATE', own, {
        message,
        fix,
        at: context.at(-1)?.at,
        ...place,
      });
    });
  }
  const exception = { name, isSingle, fields, values, context };
  if (source !== undefined) {
    checkRows(exception, values, context, problems);
  }
  return exception;
}

/**
 * An exception that replaces others. The reference takes it as it is: what is wrong with it, an operator that was left
 * out behind a single field included, shows when the condition is read.
 */
export function replacedException(part: ExceptionPart, problems: Problems): ExceptionDefinition {
  const { name, context, values, fields, comps } = part;
  const isSingle = fields?.isList !== true;
  const operators = comps === undefined ? [] : textsOf(comps);
  if (isSingle && comps === undefined && values.length > 0) {
    throw problems.fault('LOAD_ERR_COMPILE_CONDITION', context.slice(0, -1), {
      message: `the exception "${name}" replaces others and has one field, so its operator cannot be left out`,
      at: placeOfContext(context),
      fix: 'add comps: in',
    });
  }
  const texts =
    fields === undefined ? [{ text: '', at: () => placeOfContext(context) }] : textsOf(fields);
  const paired = texts.map((field, index) => ({ field, operator: operators[index] ?? '=' }));
  const exception = { name, isSingle, fields: paired, values, context };
  checkRows(exception, values, context, problems);
  return exception;
}

function placeOfContext(context: Context): Position {
  return context.at(-1)?.at ?? { file: '', line: 1, column: 1 };
}

/** Refuse values that do not fit the fields of an exception; they may have been written in another item. */
export function checkRows(
  { isSingle, fields }: ExceptionDefinition,
  values: readonly Entry[],
  context: Context,
  problems: Problems,
): void {
  const fail: Fail = (message, fix, place) => {
    throw problems.fault('LOAD_ERR_VALIDATE', context, { message, fix, ...place });
  };
  values.forEach((value, index) => {
    checkRow(value, { number: index + 1, fields: fields.length, isSingle }, fail);
  });
}

function withOperators(fields: Entry, comps: Entry | undefined, fail: Fail): ExceptionField[] {
  const texts = textsOf(fields);
  const operators = comps === undefined ? undefined : textsOf(comps);
  if (!fields.isList && comps?.isList === true) {
    fail(
      'fields is one field, so comps must be one operator; found a list',
      'write comps: in',
      placeOf(comps),
    );
  }
  const isOneForMany = fields.isList && comps?.isList === false;
  if (operators !== undefined && (operators.length !== texts.length || isOneForMany)) {
    fail(
      `comps has ${isOneForMany ? 'one operator and is no list' : operators.length.toString()}; one for each field is expected, which is ${texts.length}`,
      'write comps: [=, ...] with one operator for each field',
      placeOf(comps),
    );
  }
  const usual = fields.isList ? '=' : 'in';
  return texts.map((field, index) => ({ field, operator: operators?.[index] ?? usual }));
}

function textsOf(entry: Entry): readonly PlacedText[] {
  return entry.isList
    ? entry.items.map((item) =>
        item.isList
          ? { text: '', at: () => placeOf(item)?.at ?? { file: '', line: 1, column: 1 } }
          : item.text,
      )
    : [entry.text];
}

/** Where an entry begins, as far as there is a text in it. */
function placeOf(entry: Entry | undefined): Place | undefined {
  if (entry === undefined) {
    return undefined;
  }
  return entry.isList ? placeOf(entry.items[0]) : placeOfText(entry.text);
}

function placeOfText(text: PlacedText): Place {
  return { at: text.at(0), length: text.text.length };
}

function checkOperators(fields: readonly ExceptionField[], isSingle: boolean, fail: Fail): void {
  for (const { operator } of fields) {
    const text = operatorText(operator);
    if (isModified(text) || SINGLE_OPERATORS.includes(text)) {
      continue;
    }
    const place = typeof operator === 'string' ? undefined : placeOfText(operator);
    if (!OPERATORS.includes(text)) {
      const all = `the operators are ${OPERATORS.join(' ')}`;
      fail(`"${text}" is not an operator`, didYouMean(text, OPERATORS, all), place);
    }
    if (isSingle) {
      fail(
        `"${text}" compares with one value, and one field is compared with several here`,
        `use one of ${SINGLE_OPERATORS.join(', ')}, or write "${text} anyof"`,
        place,
      );
    }
  }
}

/** The operator of an exception's field, without the blanks around it. */
export function operatorText(operator: PlacedText | string): string {
  return (typeof operator === 'string' ? operator : operator.text).trim();
}

/** Whether this is an operator that compares texts, and a modifier behind it. */
export function isModified(text: string): boolean {
  const [operator, modifier, ...rest] = text.split(' ');
  return (
    rest.length === 0 &&
    (MODIFIERS as readonly (string | undefined)[]).includes(modifier) &&
    OPERATOR_TABLE.some((row) => row.operator === operator && row.right === 'text')
  );
}

function checkFields(fields: readonly ExceptionField[], source: string, fail: Fail): void {
  for (const { field } of fields) {
    const fault = fieldFault(field, source);
    if (fault !== undefined) {
      const fix = fault.fix ?? '"tiercel list fields" shows every field';
      fail(fault.message, fix, { at: fault.at, length: fault.length }, fault.isArgument);
    }
  }
}

/** Event fields without the argument that they need are reported of the file, and not of the exception. */
const ARGUMENT_FIELDS = /^evt\.(?:arg|rawarg|around|type\.is)(?:$|\[)/;

function fieldFault(
  field: PlacedText,
  source: string,
): (Place & { message: string; fix: Fix | undefined; isArgument: boolean }) | undefined {
  const isArgument = ARGUMENT_FIELDS.test(field.text);
  try {
    const cursor = new Cursor(field);
    const expression = parseValue(cursor, 0);
    if (expression.call !== undefined || expression.transformers.length > 0) {
      cursor.skipBlanks();
    }
    const fault = cursor.isAtEnd
      ? typeOf(expression, source).fault
      : { message: `"${field.text}" is no field`, ...placeOfText(field), fix: undefined };
    return fault && { ...fault, isArgument };
  } catch (error) {
    if (error instanceof SyntaxFault) {
      const { message, at, length, fix } = error;
      return { message, at, length, fix, isArgument };
    }
    throw error;
  }
}

function checkRow(
  value: Entry,
  { number, fields, isSingle }: { number: number; fields: number; isSingle: boolean },
  fail: Fail,
): void {
  if (isSingle) {
    if (value.isList) {
      fail(
        `fields is one field, so each of the values is one text; number ${number} is a list`,
        'write fields: [FIELD] to compare with rows, or values: [a, b]',
        placeOf(value),
      );
    }
  } else if (!value.isList || value.items.length !== fields) {
    const found = value.isList ? `a row of ${value.items.length}` : 'one text';
    fail(
      `each of the values is a row of ${fields}, as many as fields; number ${number} is ${found}`,
      'give one value for each field in every row',
      placeOf(value),
    );
  }
}
