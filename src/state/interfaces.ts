/**
 * Which addresses belong to the recorded machine: completes tuples that lack an end, and distinguishes the local end
 * of a connection from the remote one.
 */
import type { SocketTuple } from './socket-tuple.js';
import type { FdKind } from './fd-kind.js';
import type { Thread } from './thread.js';
import type { World } from './world.js';

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i += 1) {
    if (a[i] !== b[i]) {
      return false;
    }
  }
  return true;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
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
  const own = world.interfaces.ownAddressFor(peer) ?? new Uint8Array(peer.length);
  const isSelf = isSame(own, peer) && tuple.sourcePort(kind) === tuple.destinationPort(kind);
  if (!isSelf) {
    (lacksSource ? source : destination).set(own);
  }
}

/**
 * Whether `address` (4 or 16 bytes) is one of the machine that `thread` sees: its container's, if that is known, or
 * the host's.
 */
export function isLocalAddress(world: World, thread: Thread, address: Uint8Array): boolean {
  if (address.length !== 4) {
    return thread.containerId === '' && world.interfaces.hasNetworkOf(address);
  }
  if (thread.containerId !== '') {
    const text = address.join('.');
    const ip = world.containers.get(thread.containerId)?.ip ?? '';
    if (ip === '') {
      return world.containerIps.has(text);
    }
    if (ip === text) {
      return true;
    }
  }
  return world.interfaces.hasAddress(address);
}
