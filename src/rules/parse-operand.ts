/** The right side of comparisons: texts, numbers, lists, and fields in `val(...)`. The grammar is at the top of parse.ts. */
import { bytesOfText } from '../units.js';
import type { FieldExpression, Literal, Operand, Position } from './ast.js';
import { Cursor, PATTERNS, SyntaxFault, unexpected } from './cursor.js';
import { MODIFIERS, type OperatorRow } from './operators-table.js';
import { parseValue, seesFunction } from './parse-value.js';
import type { PlacedText } from './source-text.js';

/** A text or a parenthesised list of texts, as exceptions and list items spell them. */
export function parseTexts(source: PlacedText): readonly Literal[] {
  const cursor = new Cursor(source);
  const items: Literal[] = [];
  do {
    cursor.skipBlanks();
    items.push(parseText(cursor));
    cursor.skipBlanks();
  } while (cursor.take(','));
  if (!cursor.isAtEnd) {
    throw unexpected(cursor, '"," or the end of the value', 'put quotes around the whole value');
  }
  return items;
}

/** One text or number, or another field, as an operator wants it. */
export function parseSingle(cursor: Cursor, row: OperatorRow): Operand {
  if (cursor.sees('val(') || seesFunction(cursor) !== undefined) {
    return parseRight(cursor);
  }
  return row.right === 'number'
    ? parseNumber(cursor, row.operator)
    : parseText(cursor, row.operator);
}

function parseNumber(cursor: Cursor, operator: string): Literal {
  const at = cursor.at();
  const text = cursor.match(PATTERNS.hexNumber) ?? cursor.match(PATTERNS.number);
  if (text === undefined) {
    const isModifier = MODIFIERS.some((word) => cursor.seesWord(word));
    throw unexpected(
      cursor,
      `a number after "${operator}"`,
      isModifier
        ? `"${operator}" takes one number`
        : 'to compare with another field, write val(FIELD)',
    );
  }
  return { kind: 'literal', text, isBare: true, at };
}

function parseText(cursor: Cursor, operator?: string): Literal {
  const at = cursor.at();
  const quoted = cursor.quoted();
  if (quoted !== undefined) {
    return { kind: 'literal', text: bytesOfText(quoted.text), at };
  }
  const text = cursor.match(PATTERNS.bareText);
  if (text === undefined) {
    const where = operator === undefined ? '' : ` after "${operator}"`;
    throw unexpected(cursor, `a text${where}`, noTextFix(cursor));
  }
  return { kind: 'literal', text: bytesOfText(text), isBare: true, at };
}

function noTextFix(cursor: Cursor): string {
  if (cursor.sees('(')) {
    return 'for several values use "in (...)"';
  }
  if (cursor.sees(')') && cursor.text.slice(0, cursor.offset).trimEnd().endsWith(',')) {
    return 'remove the "," before it';
  }
  return 'a text with blanks, quotes, "=", "," or parentheses needs quotes around it';
}

function parseRight(cursor: Cursor): FieldExpression {
  if (!cursor.sees('val(')) {
    return parseValue(cursor, 0);
  }
  const start = cursor.offset;
  cursor.take('val(');
  cursor.skipBlanks();
  if (cursor.peek(PATTERNS.field) === undefined) {
    throw unexpected(
      cursor,
      'a field inside "val(...)"',
      'to compare with a text write it without val',
    );
  }
  const field = parseValue(cursor, 0);
  cursor.skipBlanks();
  if (!cursor.take(')')) {
    throw unexpected(cursor, '")" after the field of "val("', 'add a ")"');
  }
  if (cursor.sees('[')) {
    throw new SyntaxFault('"val(...)" takes no argument in brackets', cursor.at(), {
      fix: 'put the argument behind the field: val(FIELD[ARGUMENT])',
    });
  }
  return { ...field, at: cursor.at(start), fieldAt: field.fieldAt ?? field.at };
}

/** A list, the name of one, or a field, behind an operator or modifier. */
export function parseListOrName(cursor: Cursor, after: string): Operand {
  const at = cursor.at();
  if (cursor.sees('(')) {
    return parseList(cursor, at);
  }
  const isModifier = (MODIFIERS as readonly string[]).includes(after);
  if (!isModifier && (cursor.sees('val(') || seesFunction(cursor) !== undefined)) {
    return parseRight(cursor);
  }
  const name = cursor.match(PATTERNS.identifier);
  if (name === undefined) {
    throw unexpected(
      cursor,
      `a list such as (a, b) after "${after}"`,
      'put the values in parentheses',
    );
  }
  const item: Literal = { kind: 'literal', text: name, isBare: true, at };
  return { kind: 'list', items: [item], isOpen: true, at };
}

function parseList(cursor: Cursor, at: Position): Operand {
  const open = cursor.offset;
  cursor.take('(');
  cursor.skipBlanks();
  const items: Literal[] = [];
  if (cursor.take(')')) {
    return { kind: 'list', items, at };
  }
  do {
    cursor.skipBlanks();
    items.push(parseItem(cursor));
    cursor.skipBlanks();
  } while (cursor.take(','));
  if (!cursor.take(')')) {
    if (cursor.isAtEnd) {
      throw new SyntaxFault('the list that begins here is never closed', cursor.at(open), {
        fix: 'add a ")"',
      });
    }
    throw expectedComma(cursor);
  }
  return { kind: 'list', items, at };
}

/** A text, or several words in a row: nothing keeps the name of a list from having blanks in it. */
function parseItem(cursor: Cursor): Literal {
  const start = cursor.offset;
  const first = parseText(cursor);
  cursor.skipBlanks();
  if (first.isBare !== true || cursor.peek(PATTERNS.bareText) === undefined) {
    return first;
  }
  const mistake = expectedComma(cursor);
  let end = cursor.offset;
  while (cursor.match(PATTERNS.bareText) !== undefined) {
    end = cursor.offset;
    cursor.skipBlanks();
  }
  if (!cursor.sees(',') && !cursor.sees(')')) {
    throw mistake;
  }
  return { ...first, text: bytesOfText(cursor.text.slice(start, end)), mistake };
}

function expectedComma(cursor: Cursor): SyntaxFault {
  return unexpected(cursor, '"," or ")" in a list', 'a text with blanks needs quotes around it');
}
