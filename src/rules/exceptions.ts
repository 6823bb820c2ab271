/**
 * Exceptions: what a rule does not alert about. `wholeException` checks that fields, comparisons and values fit
 * together; `conditionWithExceptions` writes them into the condition, as `and not (...)` each. Fields, values and operators
 * are condition text, so that lists and functions may stand in them.
 */
import { nearestName } from '../fields/index.js';
import type { Position } from './ast.js';
import { Cursor, SyntaxFault } from './cursor.js';
import type { Entry, ExceptionDefinition, ExceptionField, ExceptionPart } from './definitions.js';
import { MODIFIERS, OPERATOR_TABLE } from './operators-table.js';
import { parseValue } from './parse-value.js';
import type { Problems } from './problem.js';
import { quotedPieces } from './quoting.js';
import { ComposedText, type Piece, type PlacedText } from './source-text.js';
import { typeOf } from './value-type.js';

const SINGLE_OPERATORS = ['in', 'pmatch', 'intersects'];
const LIST_OPERATORS = OPERATOR_TABLE.filter((row) => row.right === 'list').map(
  (row) => row.operator,
);

/** The parts of an exception put together, with what was left out filled in. */
export function wholeException(
  part: ExceptionPart,
  source: string | undefined,
  problems: Problems,
): ExceptionDefinition {
  const { name, context, values } = part;
  const fail: Fail = (message, fix, place) => {
    throw problems.fault('LOAD_ERR_VALIDATE', context, {
      message,
      fix,
      at: place?.at,
      length: place?.length,
    });
  };
  const fields =
    part.fields ?? fail(`the exception "${name}" has no fields`, 'add fields: [a.field, ...]');
  const isSingle = !fields.isList;
  const texts = isSingle ? [fields.text] : textsOf(fields);
  const comps = part.comps;
  if (isSingle && comps?.isList === true) {
    fail('fields is one field, so comps must be one operator; found a list', 'write comps: in');
  }
  const operators = comps === undefined ? undefined : comps.isList ? textsOf(comps) : [comps.text];
  if (
    operators !== undefined &&
    (operators.length !== texts.length || (comps?.isList ?? false) === isSingle)
  ) {
    fail(
      `fields has ${texts.length} and comps has ${operators.length}: there must be as many`,
      'give one operator for each field',
    );
  }
  const definition: ExceptionDefinition = {
    name,
    isSingle,
    fields: texts.map((field, index) => ({
      field,
      operator: operators?.[index] ?? (isSingle ? 'in' : '='),
    })),
    values,
    context,
  };
  checkOperators(definition, fail);
  checkFields(definition, source, fail);
  checkValues(definition, fail);
  return definition;
}

function textsOf(entry: Entry): readonly PlacedText[] {
  return entry.isList
    ? entry.items.flatMap((item) => (item.isList ? [] : [item.text]))
    : [entry.text];
}

interface FaultStory {
  readonly message: string;
  readonly at: Position;
  readonly length: number;
  readonly fix: string | undefined;
}

type Fail = (message: string, fix: string, place?: { at: Position; length: number }) => never;

function checkOperators({ fields, isSingle }: ExceptionDefinition, fail: Fail): void {
  for (const { operator } of fields) {
    const text = operatorText(operator);
    if (isModified(text) || SINGLE_OPERATORS.includes(text)) {
      continue;
    }
    if (isSingle) {
      fail(
        `"${text}" cannot compare one field with many values`,
        `use one of ${SINGLE_OPERATORS.join(', ')}, or an operator with oneof, anyof, allof`,
      );
    }
    const known = OPERATOR_TABLE.map((row) => row.operator as string);
    if (!known.includes(text)) {
      const meant = nearestName(text, known);
      fail(
        `"${text}" is not an operator`,
        meant === undefined ? `the operators are ${known.join(' ')}` : `did you mean "${meant}"?`,
      );
    }
  }
}

function checkFields(
  { fields }: ExceptionDefinition,
  source: string | undefined,
  fail: Fail,
): void {
  if (source === undefined) {
    return;
  }
  for (const { field } of fields) {
    const fault = fieldFault(field, source);
    if (fault !== undefined) {
      fail(fault.message, fault.fix ?? '"tiercel list fields" shows every field', fault);
    }
  }
}

function fieldFault(field: PlacedText, source: string): FaultStory | undefined {
  try {
    const cursor = new Cursor(field);
    const expression = parseValue(cursor, 0);
    if (!cursor.isAtEnd) {
      return { message: `"${field.text}" is no field`, at: cursor.at(), length: 1, fix: undefined };
    }
    return typeOf(expression, source).fault;
  } catch (error) {
    if (error instanceof SyntaxFault) {
      return error;
    }
    throw error;
  }
}

function operatorText(operator: PlacedText | string): string {
  return (typeof operator === 'string' ? operator : operator.text).trim();
}

/** An operator that compares texts, and a modifier behind it. */
function isModified(text: string): boolean {
  const [operator, modifier, ...rest] = text.split(' ');
  return (
    rest.length === 0 &&
    (MODIFIERS as readonly (string | undefined)[]).includes(modifier) &&
    OPERATOR_TABLE.some((row) => row.operator === operator && row.right === 'text')
  );
}

function checkValues({ fields, isSingle, values }: ExceptionDefinition, fail: Fail): void {
  values.forEach((value, index) => {
    if (isSingle && value.isList) {
      fail(
        `fields is one field, so each of the values is one text; number ${index + 1} is a list`,
        'write fields: [FIELD] to compare with rows, or values: [a, b]',
      );
    }
    if (!isSingle && (!value.isList || value.items.length !== fields.length)) {
      const found = value.isList ? `${value.items.length}` : 'one text';
      fail(
        `fields has ${fields.length}, so each of the values is a row of ${fields.length}; number ${index + 1} has ${found}`,
        'give one value for each field in every row',
      );
    }
  });
}

/** The condition of a rule with its exceptions taken out of it. */
export function conditionWithExceptions(
  condition: PlacedText,
  exceptions: readonly ExceptionDefinition[],
): PlacedText {
  if (exceptions.length === 0) {
    return condition;
  }
  const glue = (text: string, near: PlacedText): Piece => ({ text, near });
  const parts = exceptions.flatMap((exception): Piece[] => {
    const near = exception.fields[0]?.field;
    return near === undefined || exception.values.length === 0
      ? []
      : [
          glue(' and not (', near),
          ...(exception.isSingle ? singlePieces(exception) : rowPieces(exception)),
          glue(')', near),
        ];
  });
  return new ComposedText([glue('(', condition), condition, glue(')', condition), ...parts]);
}

function singlePieces({ fields, values }: ExceptionDefinition): Piece[] {
  return fields.flatMap((field): Piece[] => [
    ...comparisonPieces(field),
    ...listPieces(values, field.field),
  ]);
}

function rowPieces({ fields, values }: ExceptionDefinition): Piece[] {
  return values.flatMap((row, rowIndex) => {
    const items = row.isList ? row.items : [];
    return fields.flatMap((field, index): Piece[] => {
      const opening = index > 0 ? ' and ' : rowIndex > 0 ? ' or (' : '(';
      const closing = index === fields.length - 1 ? ')' : '';
      const value = items[index];
      return [
        { text: opening, near: field.field },
        ...comparisonPieces(field),
        ...(value === undefined ? [] : valuePieces(value, field)),
        { text: closing, near: field.field },
      ];
    });
  });
}

function valuePieces(value: Entry, { field, operator }: ExceptionField): Piece[] {
  if (value.isList) {
    return listPieces(value.items, field);
  }
  return takesList(operatorText(operator)) ? parenthesised(value.text) : quotedPieces(value.text);
}

function takesList(operator: string): boolean {
  return (LIST_OPERATORS as readonly string[]).includes(operator) || isModified(operator);
}

function comparisonPieces({ field, operator }: ExceptionField): Piece[] {
  const middle: Piece = typeof operator === 'string' ? { text: operator, near: field } : operator;
  return [field, { text: ' ', near: field }, middle, { text: ' ', near: field }];
}

function listPieces(values: readonly Entry[], near: PlacedText): Piece[] {
  const items = values.flatMap((value, index): Piece[] => {
    const comma: Piece[] = index > 0 ? [{ text: ', ', near }] : [];
    return value.isList ? comma : [...comma, ...quotedPieces(value.text)];
  });
  return [{ text: '(', near }, ...items, { text: ')', near }];
}

function parenthesised(text: PlacedText): Piece[] {
  return text.text.startsWith('(')
    ? [text]
    : [{ text: '(', near: text }, text, { text: ')', near: text }];
}
