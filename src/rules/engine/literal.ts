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

const INTEGER = /^[+-]?\d+$/;

/** Inclusive ranges of the integer types, which the reference enforces when it loads a rule. */
const INTEGER_RANGES: Readonly<Partial<Record<FieldType, readonly [bigint, bigint]>>> = {
  int8: [-(2n ** 7n), 2n ** 7n - 1n],
  int16: [-(2n ** 15n), 2n ** 15n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint8: [0n, 2n ** 8n - 1n],
  uint16: [0n, 2n ** 16n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
  port: [0n, 2n ** 16n - 1n],
  abstime: [0n, 2n ** 64n - 1n],
  reltime: [0n, 2n ** 64n - 1n],
  double: [-(2n ** 31n), 2n ** 31n - 1n],
};

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
    default:
      return readInteger(type, text);
  }
}

function readInteger(type: FieldType, text: string): LiteralResult {
  const [least, most] = INTEGER_RANGES[type] ?? [-(2n ** 63n), 2n ** 64n - 1n];
  if (INTEGER.test(text)) {
    const value = BigInt(text.replace(/^\+/, ''));
    if (value >= least && value <= most) {
      return { ok: true, value: plainNumber(value) };
    }
    // -1 for "no user" and the like: the reference reads it into the unsigned type, where it is the largest number
    if (type.startsWith('uint') && value < 0n && value >= -most) {
      return { ok: true, value: plainNumber(value + most + 1n) };
    }
  }
  const isNumber = INTEGER.test(text) || most < 2n ** 32n;
  const range = isNumber ? ` from ${least.toString()} to ${most.toString()}` : '';
  return { ok: false, expected: `a whole number${range}` };
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
  const bits = Number(text.slice(slash + 1));
  if (address === undefined || !INTEGER.test(text.slice(slash + 1)) || bits > address.length * 8) {
    return { ok: false, expected: 'a network such as 10.0.0.0/8' };
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
