/**
 * Values as text and for JSON, one way for each type. Text stays a byte string, control bytes and all: to
 * escape them is the work of `output`. Texts of lists and buffers are as long as the reference's: 1023 bytes.
 */
import { addressText } from '../events/index.js';
import type { CompiledField, FieldType, NumberFormat, Scalar, Value } from './field.js';
import type { Moment } from '../state/index.js';

const MAX_TEXT = 1023;
/** How absence prints. */
export const ABSENT_TEXT = '<NA>';

/** What `output` and `store` write into JSON; a bigint is an exact number literal. */
export type JsonValue = string | number | bigint | boolean | null | readonly JsonValue[];

/**
 * The text of the field's value at this moment; `undefined` where there is none (a line whose template
 * does not begin with `*` is left out then).
 */
export function renderField(field: CompiledField, moment: Moment): string | undefined {
  const { render, format, usage } = field.row;
  if (usage === 'filter-only') {
    return undefined;
  }
  return render === undefined
    ? textOfValue(field, field.read(moment), format ?? 'dec')
    : render(moment, field.argument);
}

/** The text of a value of this field; `<NA>` where there is none. */
export function printValue(field: CompiledField, value: Value): string {
  return textOfValue(field, value, field.row.format ?? 'dec') ?? ABSENT_TEXT;
}

/** The field's value at this moment as JSON holds it: numbers are numbers, absence is `null`. */
export function jsonValue(field: CompiledField, moment: Moment): JsonValue {
  const value = (field.row.json ?? field.read)(moment);
  if (value === undefined || field.row.usage === 'filter-only') {
    return null;
  }
  const format = field.row.format ?? 'dec';
  return isList(value)
    ? value.map((item) => jsonScalar(field, item, format))
    : jsonScalar(field, value, format);
}

function textOfValue(field: CompiledField, value: Value, format: NumberFormat): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  if (isList(value)) {
    const items = value.map((item) => printScalar(field, item, format) ?? '');
    return `(${items.join(',')})`.slice(0, MAX_TEXT);
  }
  return printScalar(field, value, format);
}

function isList(value: Value): value is readonly Scalar[] {
  return Array.isArray(value);
}

function printScalar(
  field: CompiledField,
  value: Scalar,
  format: NumberFormat,
): string | undefined {
  return field.row.print === undefined
    ? scalarText(value, field.type, format)
    : field.row.print(value);
}

function jsonScalar(field: CompiledField, value: Scalar, format: NumberFormat): JsonValue {
  if (typeof value === 'number' || typeof value === 'bigint') {
    if (format === 'hex' || format === 'oct') {
      return scalarText(value, field.type, format) ?? null;
    }
    return format === 'none' ? null : value;
  }
  return value instanceof Uint8Array || field.type === 'bytebuf'
    ? (printScalar(field, value, format) ?? null)
    : value;
}

/** The text of one value; `undefined` where a number of this type prints nothing. */
function scalarText(value: Scalar, type: FieldType, format: NumberFormat): string | undefined {
  switch (typeof value) {
    case 'string':
      return type === 'bytebuf' ? bufferText(value) : untilNul(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
    case 'bigint':
      return numberText(value, type, format);
    default:
      return addressText(value);
  }
}

function untilNul(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** A buffer as text: what is not printable ASCII is a dot. One that does not fit loses two bytes more. */
export function bufferText(bytes: string): string {
  const fitting = bytes.length < MAX_TEXT ? bytes : bytes.slice(0, MAX_TEXT - 2);
  return fitting.replaceAll(/[^\x20-\x7e]/g, '.');
}

const BITS: Partial<Record<FieldType, number>> = { int8: 8, int16: 16, int32: 32, int64: 64 };

function numberText(
  value: number | bigint,
  type: FieldType,
  format: NumberFormat,
): string | undefined {
  if (type === 'double') {
    return oneDecimal(Number(value));
  }
  switch (format) {
    case 'none':
      return undefined;
    case 'hex':
      return BigInt.asUintN(BITS[type] ?? 64, BigInt(value))
        .toString(16)
        .toUpperCase();
    case 'oct':
      return BigInt.asUintN(BITS[type] ?? 64, BigInt(value)).toString(8);
    case 'padded':
      return value < 0 ? `-${String(-value).padStart(8, '0')}` : String(value).padStart(9, '0');
    case 'dec':
      return String(value);
  }
}

/** As C prints `%.1f`: exact halves go to the even neighbour (toFixed takes the larger one). */
function oneDecimal(value: number): string {
  const quarters = value * 4;
  if (Number.isInteger(quarters) && Math.abs(quarters % 2) === 1) {
    const below = Math.floor(value * 10);
    return ((below % 2 === 0 ? below : below + 1) / 10).toFixed(1);
  }
  return value.toFixed(1);
}
