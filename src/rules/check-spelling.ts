/** What this program would understand, and the reference does not: rules have to load in both. */
import type { ValueType } from '../fields/index.js';
import { textOfBytes } from '../units.js';
import type { Comparison, FieldExpression } from './ast.js';
import { faultOf, type Fault } from './fault.js';
import { fieldText } from './value-type.js';

/** The first of such spellings in a comparison. */
export function spellingFault({ left, right }: Comparison, type: ValueType): Fault | undefined {
  return labelFault(left) ?? argumentFault(left) ?? addressFault(right, type);
}

const DOTTED_LABEL = /^((?:container|k8s\.\w+)\.label)\.(.+)$/s;

function labelFault(left: FieldExpression): Fault | undefined {
  const { name, call } = left;
  const [, label, key] = DOTTED_LABEL.exec(name) ?? [];
  if (call !== undefined || label === undefined || key === undefined) {
    return undefined;
  }
  const fix = `write ${label}[${textOfBytes(key)}]`;
  const why = `Falco takes the name of a label only in brackets, not "${name}"`;
  return faultOf(spanOf(left), why, fix);
}

const EVENT_ARGUMENTS: readonly string[] = ['evt.arg', 'evt.rawarg'];

function argumentFault(left: FieldExpression): Fault | undefined {
  const { name, argument } = left;
  if (argument === undefined || !EVENT_ARGUMENTS.includes(name) || /^\d+$/.test(argument)) {
    return undefined;
  }
  const text = textOfBytes(argument);
  const why = `"${name}[${text}]" takes a number in brackets in Falco`;
  return faultOf(spanOf(left), why, `write ${name}.${text}`);
}

function spanOf(left: FieldExpression): Pick<Fault, 'at' | 'length'> {
  return { at: left.fieldAt ?? left.at, length: fieldText(left).length - 2 };
}

function addressFault(right: Comparison['right'], { type }: ValueType): Fault | undefined {
  if ((type !== 'ipaddr' && type !== 'ipnet') || right === undefined) {
    return undefined;
  }
  const operands = right.kind === 'list' ? right.items : [right];
  const literals = operands.filter((each) => each.kind === 'literal');
  const mapped = literals.find(({ text }) => /:.*\./s.test(text));
  return mapped === undefined
    ? undefined
    : faultOf(
        { at: mapped.at, length: mapped.text.length },
        `Falco reads no IPv6 address with an IPv4 address in it, such as "${textOfBytes(mapped.text)}"`,
        'write the IPv4 address alone, or all of it in hexadecimal digits',
      );
}
