/** Names of bits (flags), of values (enumerations) and of file modes, in the order of their tables. */
import type { NamedBits } from './flag-tables.js';

/**
 * Names of the bits of `value`. A name whose bits are all set takes them away, so that O_RDWR is not O_RDONLY and
 * O_WRONLY too; a name for zero counts only where nothing is set.
 */
export function flagNames(value: number, table: readonly NamedBits[]): string {
  const names: string[] = [];
  let left = value;
  for (const [name, bits] of table) {
    const isMatch = bits === 0 ? value === 0 : left !== 0 && (left & bits) >>> 0 === bits;
    if (isMatch) {
      left = (left & ~bits) >>> 0;
      names.push(name);
      if (bits === value) {
        break;
      }
    }
  }
  return names.join('|');
}

/** Of the tables that were asked about: the names of each value. */
const NAMES = new WeakMap<readonly NamedBits[], ReadonlyMap<number, string>>();

/** Names of exactly `value`: several where a value has several (AF_LOCAL is AF_UNIX). Rules ask at each socket. */
export function enumNames(value: number, table: readonly NamedBits[]): string {
  let names = NAMES.get(table);
  if (names === undefined) {
    names = namesOf(table);
    NAMES.set(table, names);
  }
  return names.get(value) ?? '';
}

function namesOf(table: readonly NamedBits[]): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const [name, bits] of table) {
    const before = names.get(bits);
    names.set(bits, before === undefined ? name : `${before}|${name}`);
  }
  return names;
}

/** Names of a file mode's bits; a name for the whole value ends the search, after the names of its parts. */
export function modeNames(value: number, table: readonly NamedBits[]): string {
  const names: string[] = [];
  let left = value;
  for (const [name, bits] of table) {
    if (bits === value) {
      names.push(name);
      break;
    }
    if (bits !== 0 && left !== 0 && (left & bits) >>> 0 === bits) {
      names.push(name);
      left = (left & ~bits) >>> 0;
    }
  }
  return names.join('|');
}
