/** IP addresses and ports as text, as `inet_ntop` writes them. Numbers only; nothing is looked up. */

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

/** Text of an address of 4 or 16 bytes; `undefined` for any other length. */
export function addressText(address: Uint8Array): string | undefined {
  switch (address.length) {
    case 4:
      return ipv4Text(address, 0);
    case 16:
      return ipv6Text(address, 0);
    default:
      return undefined;
  }
}
