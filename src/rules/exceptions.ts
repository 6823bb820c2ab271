/**
 * Exceptions as conditions: what a rule does not alert about becomes `and not (...)` behind its condition, one for
 * each exception. Fields, operators and values are condition text, so that lists and functions may stand in them.
 */
import type { Entry, ExceptionDefinition, ExceptionField } from './definitions.js';
import { isModified, operatorText } from './whole-exception.js';
import { OPERATOR_TABLE } from './operators-table.js';
import { quotedPieces } from './quoting.js';
import { ComposedText, type Piece, type PlacedText } from './source-text.js';

const LIST_OPERATORS: readonly string[] = OPERATOR_TABLE.filter((row) => row.right === 'list').map(
  (row) => row.operator,
);

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
    return near === undefined || !hasValues(exception)
      ? []
      : [
          glue(' and not (', near),
          ...(exception.isSingle ? singlePieces(exception) : rowPieces(exception)),
          glue(')', near),
        ];
  });
  return new ComposedText([glue('(', condition), condition, glue(')', condition), ...parts]);
}

/** Whether an exception takes anything out of its rule. */
export function hasValues({ fields, values }: ExceptionDefinition): boolean {
  return fields.length > 0 && values.length > 0;
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
  return LIST_OPERATORS.includes(operator) || isModified(operator);
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
