/**
 * Which addresses belong to the recorded machine: completes tuples that lack an end, and tells the local end
 * of a connection from the remote one.
 */
import type { InterfaceEntry } from '../capture/index.js';
import type { SocketTuple } from './socket-tuple.js';
import type { FdKind } from './fd-kind.js';
import type { Thread } from './thread.js';
import type { World } from './world.js';

const LOOPBACK_4 = Uint8Array.of(127, 0, 0, 1);
const LOOPBACK_6 = Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0));
/** The reference takes the first 64 bits of an IPv6 address for its network. */
const NETWORK_BYTES_6 = 8;

function isSame(a: Uint8Array, b: Uint8Array, length = a.length): boolean {
  for (let i = 0; i < length; i += 1) {
    if (a[i] !== b[i]) {
      return false;
    }
  }
  return true;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function isInSubnet(known: InterfaceEntry, address: Uint8Array): boolean {
  return address.length === 4
    ? known.address.every((byte, i) => {
        const mask = known.netmask[i] ?? 0;
        return (byte & mask) === ((address[i] as number) & mask);
      })
    : isSame(known.address, address, NETWORK_BYTES_6);
}

/** The address of ours that most probably talks to `peer`; `undefined` if the capture lists none. */
function likelyOwnAddress(world: World, peer: Uint8Array): Uint8Array | undefined {
  const loopback = peer.length === 4 ? LOOPBACK_4 : LOOPBACK_6;
  let near: InterfaceEntry | undefined;
  let other: InterfaceEntry | undefined;
  for (const known of world.interfaces) {
    if (known.address.length === peer.length) {
      if (isSame(known.address, peer)) {
        return known.address;
      }
      near ??= isInSubnet(known, peer) ? known : undefined;
      other ??= isSame(known.address, loopback) ? undefined : known;
    }
  }
  return (near ?? other)?.address;
}

/** Put the likely address of ours in place of an end that the tuple of an IP socket lacks. */
export function completeTuple(world: World, kind: FdKind, tuple: SocketTuple): void {
  const source = tuple.sourceAddress(kind);
  const destination = tuple.destinationAddress(kind);
  if (source === undefined || destination === undefined) {
    return;
  }
  const lacksSource = isZero(source);
  if (!lacksSource && !isZero(destination)) {
    return;
  }
  const peer = lacksSource ? destination : source;
  const own = likelyOwnAddress(world, peer) ?? new Uint8Array(peer.length);
  const isSelf = isSame(own, peer) && tuple.sourcePort(kind) === tuple.destinationPort(kind);
  if (!isSelf) {
    (lacksSource ? source : destination).set(own);
  }
}

function isAddressText(text: string, address: Uint8Array): boolean {
  return address.join('.') === text;
}

/**
 * Whether `address` (4 or 16 bytes) is one of the machine that `thread` sees: its container's, if that is known, or
 * the host's.
 */
export function isLocalAddress(world: World, thread: Thread, address: Uint8Array): boolean {
  if (address.length !== 4) {
    return (
      thread.containerId === '' &&
      world.interfaces.some((known) => known.address.length === 16 && isInSubnet(known, address))
    );
  }
  if (thread.containerId !== '') {
    const ip = world.containers.get(thread.containerId)?.ip ?? '';
    if (ip === '') {
      return [...world.containers.values()].some((known) => isAddressText(known.ip, address));
    }
    if (isAddressText(ip, address)) {
      return true;
    }
  }
  return world.interfaces.some(
    (known) => known.address.length === 4 && isSame(known.address, address),
  );
}
