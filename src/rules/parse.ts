/**
 * Condition text -> {@link Condition}. Recursive descent, one pass, nothing is read twice; nesting is capped.
 *
 *     condition   = conjunction { "or" conjunction }
 *     conjunction = negation { "and" negation }
 *     negation    = { "not" } primary
 *     primary     = "(" condition ")" | macro | comparison
 *     comparison  = value ( "exists"
 *                         | ( "<" | "<=" | ">" | ">=" ) ( number | right )
 *                         | TEXT_OPERATOR ( text | right | ( "oneof" | "anyof" | "allof" ) ( list | bare ) )
 *                         | ( "in" | "intersects" | "pmatch" ) ( list | bare | right ) )
 *     value       = field [ "[" argument "]" ] | function "(" input { "," input } ")" [ "[" argument "]" ]
 *     input       = number | quoted | "(" [ input { "," input } ] ")" | value
 *     right       = "val(" field [ "[" argument "]" ] ")" | function "(" ... ")"
 *     list        = "(" [ text { "," text } ] ")"
 *     text        = quoted | bare        (no blanks, quotes, parentheses, "=" or "," in a bare text)
 *     macro       = letter { letter | digit | "_" }
 *     field       = macro "." macro { "." macro }
 *     function    = "tolower" | "toupper" | "b64" | "basename" | "len" | "join" | "concat" | "getopt"
 *
 * `and`, `or`, `not` are followed by a blank or "("; a word operator by a blank. Names of macros and lists stay in
 * the result; resolve.ts replaces them.
 */
import { nearestName } from '../fields/index.js';
import { bytesOfText } from '../units.js';
import type { Comparison, Condition, FieldExpression, Literal, Operand, Position } from './ast.js';
import { Cursor, PATTERNS, SyntaxFault, isWordCode } from './cursor.js';
import { MODIFIERS, OPERATOR_TABLE, isWordOperator, type OperatorRow } from './operators-table.js';
import type { PlacedText } from './source-text.js';
import { parseValue, seesFunction } from './parse-value.js';

/** Parentheses and `not` deeper than this are refused: nobody writes them, and stacks are finite. */
export const MAX_NESTING = 500;

/**
 * Parse a condition.
 *
 * @throws {SyntaxFault} At the first character that cannot be right.
 */
export function parseCondition(source: PlacedText): Condition {
  const cursor = new Cursor(source);
  cursor.skipBlanks();
  if (cursor.isAtEnd) {
    throw new SyntaxFault('the condition is empty', cursor.at(0));
  }
  const condition = parseOr(cursor, 0);
  cursor.skipBlanks();
  if (cursor.offset < source.text.length) {
    throw unexpected(cursor, '"and", "or" or the end of the condition', afterwardsFix(cursor));
  }
  return condition;
}

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

function parseOr(cursor: Cursor, depth: number): Condition {
  cursor.skipBlanks();
  const at = cursor.at();
  const children = [parseAnd(cursor, depth)];
  cursor.skipBlanks();
  while (takeConnective(cursor, 'or')) {
    children.push(parseAnd(cursor, depth));
    cursor.skipBlanks();
  }
  return children.length === 1 ? (children[0] as Condition) : { kind: 'or', children, at };
}

function parseAnd(cursor: Cursor, depth: number): Condition {
  cursor.skipBlanks();
  const at = cursor.at();
  const children = [parseNot(cursor, depth)];
  cursor.skipBlanks();
  while (takeConnective(cursor, 'and')) {
    children.push(parseNot(cursor, depth));
    cursor.skipBlanks();
  }
  return children.length === 1 ? (children[0] as Condition) : { kind: 'and', children, at };
}

function takeConnective(cursor: Cursor, word: 'and' | 'or'): boolean {
  if (!cursor.seesWord(word)) {
    return false;
  }
  const start = cursor.offset;
  cursor.take(word);
  if (!cursor.skipBlanks() && !cursor.sees('(')) {
    const what = cursor.isAtEnd
      ? 'the condition ends here'
      : `found "${cursor.text.charAt(cursor.offset)}"`;
    throw new SyntaxFault(`"${word}" has nothing on its right: ${what}`, cursor.at(start), {
      length: word.length,
      fix: `write a comparison, a macro or "(" after "${word}"`,
    });
  }
  if (cursor.isAtEnd) {
    throw new SyntaxFault(`"${word}" has nothing on its right`, cursor.at(start), {
      length: word.length,
      fix: `write a comparison, a macro or "(" after "${word}", or remove it`,
    });
  }
  return true;
}

function parseNot(cursor: Cursor, depth: number): Condition {
  cursor.skipBlanks();
  const at = cursor.at();
  let isNegated = false;
  while (cursor.seesWord('not')) {
    const start = cursor.offset;
    cursor.take('not');
    if (!cursor.skipBlanks() && !cursor.sees('(')) {
      throw new SyntaxFault('"not" has nothing on its right', cursor.at(start), {
        length: 3,
        fix: 'write a comparison, a macro or "(" after "not"',
      });
    }
    isNegated = !isNegated;
  }
  const child = parsePrimary(cursor, depth);
  return isNegated ? { kind: 'not', child, at } : child;
}

function parsePrimary(cursor: Cursor, depth: number): Condition {
  const start = cursor.offset;
  if (cursor.sees('(')) {
    return parseParenthesised(cursor, depth + 1);
  }
  if (seesFunction(cursor) !== undefined || cursor.peek(PATTERNS.field) !== undefined) {
    const left = parseValue(cursor, 0);
    return parseComparison(cursor, left);
  }
  const name = cursor.match(PATTERNS.identifier);
  if (name === undefined) {
    throw unexpected(cursor, 'a comparison, a macro or "("', undefined);
  }
  return { kind: 'macro', name, at: cursor.at(start) };
}

function parseParenthesised(cursor: Cursor, depth: number): Condition {
  const open = cursor.offset;
  if (depth > MAX_NESTING) {
    throw new SyntaxFault(`more than ${MAX_NESTING} parentheses are open here`, cursor.at(open), {
      fix: 'move inner parts into macros',
    });
  }
  cursor.take('(');
  const child = parseOr(cursor, depth);
  cursor.skipBlanks();
  if (!cursor.take(')')) {
    if (cursor.isAtEnd) {
      throw new SyntaxFault('the parenthesis that opens here is never closed', cursor.at(open), {
        fix: 'add a ")", or remove this "("',
      });
    }
    throw unexpected(cursor, '"and", "or" or ")"', afterwardsFix(cursor));
  }
  return child;
}

function parseComparison(cursor: Cursor, left: FieldExpression): Comparison {
  const at = left.at;
  cursor.skipBlanks();
  const row = takeOperator(cursor, left);
  const { operator } = row;
  if (row.right === 'nothing') {
    return { kind: 'comparison', left, operator, modifier: undefined, right: undefined, at };
  }
  const modifier = row.right === 'text' ? takeModifier(cursor) : undefined;
  cursor.skipBlanks();
  const right =
    modifier !== undefined || row.right === 'list'
      ? parseListOrName(cursor, modifier ?? operator)
      : parseSingle(cursor, row);
  return { kind: 'comparison', left, operator, modifier, right, at };
}

function takeOperator(cursor: Cursor, left: FieldExpression): OperatorRow {
  for (const row of OPERATOR_TABLE) {
    if (!isWordOperator(row.operator)) {
      if (cursor.take(row.operator)) {
        return row;
      }
    } else if (cursor.seesWord(row.operator)) {
      const at = cursor.at();
      cursor.take(row.operator);
      const next = cursor.text.charAt(cursor.offset);
      if (row.right === 'text' && next !== '' && !/\s/.test(next)) {
        throw new SyntaxFault(`"${row.operator}" needs a blank behind it`, at, {
          length: row.operator.length,
        });
      }
      return row;
    }
  }
  throw operatorFault(cursor, left);
}

function operatorFault(cursor: Cursor, left: FieldExpression): SyntaxFault {
  const word = cursor.peek(PATTERNS.word);
  const name = left.call === undefined ? `"${left.name}"` : `"${left.name}(...)"`;
  const operators = OPERATOR_TABLE.map((row) => row.operator);
  if (word === undefined || word === 'and' || word === 'or') {
    return new SyntaxFault(
      `after ${name} an operator is expected; found ${word === undefined ? describeNext(cursor) : `"${word}"`}`,
      cursor.at(),
      {
        length: word?.length ?? 1,
        fix: `to ask whether it has a value, write ${name.slice(1, -1)} exists`,
      },
    );
  }
  const meant = nearestName(word, operators);
  return new SyntaxFault(`"${word}" is not an operator`, cursor.at(), {
    length: word.length,
    fix:
      meant === undefined ? `the operators are ${operators.join(' ')}` : `did you mean "${meant}"?`,
  });
}

/** `oneof` and the like are modifiers only where a blank and then a list or a name follow, else they are texts. */
function takeModifier(cursor: Cursor): Comparison['modifier'] {
  const start = cursor.offset;
  const startsWithBlank = cursor.skipBlanks();
  const modifier = MODIFIERS.find((word) => cursor.seesWord(word));
  if (startsWithBlank && modifier !== undefined) {
    const at = cursor.at();
    cursor.take(modifier);
    if (cursor.sees('(')) {
      throw new SyntaxFault(`"${modifier}" needs a blank before its list`, at, {
        length: modifier.length,
      });
    }
    const isFollowed =
      cursor.skipBlanks() &&
      (cursor.sees('(') ||
        (cursor.peek(PATTERNS.identifier) !== undefined &&
          !['and', 'or', 'not'].some((word) => cursor.seesWord(word))));
    if (isFollowed) {
      return modifier;
    }
  }
  cursor.offset = start;
  return undefined;
}

function parseSingle(cursor: Cursor, row: OperatorRow): Operand {
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
    throw unexpected(
      cursor,
      `a number after "${operator}"`,
      'to compare with another field, write val(FIELD)',
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
    const fix = cursor.sees('(')
      ? 'for several values use "in (...)"'
      : 'a text with blanks, quotes, "=", "," or parentheses needs quotes around it';
    throw unexpected(cursor, `a text${where}`, fix);
  }
  return { kind: 'literal', text: bytesOfText(text), isBare: true, at };
}

function parseRight(cursor: Cursor): FieldExpression {
  if (!cursor.sees('val(')) {
    return parseValue(cursor, 0);
  }
  const start = cursor.offset;
  cursor.take('val(');
  cursor.skipBlanks();
  if (cursor.peek(PATTERNS.field) === undefined) {
    throw unexpected(cursor, 'a field inside "val(...)"', undefined);
  }
  const field = parseValue(cursor, 0);
  cursor.skipBlanks();
  if (!cursor.take(')')) {
    throw unexpected(cursor, '")" after the field of "val("', undefined);
  }
  if (cursor.sees('[')) {
    throw new SyntaxFault('"val(...)" takes no argument in brackets', cursor.at(), {
      fix: 'put the argument behind the field: val(FIELD[ARGUMENT])',
    });
  }
  return { ...field, at: cursor.at(start) };
}

function parseListOrName(cursor: Cursor, after: string): Operand {
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
    items.push(parseText(cursor));
    cursor.skipBlanks();
  } while (cursor.take(','));
  if (!cursor.take(')')) {
    if (cursor.isAtEnd) {
      throw new SyntaxFault('the list that begins here is never closed', cursor.at(open), {
        fix: 'add a ")"',
      });
    }
    throw unexpected(cursor, '"," or ")" in a list', 'a text with blanks needs quotes around it');
  }
  return { kind: 'list', items, at };
}

function unexpected(cursor: Cursor, expected: string, fix: string | undefined): SyntaxFault {
  const word = cursor.peek(PATTERNS.word);
  return new SyntaxFault(`expected ${expected}; found ${describeNext(cursor)}`, cursor.at(), {
    length: word?.length ?? 1,
    ...(fix === undefined ? {} : { fix }),
  });
}

function describeNext(cursor: Cursor): string {
  if (cursor.isAtEnd) {
    return 'the end';
  }
  const word = cursor.peek(PATTERNS.word) ?? cursor.text.charAt(cursor.offset);
  return `"${word.length > 40 ? `${word.slice(0, 40)}...` : word}"`;
}

/** What was probably meant where a condition goes on without "and" or "or". */
function afterwardsFix(cursor: Cursor): string | undefined {
  if (cursor.sees(')')) {
    return 'remove this ")", or open a parenthesis before';
  }
  if (cursor.sees('(') && isWordCode(cursor.text.charCodeAt(cursor.offset - 1))) {
    return 'the functions are tolower toupper b64 basename len join concat getopt';
  }
  if (cursor.sees('=')) {
    return 'put the text in quotes';
  }
  return 'a text with blanks needs quotes around it';
}
