/**
 * The right side of a comparison: text from a rules file -> a value of the field's type. Integers are
 * decimal, booleans `true` and `false`, networks `ADDRESS/BITS`; text stays the byte string it is.
 */
import { isIPv4, isIPv6 } from 'node:net';
import type { FieldType, Scalar } from '../../fields/index.js';

/** An address range: the bits of `address` that count. */
export interface Network {
  readonly address: Uint8Array;
  readonly bits: number;
}

/** What a literal denotes. */
export type Literal = Scalar | Network;

/** A literal, or why the text is none of that type (a phrase to follow "expected"). */
export type LiteralResult =
  | { readonly ok: true; readonly value: Literal }
  | { readonly ok: false; readonly expected: string };

/** Blanks may stand in front, as in C. */
const INTEGER = /^[\t-\r ]*([+-]?)(\d+)$/;

/** Bits of the integer types; those that can be negative. */
const BITS: Readonly<Partial<Record<FieldType, number>>> = {
  int8: 8,
  uint8: 8,
  int16: 16,
  uint16: 16,
  port: 16,
  int32: 32,
  uint32: 32,
  double: 32,
};
const SIGNED: ReadonlySet<FieldType> = new Set(['int8', 'int16', 'int32', 'int64', 'double']);

/** Read `text` (a byte string) as a value that fields of `type` are compared with. */
export function readLiteral(type: FieldType, text: string): LiteralResult {
  switch (type) {
    case 'charbuf':
    case 'bytebuf':
    case 'dyn':
      return { ok: true, value: text };
    case 'bool':
      return text === 'true' || text === 'false'
        ? { ok: true, value: text === 'true' }
        : { ok: false, expected: '"true" or "false"' };
    case 'ipaddr':
      return readAddress(text);
    case 'ipnet':
      return readNetwork(text);
    case 'port':
      return readPort(text);
    default:
      return readInteger(type, text);
  }
}

/** As the reference reads numbers: blanks and a sign may stand in front. */
function readInteger(type: FieldType, text: string): LiteralResult {
  const [, sign, digits = ''] = INTEGER.exec(text) ?? [];
  return sign === undefined
    ? { ok: false, expected: 'a whole number' }
    : { ok: true, value: plainNumber(fitted(type, sign === '-', BigInt(digits))) };
}

/**
 * As the reference fits a number into a type: into 64 bits, where what is too large becomes the largest, and of these
 * the lower bits that the type has. So -1 is the largest number of an unsigned type, and port 65536 is port 0.
 */
function fitted(type: FieldType, isNegative: boolean, magnitude: bigint): bigint {
  const bits = BITS[type] ?? 64;
  if (SIGNED.has(type)) {
    const most = isNegative ? 2n ** 63n : 2n ** 63n - 1n;
    const value = magnitude > most ? most : magnitude;
    return BigInt.asIntN(bits, isNegative ? -value : value);
  }
  const most = 2n ** 64n - 1n;
  const value = magnitude > most ? most : isNegative ? -magnitude : magnitude;
  return BigInt.asUintN(bits, value);
}

/** Digits alone, or nothing, which is port 0. */
function readPort(text: string): LiteralResult {
  const isNumber = /^\d*$/.test(text) && BigInt(text) < 2n ** 31n;
  return isNumber
    ? { ok: true, value: plainNumber(fitted('port', false, BigInt(text))) }
    : { ok: false, expected: 'the number of a port' };
}

function readAddress(text: string): LiteralResult {
  const value = addressBytes(text);
  return value === undefined
    ? { ok: false, expected: 'an IPv4 or IPv6 address such as 10.0.0.1' }
    : { ok: true, value };
}

function readNetwork(text: string): LiteralResult {
  const slash = text.lastIndexOf('/');
  const address = slash < 0 ? undefined : addressBytes(text.slice(0, slash));
  const prefix = readInteger('uint8', text.slice(slash + 1));
  const bits = prefix.ok ? Number(prefix.value) : Infinity;
  const isV6 = address?.length === 16;
  if (address === undefined || bits > address.length * 8 || (isV6 && bits === 0)) {
    return {
      ok: false,
      expected: isV6
        ? 'a network such as 2001:db8::/32, of 1 to 128 bits'
        : 'a network such as 10.0.0.0/8',
    };
  }
  return { ok: true, value: { address, bits } };
}

/** The 4 or 16 bytes of a written address; `undefined` if it is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (isIPv4(text)) {
    return Uint8Array.from(text.split('.'), Number);
  }
  return isIPv6(text) && !text.includes('%') ? ipv6Bytes(text) : undefined;
}

function ipv6Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(16);
  const [head = '', tail] = text.split('::');
  const front = groupsOf(head);
  const back = tail === undefined ? [] : groupsOf(tail);
  bytes.set(front, 0);
  bytes.set(back, 16 - back.length);
  return bytes;
}

/** Bytes of the colon-separated groups on one side of `::`; the last may be a dotted IPv4 address. */
function groupsOf(side: string): number[] {
  return side === ''
    ? []
    : side.split(':').flatMap((group) => {
        if (group.includes('.')) {
          return group.split('.').map(Number);
        }
        const value = Number.parseInt(group, 16);
        return [value >> 8, value & 0xff];
      });
}

/** A number where it is exact, else the bigint: one spelling of each integer, fit for sets and maps. */
export function plainNumber(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;
}
