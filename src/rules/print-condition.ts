/**
 * A condition as text that parses to the same again: resolved, what is asked once macros and lists are gone; or as written, cut
 * where it is long.
 */
import { textOfBytes } from '../units.js';
import type {
  CallArgument,
  Comparison,
  Condition,
  FieldExpression,
  Literal,
  Operand,
  Resolved,
} from './ast.js';
import { PATTERNS } from './cursor.js';

/** Operators that join less than `not` does need parentheses inside it, and `or` inside `and`. */
const RANK = { or: 0, and: 1, not: 2, comparison: 3, macro: 3 } as const;

/** The condition on one line. */
export function printCondition(condition: Resolved): string {
  switch (condition.kind) {
    case 'comparison':
      return printComparison(condition);
    case 'not':
      return `not ${inside(condition.child, RANK.comparison)}`;
    default:
      return condition.children
        .map((child) => inside(child, RANK[condition.kind] + 1))
        .join(` ${condition.kind} `);
  }
}

/** What stands for the rest of a condition that is cut. */
const CUT = '...';

/**
 * A condition as written, names of macros and lists in it, of at most `limit` characters; what is cut ends with `...`. Takes
 * no longer than the limit asks for, however long the condition is.
 */
export function shortCondition(condition: Condition, limit: number): string {
  const line = new BoundedLine(limit);
  writeCondition(condition, line);
  return line.text;
}

/** Takes text until it is full. */
class BoundedLine {
  text = '';
  isFull = false;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  write(text: string): void {
    if (this.isFull) {
      return;
    }
    this.text += text;
    if (this.text.length > this.#limit) {
      this.text = `${this.text.slice(0, this.#limit - CUT.length)}${CUT}`;
      this.isFull = true;
    }
  }
}

function writeCondition(condition: Condition, line: BoundedLine): void {
  switch (condition.kind) {
    case 'macro':
      line.write(condition.name);
      return;
    case 'comparison':
      writeComparison(condition, line);
      return;
    case 'not':
      line.write('not ');
      writeInside(condition.child, RANK.comparison, line);
      return;
    default:
      for (const [at, child] of condition.children.entries()) {
        if (line.isFull) {
          return;
        }
        line.write(at === 0 ? '' : ` ${condition.kind} `);
        writeInside(child, RANK[condition.kind] + 1, line);
      }
  }
}

function writeInside(child: Condition, rank: number, line: BoundedLine): void {
  const isParenthesised = RANK[child.kind] < rank;
  line.write(isParenthesised ? '(' : '');
  writeCondition(child, line);
  line.write(isParenthesised ? ')' : '');
}

function writeComparison(comparison: Comparison, line: BoundedLine): void {
  const { right } = comparison;
  if (right?.kind !== 'list') {
    line.write(printComparison(comparison));
    return;
  }
  line.write(printComparison({ ...comparison, right: undefined }));
  line.write(comparison.modifier === undefined ? ' (' : ` ${comparison.modifier} (`);
  for (const [at, item] of right.items.entries()) {
    if (line.isFull) {
      return;
    }
    line.write(`${at === 0 ? '' : ', '}${printOperand(item)}`);
  }
  line.write(')');
}

function inside(child: Resolved, rank: number): string {
  const text = printCondition(child);
  return RANK[child.kind] < rank ? `(${text})` : text;
}

function printComparison({ left, operator, modifier, right }: Comparison): string {
  const start = `${printField(left)} ${operator}`;
  if (right === undefined) {
    return start;
  }
  const middle = modifier === undefined ? start : `${start} ${modifier}`;
  return `${middle} ${right.kind === 'field' ? printRight(right) : printOperand(right)}`;
}

function printOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'literal':
      return printLiteral(operand);
    case 'list':
      return `(${operand.items.map(printOperand).join(', ')})`;
    case 'field':
      return printField(operand);
  }
}

function printRight(field: FieldExpression): string {
  return field.call === undefined && field.transformers.length === 0
    ? `val(${printField(field)})`
    : printField(field);
}

/** A field with its argument and the functions around it, as conditions spell it. */
export function printField({ name, argument, call, transformers }: FieldExpression): string {
  const bracket = argument === undefined ? '' : `[${printArgument(argument)}]`;
  const inner =
    call === undefined
      ? name
      : call.function === 'constant'
        ? call.arguments.map(printInput).join(', ')
        : `${name}(${call.arguments.map(printInput).join(', ')})`;
  return transformers.reduce(
    (text, transformer) => `${transformer}(${text})`,
    `${inner}${bracket}`,
  );
}

function printArgument(argument: string): string {
  const text = textOfBytes(argument);
  return isWhole(PATTERNS.bareArgument, text) ? text : quote(text);
}

function printInput(input: CallArgument): string {
  switch (input.kind) {
    case 'literal':
      return isWhole(PATTERNS.number, input.text) ? input.text : quote(textOfBytes(input.text));
    case 'field':
      return printField(input);
    case 'list':
      return `(${input.items.map(printInput).join(', ')})`;
  }
}

function printLiteral({ text }: Literal): string {
  const shown = textOfBytes(text);
  return isWhole(PATTERNS.bareText, shown) ? shown : quote(shown);
}

function isWhole(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0;
  return pattern.exec(text)?.[0] === text;
}

const ESCAPED: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
  '"': '\\"',
};

/**
 * In double quotes; in single ones where a backslash ends the text, or stands before a double quote: such
 * a backslash would keep the quote from closing. (A text that needs both cannot be written at all.)
 */
function quote(text: string): string {
  if (/\\(?:"|$)/.test(text) && !text.includes("'")) {
    return `'${text.replace(/[\b\f\n\r\t\\]/g, (character) => ESCAPED[character] ?? character)}'`;
  }
  return `"${text.replace(/[\b\f\n\r\t\\"]/g, (character) => ESCAPED[character] ?? character)}"`;
}
