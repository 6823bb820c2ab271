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
import type { Comparison, Condition, FieldExpression, Position } from './ast.js';
import { Cursor, PATTERNS, SyntaxFault, describeNext, unexpected } from './cursor.js';
import { MODIFIERS, OPERATOR_TABLE, isWordOperator, type OperatorRow } from './operators-table.js';
import { parseListOrName, parseSingle } from './parse-operand.js';
import { FUNCTIONS, parseValue, seesFunction } from './parse-value.js';
import type { PlacedText } from './source-text.js';
import { didYouMean } from './suggest.js';

/** Parentheses and `not` deeper than this are refused: nobody writes them, and stacks are finite. */
const MAX_NESTING = 500;

/**
 * Parse a condition.
 *
 * @throws {SyntaxFault} At the first character that cannot be right.
 */
export function parseCondition(source: PlacedText): Condition {
  const cursor = new Cursor(source);
  cursor.skipBlanks();
  if (cursor.isAtEnd) {
    throw new SyntaxFault('the condition is empty', cursor.at(0), {
      fix: 'write a condition such as evt.type = open',
    });
  }
  const condition = parseOr(cursor, 0);
  cursor.skipBlanks();
  if (cursor.offset < source.text.length) {
    throw unexpected(cursor, '"and", "or" or the end of the condition', afterwardsFix(cursor));
  }
  return condition;
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
  while (cursor.seesWord('not') && isFollowed(cursor, 'not')) {
    cursor.take('not');
    cursor.skipBlanks();
    isNegated = !isNegated;
  }
  const child = parsePrimary(cursor, depth);
  return isNegated ? { kind: 'not', child, at } : child;
}

/** Whether a blank or "(" stands behind the word here; alone it is the name of a macro, as in the reference. */
function isFollowed(cursor: Cursor, word: string): boolean {
  return /[\t\n\r\b (]/.test(cursor.text.charAt(cursor.offset + word.length));
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
    const fix = cursor.sees('!') ? 'write "not"' : 'write FIELD = VALUE, or the name of a macro';
    throw unexpected(cursor, 'a comparison, a macro or "("', fix);
  }
  const at = cursor.at(start);
  if ((name === 'and' || name === 'or') && !endsHere(cursor)) {
    throw new SyntaxFault(`"${name}" has nothing on its left`, at, {
      length: name.length,
      fix: `remove it, or write a comparison, a macro or ")" before it`,
    });
  }
  if (cursor.sees('(')) {
    throw functionFault(name, at);
  }
  return { kind: 'macro', name, at };
}

/** Whether nothing but blanks stands between here and the end of a condition or a part of one. */
function endsHere(cursor: Cursor): boolean {
  const start = cursor.offset;
  cursor.skipBlanks();
  const isEnd =
    cursor.isAtEnd || cursor.sees(')') || cursor.seesWord('and') || cursor.seesWord('or');
  cursor.offset = start;
  return isEnd;
}

/** A name directly in front of a parenthesis is meant as a function. */
function functionFault(name: string, at: Position): SyntaxFault {
  const { length } = name;
  return name === 'val'
    ? new SyntaxFault('"val(...)" is for the right side of a comparison', at, {
        length,
        fix: 'write the field without it',
      })
    : new SyntaxFault(`no function is called "${name}"`, at, {
        length,
        fix: didYouMean(name, FUNCTIONS, `the functions are ${FUNCTIONS.join(' ')}`),
      });
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
    refuseValue(cursor, operator);
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

function refuseValue(cursor: Cursor, operator: string): void {
  cursor.skipBlanks();
  const isFollowedWell =
    cursor.isAtEnd || cursor.sees(')') || cursor.seesWord('and') || cursor.seesWord('or');
  if (!isFollowedWell) {
    throw unexpected(
      cursor,
      `"and", "or" or the end behind "${operator}"`,
      `"${operator}" takes no value: remove it`,
    );
  }
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
      if (row.right === 'text' && next !== '' && !/[\b\t-\r ]/.test(next)) {
        throw new SyntaxFault(`"${row.operator}" needs a blank behind it`, at, {
          length: row.operator.length,
          fix: `write ${row.operator} VALUE`,
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
      `after ${name} an operator is expected; found ${describeNext(cursor)}`,
      cursor.at(),
      {
        length: word?.length ?? 1,
        fix: `to ask whether it has a value, write ${name.slice(1, -1)} exists`,
      },
    );
  }
  return new SyntaxFault(`"${word}" is not an operator`, cursor.at(), {
    length: word.length,
    fix:
      word === 'not'
        ? 'put "not" in front of the field: not FIELD in (...)'
        : didYouMean(word, operators, `the operators are ${operators.join(' ')}`),
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
        fix: `write ${modifier} (a, b)`,
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

/** What was probably meant where a condition goes on without "and" or "or". */
function afterwardsFix(cursor: Cursor): string {
  if (cursor.sees(')')) {
    return 'remove this ")", or open a parenthesis before';
  }
  if (cursor.sees(',')) {
    return 'for several values write in (a, b)';
  }
  if (cursor.sees('=')) {
    return 'a text with "=" in it needs quotes around it';
  }
  if (cursor.sees('#')) {
    return 'inside a text of several lines "#" begins no comment: move it out of the condition';
  }
  const sign = cursor.peek(PATTERNS.word) ?? '';
  if (/^(?:AND|OR|NOT)$/i.test(sign)) {
    return `write "${sign.toLowerCase()}": the words of conditions are in lower case`;
  }
  const word = sign.startsWith('&') ? 'and' : sign.startsWith('|') ? 'or' : undefined;
  return word === undefined
    ? 'write "and" or "or" before it; or, if it belongs to a text, put that in quotes'
    : `write "${word}"`;
}
