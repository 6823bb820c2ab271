/**
 * JSON for values that `JSON.stringify` cannot write: 64-bit integers as exact literals, byte strings as
 * text. Keys keep the order they are given in.
 */
import { textOfBytes } from '../units.js';

/** A value that can be written; text is byte strings. */
export type JsonValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** An object with text keys (byte strings). */
export type JsonObject = Readonly<Record<string, JsonValue>>;

/** One line of JSON. A key whose value is `undefined` is left out; in a list it is `null`. */
export function writeJson(value: JsonValue): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(textOfBytes(value));
    case 'bigint':
      return value.toString();
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return 'null';
    default:
      return value === null ? 'null' : writeStructure(value);
  }
}

function writeStructure(value: readonly JsonValue[] | JsonObject): string {
  if (isList(value)) {
    return `[${value.map(writeJson).join(',')}]`;
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${JSON.stringify(textOfBytes(key))}:${writeJson(member)}`);
  return `{${members.join(',')}}`;
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
