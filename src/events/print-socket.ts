/**
 * Addresses and tuples of sockets as text, from the packed form that events have them in: `family:u8`, then the
 * addresses, each with its port; a unix tuple is `1  source:u64  destination:u64  path`.
 */
import { ipv4EndText, ipv6EndText, isIpv4Mapped } from './address.js';
import { printableOf } from './printable.js';

/** Address families as captures number them. */
export const FAMILY = { UNIX: 1, IPV4: 2, IPV6: 10, NETLINK: 16 } as const;

const IPV4_BYTES = 1 + 4 + 2;
const IPV4_TUPLE_BYTES = 1 + 2 * (4 + 2);
const IPV6_BYTES = 1 + 16 + 2;
const IPV6_TUPLE_BYTES = 1 + 2 * (16 + 2);
/** Kernel addresses of the two ends stand before the path. */
const UNIX_PATH_AT = 1 + 8 + 8;

/** Text up to the first NUL, from `at`. */
export function pathAt(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).latin1Slice(
    at,
    end === -1 ? bytes.length : end,
  );
}

function kernelAddressText(bytes: Uint8Array, at: number): string {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at, true).toString(16);
}

/** Name of a unix socket: kernel addresses of both ends in hex, from a packed tuple, and a path. */
export function unixText(bytes: Uint8Array, path: string): string {
  return `${kernelAddressText(bytes, 1)}->${kernelAddressText(bytes, 9)} ${printableOf(path)}`;
}

/** A packed address as parameters print it: `127.0.0.1:80`, `::1:80`, `/run/socket`, `family 16`. */
export function socketAddressText(bytes: Uint8Array): string {
  const family = bytes[0] ?? 0;
  switch (family) {
    case FAMILY.IPV4:
      return bytes.length === IPV4_BYTES ? ipv4EndText(bytes, 1, 5) : 'INVALID IPv4';
    case FAMILY.IPV6:
      return bytes.length === IPV6_BYTES ? ipv6EndText(bytes, 1, 17) : 'INVALID IPv6';
    case FAMILY.UNIX:
      return printableOf(pathAt(bytes, 1));
    default:
      return `family ${family}`;
  }
}

function ipv6TupleText(bytes: Uint8Array): string {
  return isIpv4Mapped(bytes, 1) && isIpv4Mapped(bytes, 19)
    ? `${ipv4EndText(bytes, 13, 17)}->${ipv4EndText(bytes, 31, 35)}`
    : `${ipv6EndText(bytes, 1, 17)}->${ipv6EndText(bytes, 19, 35)}`;
}

/** A packed tuple as parameters print it: `10.0.0.1:1234->10.0.0.2:80`, `0->ffff88003c420800 /run/socket`. */
export function tupleText(bytes: Uint8Array): string {
  const family = bytes[0] ?? 0;
  switch (family) {
    case FAMILY.IPV4:
      return bytes.length === IPV4_TUPLE_BYTES
        ? `${ipv4EndText(bytes, 1, 5)}->${ipv4EndText(bytes, 7, 11)}`
        : 'INVALID IPv4';
    case FAMILY.IPV6:
      return bytes.length === IPV6_TUPLE_BYTES ? ipv6TupleText(bytes) : 'INVALID IPv6';
    case FAMILY.UNIX:
      return bytes.length < UNIX_PATH_AT
        ? 'INVALID unix'
        : unixText(bytes, pathAt(bytes, UNIX_PATH_AT));
    default:
      return `family ${family}`;
  }
}
