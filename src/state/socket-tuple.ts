/**
 * Endpoints of a socket. The five layouts share one memory, as in the reference: what a socket was before
 * its kind changed (bind, then connect; IPv6, then IPv4-mapped) shows through, and captures depend on it.
 * Addresses lie in network order, ports and kernel addresses little-endian.
 */
import type { FdKind } from './fd-kind.js';

/** Where a layout keeps what, in bytes; -1: it has no such thing. */
interface Layout {
  readonly addressLength: number;
  readonly source: number;
  readonly destination: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly l4proto: number;
}

// prettier-ignore
const LAYOUTS: Partial<Record<FdKind, Layout>> = {
  'ipv4':        { addressLength: 4,  source: 0,  destination: 4,  sourcePort: 8,  destinationPort: 10, l4proto: 12 },
  'ipv6':        { addressLength: 16, source: 0,  destination: 16, sourcePort: 32, destinationPort: 34, l4proto: 36 },
  'ipv4-server': { addressLength: 4,  source: -1, destination: 0,  sourcePort: -1, destinationPort: 4,  l4proto: 6 },
  'ipv6-server': { addressLength: 16, source: -1, destination: 0,  sourcePort: -1, destinationPort: 16, l4proto: 18 },
};

const TUPLE_BYTES = 40;

/** Forty bytes, read by the layout of a kind. */
export class SocketTuple {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array = new Uint8Array(TUPLE_BYTES)) {
    this.bytes = bytes;
  }

  copy(): SocketTuple {
    return new SocketTuple(this.bytes.slice());
  }

  sourceAddress(kind: FdKind): Uint8Array | undefined {
    const layout = LAYOUTS[kind];
    return layout === undefined ? undefined : this.#view(layout.source, layout.addressLength);
  }

  destinationAddress(kind: FdKind): Uint8Array | undefined {
    const layout = LAYOUTS[kind];
    return layout === undefined ? undefined : this.#view(layout.destination, layout.addressLength);
  }

  sourcePort(kind: FdKind): number | undefined {
    return this.#port(LAYOUTS[kind]?.sourcePort);
  }

  destinationPort(kind: FdKind): number | undefined {
    return this.#port(LAYOUTS[kind]?.destinationPort);
  }

  l4proto(kind: FdKind): number | undefined {
    const layout = LAYOUTS[kind];
    return layout === undefined ? undefined : this.bytes[layout.l4proto];
  }

  setL4proto(kind: FdKind, proto: number): void {
    const layout = LAYOUTS[kind];
    if (layout !== undefined) {
      this.bytes[layout.l4proto] = proto;
    }
  }

  /** Kernel addresses of both ends of a unix socket. */
  setUnix(source: bigint, destination: bigint): void {
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset);
    view.setBigUint64(0, source, true);
    view.setBigUint64(8, destination, true);
  }

  unixSource(): bigint {
    return new DataView(this.bytes.buffer, this.bytes.byteOffset).getBigUint64(0, true);
  }

  unixDestination(): bigint {
    return new DataView(this.bytes.buffer, this.bytes.byteOffset).getBigUint64(8, true);
  }

  #view(at: number, length: number): Uint8Array | undefined {
    return at < 0 ? undefined : this.bytes.subarray(at, at + length);
  }

  #port(at: number | undefined): number | undefined {
    return at === undefined || at < 0
      ? undefined
      : (this.bytes[at] as number) | ((this.bytes[at + 1] as number) << 8);
  }
}
