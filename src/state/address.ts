/** Addresses and tuples as text: the names of sockets. Numbers only; nothing is looked up. */
import type { FdKind } from './fd-kind.js';

/** Layer 4 protocols as captures number them. */
export const L4 = { UNKNOWN: 0, TCP: 2, UDP: 3, ICMP: 4, RAW: 5 } as const;

/** `1.2.3.4`, from the four bytes at `at`. */
export function ipv4Text(bytes: Uint8Array, at: number): string {
  return `${bytes[at] as number}.${bytes[at + 1] as number}.${bytes[at + 2] as number}.${bytes[at + 3] as number}`;
}

/** Start and length of the longest run of two or more zero words. */
function longestZeroRun(words: readonly number[]): {
  readonly at: number;
  readonly length: number;
} {
  let best = { at: -1, length: 0 };
  for (let at = 0; at < words.length; at += 1) {
    let length = 0;
    while (words[at + length] === 0) {
      length += 1;
    }
    if (length > best.length) {
      best = { at, length };
    }
  }
  return best.length >= 2 ? best : { at: -1, length: 0 };
}

/** An IPv6 address as `inet_ntop` writes it, from the sixteen bytes at `at`. */
export function ipv6Text(bytes: Uint8Array, at: number): string {
  const words: number[] = [];
  for (let i = 0; i < 16; i += 2) {
    words.push(((bytes[at + i] as number) << 8) | (bytes[at + i + 1] as number));
  }
  const run = longestZeroRun(words);
  const hasDottedTail =
    run.at === 0 && (run.length === 6 || (run.length === 5 && words[5] === 0xffff));
  const end = hasDottedTail ? 6 : 8;
  const tail = hasDottedTail ? ipv4Text(bytes, at + 12) : '';
  const part = (from: number, to: number): string[] =>
    words.slice(from, to).map((word) => word.toString(16));
  if (run.at === -1) {
    return part(0, 8).join(':');
  }
  const after = part(run.at + run.length, end);
  if (hasDottedTail) {
    after.push(tail);
  }
  return `${part(0, run.at).join(':')}::${after.join(':')}`;
}

/** An IPv4 address in IPv6 clothes (`::ffff:1.2.3.4`), or no address at all (`::`). */
export function isIpv4Mapped(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < 10; i += 1) {
    if (bytes[at + i] !== 0) {
      return false;
    }
  }
  if (bytes[at + 10] === 0xff && bytes[at + 11] === 0xff) {
    return true;
  }
  for (let i = 10; i < 16; i += 1) {
    if (bytes[at + i] !== 0) {
      return false;
    }
  }
  return true;
}

function port(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
}

/** `1.2.3.4:80`: an address and a little-endian port. */
export function ipv4EndText(bytes: Uint8Array, address: number, portAt: number): string {
  return `${ipv4Text(bytes, address)}:${port(bytes, portAt)}`;
}

/** `::1:80`, as the reference writes it, without brackets. */
export function ipv6EndText(bytes: Uint8Array, address: number, portAt: number): string {
  return `${ipv6Text(bytes, address)}:${port(bytes, portAt)}`;
}

/** Name of a connected socket from its tuple, in the layout of `kind`. */
export function connectionText(kind: FdKind, bytes: Uint8Array): string {
  if (kind === 'ipv4') {
    switch (bytes[12]) {
      case L4.TCP:
      case L4.UDP:
        return `${ipv4EndText(bytes, 0, 8)}->${ipv4EndText(bytes, 4, 10)}`;
      case L4.ICMP:
      case L4.RAW:
        return `${ipv4Text(bytes, 0)}->${ipv4Text(bytes, 4)}`;
      default:
        return '<unknown>';
    }
  }
  const isMapped = isIpv4Mapped(bytes, 0) && isIpv4Mapped(bytes, 16);
  switch (bytes[36]) {
    case L4.TCP:
    case L4.UDP:
      // the reference takes the ports of a mapped pair from where an IPv4 tuple has them
      return isMapped
        ? `${ipv4EndText(bytes, 12, 8)}->${ipv4EndText(bytes, 28, 10)}`
        : `${ipv6EndText(bytes, 0, 32)}->${ipv6EndText(bytes, 16, 34)}`;
    case L4.ICMP:
      return isMapped
        ? `${ipv4Text(bytes, 12)}->${ipv4Text(bytes, 28)}`
        : `${ipv6Text(bytes, 0)}->${ipv6Text(bytes, 16)}`;
    default:
      return '<unknown>';
  }
}
