/** Addresses and tuples of sockets as text. Ports are numbers: a replay looks no service names up. */
import { addressText } from './address.js';
import { printableOf } from './printable.js';

/** Address families, by the numbers of captures (which are Linux's). */
const FAMILY = { UNIX: 1, IPV4: 2, IPV6: 10 } as const;

const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
const PORT_BYTES = 2;
/** Kernel addresses of the two ends, after the family. */
const UNIX_PATH_AT = 17;

/** Text of `bytes` from `at` to the first NUL or the end, as it can be shown. */
function path(bytes: Buffer, at: number): string {
  const end = bytes.indexOf(0, at);
  return printableOf(bytes.latin1Slice(at, end === -1 ? bytes.length : end));
}

function endpoint(bytes: Buffer, at: number, addressBytes: number): string {
  const address = addressText(bytes.subarray(at, at + addressBytes)) ?? '';
  return `${address}:${bytes.readUInt16LE(at + addressBytes)}`;
}

/** Whether a 16-byte address is an IPv4 one in disguise; all zeroes counts as one. */
export function isMappedIpv4(address: Uint8Array): boolean {
  const isZero = (from: number, to: number): boolean =>
    address.subarray(from, to).every((byte) => byte === 0);
  return isZero(0, 10) && ((address[10] === 0xff && address[11] === 0xff) || isZero(10, 16));
}

/** `127.0.0.1:80`, `::1:80`, `/run/socket`, or `family 16`. */
export function socketAddressText(bytes: Buffer): string {
  const family = bytes[0];
  switch (family) {
    case FAMILY.UNIX:
      return path(bytes, 1);
    case FAMILY.IPV4:
      return bytes.length === 1 + IPV4_BYTES + PORT_BYTES
        ? endpoint(bytes, 1, IPV4_BYTES)
        : 'INVALID IPv4';
    case FAMILY.IPV6:
      return bytes.length === 1 + IPV6_BYTES + PORT_BYTES
        ? endpoint(bytes, 1, IPV6_BYTES)
        : 'INVALID IPv6';
    default:
      return `family ${family ?? 0}`;
  }
}

function ipv6TupleText(bytes: Buffer): string {
  const second = 1 + IPV6_BYTES + PORT_BYTES;
  if (bytes.length !== second + IPV6_BYTES + PORT_BYTES) {
    return 'INVALID IPv6';
  }
  const isMapped =
    isMappedIpv4(bytes.subarray(1, 1 + IPV6_BYTES)) &&
    isMappedIpv4(bytes.subarray(second, second + IPV6_BYTES));
  if (isMapped) {
    const skipped = IPV6_BYTES - IPV4_BYTES;
    return `${endpoint(bytes, 1 + skipped, IPV4_BYTES)}->${endpoint(bytes, second + skipped, IPV4_BYTES)}`;
  }
  return `${endpoint(bytes, 1, IPV6_BYTES)}->${endpoint(bytes, second, IPV6_BYTES)}`;
}

/** `10.0.0.1:1234->10.0.0.2:80`, `0->ffff88003c420800 /run/socket`, or `family 16`. */
export function socketTupleText(bytes: Buffer): string {
  const family = bytes[0];
  switch (family) {
    case FAMILY.UNIX:
      if (bytes.length < UNIX_PATH_AT) {
        return 'INVALID unix';
      }
      return `${bytes.readBigUInt64LE(1).toString(16)}->${bytes.readBigUInt64LE(9).toString(16)} ${path(bytes, UNIX_PATH_AT)}`;
    case FAMILY.IPV4: {
      const second = 1 + IPV4_BYTES + PORT_BYTES;
      return bytes.length === second + IPV4_BYTES + PORT_BYTES
        ? `${endpoint(bytes, 1, IPV4_BYTES)}->${endpoint(bytes, second, IPV4_BYTES)}`
        : 'INVALID IPv4';
    }
    case FAMILY.IPV6:
      return ipv6TupleText(bytes);
    default:
      return `family ${family ?? 0}`;
  }
}
