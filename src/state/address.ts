/** Names of connected sockets, and the protocols that they depend on. */
import { ipv4EndText, ipv4Text, ipv6EndText, ipv6Text, isIpv4Mapped } from '../events/index.js';
import type { FdKind } from './fd-kind.js';

/** Layer 4 protocols as captures number them. */
export const L4 = { UNKNOWN: 0, TCP: 2, UDP: 3, ICMP: 4, RAW: 5 } as const;

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
