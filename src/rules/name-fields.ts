/**
 * Comparisons with names that only a resolver knows (`fd.sip.name`): a replay asks none, so `!=` and `exists` alone can hold.
 */
import { FIELDS } from '../fields/index.js';
import type { Comparison, Operator } from './ast.js';

/** Those that Falco can compare a name with; at any other it ends with an error, at the first event with an address. */
const OPERATORS_OF_NAMES: ReadonlySet<Operator> = new Set(['=', '==', '!=', 'in', 'exists']);
const MAY_HOLD: ReadonlySet<Operator> = new Set(['!=', 'exists']);

/** Whether a comparison never holds, since it asks for a name that is never known. */
export function isAboutUnknownName({ left, operator }: Comparison): boolean {
  return isNameField(left.name) && !MAY_HOLD.has(operator);
}

/** Whether Falco ends with an error where it evaluates this. */
export function isNameOperatorMissing({ left, operator }: Comparison): boolean {
  return isNameField(left.name) && !OPERATORS_OF_NAMES.has(operator);
}

function isNameField(name: string): boolean {
  return FIELDS.get(name)?.row.filter?.isNeverKnown === true;
}
