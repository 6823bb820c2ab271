/** Whether the literals of a comparison are values of the field's type, and mean what they say. */
import { compileField, FIELDS, type FieldType, type ValueType } from '../fields/index.js';
import { textOfBytes } from '../units.js';
import type { Comparison, Literal } from './ast.js';
import { readLiteral } from './engine/literal.js';
import { EVENT_TYPE_NAMES } from './event-types.js';
import { faultOf, type Fault } from './fault.js';
import { FUNCTIONS } from './parse-value.js';
import { isPlainRegex, regexProblem } from './regex-check.js';
import { didYouMean } from './suggest.js';
import { fieldText } from './value-type.js';

/** Why a literal is no value that the field on the left is compared with. */
export function literalFault(
  { left, operator }: Comparison,
  type: ValueType,
  literal: Literal,
): Fault | undefined {
  const text = textOfBytes(literal.text);
  const span = { at: literal.at, length: Math.max(1, text.length) };
  if (operator === 'bcontains' || operator === 'bstartswith') {
    return /^(?:[0-9a-fA-F]{2})*$/.test(text)
      ? undefined
      : faultOf(
          span,
          `"${operator}" takes bytes as hexadecimal digits, two each; found "${text}"`,
          `write the bytes as cafe01; for a text use "${operator.slice(1)}"`,
        );
  }
  if (left.name === 'evt.type' && left.call === undefined && !EVENT_TYPE_NAMES.has(literal.text)) {
    const fix = didYouMean(text, EVENT_TYPE_NAMES, '"tiercel list events" shows every type');
    return faultOf(span, `no event type is called "${text}"`, fix, true);
  }
  if (operator === 'regex') {
    const problem = regexProblem(literal.text);
    return problem === undefined
      ? undefined
      : faultOf(span, `the regular expression is wrong: ${problem.message}`, problem.fix);
  }
  const result = readLiteral(type.type, literal.text);
  return result.ok
    ? undefined
    : faultOf(
        span,
        `${fieldText(left)} is compared with ${result.expected}; found "${text}"`,
        literalFix(type.type, text),
      );
}

/** What was probably meant by a text that is no value of the field's type. */
function literalFix(type: FieldType, text: string): string {
  if (FIELDS.has(text)) {
    return `to compare with the field write val(${text})`;
  }
  switch (type) {
    case 'bool':
      return /^(?:y|yes|on|1|true)$/i.test(text) ? 'write true' : 'write true or false';
    case 'ipaddr':
      return text.includes('/')
        ? 'to compare with a network use a field such as fd.snet'
        : 'write the address in numbers';
    case 'ipnet':
      return readLiteral('ipaddr', text).ok
        ? `for this one address write ${text}/${text.includes(':') ? 128 : 32}`
        : 'write an address, "/" and the number of bits that count';
    case 'port':
      return /^\d+$/.test(text) ? 'write a number in that range' : 'write the number of the port';
    default:
      return /^[+-]?\d+$/.test(text) ? 'write a number in that range' : 'write digits only';
  }
}

const LIKE_A_FUNCTION = new RegExp(`^(val|${FUNCTIONS.join('|')})\\(.*\\)$`, 's');

/** What probably does not mean what it says: a regular expression that needs none, the name of a field or function as a text. */
export function literalDoubts(
  { operator }: Comparison,
  literal: Literal,
  source: string,
): readonly Fault[] {
  const text = textOfBytes(literal.text);
  const span = { at: literal.at, length: Math.max(1, text.length) };
  const doubts: Fault[] = [];
  if (operator === 'regex' && isPlainRegex(literal.text)) {
    doubts.push(
      faultOf(
        span,
        `the regular expression "${text}" needs none`,
        'use "=", "contains", "startswith" or "endswith": they are faster',
      ),
    );
  }
  const dense = literal.text.replace(/\s/g, '');
  if (isField(dense, source)) {
    doubts.push(
      faultOf(
        span,
        `"${text}" is the name of a field, and is compared as a text here`,
        `to compare with the field write val(${text})`,
      ),
    );
  }
  const transformer = LIKE_A_FUNCTION.exec(dense)?.[1];
  if (transformer !== undefined) {
    doubts.push(
      faultOf(
        span,
        `"${text}" looks like the function ${transformer}, and is compared as a text here`,
        'write it without quotes',
      ),
    );
  }
  return doubts;
}

/** Cheap for what is no field's name, which nearly every text is. */
function isField(text: string, source: string): boolean {
  const found = /^([a-z0-9_]+(?:\.[a-zA-Z0-9_]+)+)(?:\[([^\]]*)\])?$/.exec(text);
  const name = found?.[1];
  if (name === undefined) {
    return false;
  }
  for (let end = name.length; end > 0; end = name.lastIndexOf('.', end - 1)) {
    if (FIELDS.has(name.slice(0, end))) {
      return compileField(name, found?.[2], source).field !== undefined;
    }
  }
  return false;
}
