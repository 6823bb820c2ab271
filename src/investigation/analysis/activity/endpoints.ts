/** Both ends of connections, as a case has them: of descriptors, and of addresses that connect did not reach. */
import { addressText, FAMILY, isIpv4Mapped, pathAt } from '../../../events/index.js';
import type { FileDescriptor } from '../../../state/index.js';
import type { ConnectionEnd, Direction } from '../../../store/index.js';
import type { Endpoints } from './tallies.js';

/** Names of layer 4 protocols, by the numbers that captures use. */
const PROTOCOLS: readonly (string | undefined)[] = [
  undefined,
  undefined,
  'tcp',
  'udp',
  'icmp',
  'raw',
];

/** `a -> b` between kernel addresses, then the path: how a connected unix socket is named. */
const UNIX_NAME = /^[0-9a-f]+->[0-9a-f]+ ?/;

/** The ends of a socket; `undefined` for what is no socket, or has no end yet. */
export function endpointsOf(descriptor: FileDescriptor): Endpoints | undefined {
  switch (descriptor.kind) {
    case 'ipv4':
    case 'ipv6':
      return descriptor.name === '' ? undefined : ipEndpoints(descriptor);
    case 'ipv4-server':
    case 'ipv6-server':
      return listening(descriptor);
    case 'unix':
      return descriptor.name === '' ? undefined : unixEndpoints(descriptor);
    default:
      return undefined;
  }
}

function directionOf(descriptor: FileDescriptor): Direction | undefined {
  return descriptor.isServer ? 'incoming' : descriptor.isClient ? 'outgoing' : undefined;
}

function ipEndpoints(descriptor: FileDescriptor): Endpoints {
  const client = endOf(descriptor.sourceAddress, descriptor.sourcePort);
  const server = endOf(descriptor.destinationAddress, descriptor.destinationPort);
  const [local, remote] = descriptor.isServer ? [server, client] : [client, server];
  return {
    protocol: PROTOCOLS[descriptor.l4proto ?? 0],
    direction: directionOf(descriptor),
    local,
    remote,
    socketPath: undefined,
  };
}

function listening(descriptor: FileDescriptor): Endpoints {
  return {
    protocol: PROTOCOLS[descriptor.l4proto ?? 0],
    direction: 'listening',
    local: endOf(descriptor.destinationAddress, descriptor.destinationPort),
    remote: undefined,
    socketPath: undefined,
  };
}

function unixEndpoints(descriptor: FileDescriptor): Endpoints {
  const path = descriptor.name.replace(UNIX_NAME, '');
  return {
    protocol: 'unix',
    direction: directionOf(descriptor),
    local: undefined,
    remote: undefined,
    socketPath: path === '' ? undefined : path,
  };
}

/** The ends of a socket that listens, by its descriptor. */
export function listeningEndpoints(descriptor: FileDescriptor): Endpoints | undefined {
  if (descriptor.kind === 'unix') {
    return { ...unixEndpoints(descriptor), direction: 'listening' };
  }
  const isServer = descriptor.kind === 'ipv4-server' || descriptor.kind === 'ipv6-server';
  return isServer ? listening(descriptor) : undefined;
}

function endOf(address: Uint8Array | undefined, port: number | undefined): ConnectionEnd {
  return { address: address === undefined ? undefined : addressText(address), port };
}

/**
 * Where a connect that failed wanted to go.
 *
 * @param packed - `family:u8  address  port:u16`, or `1  path` for unix sockets, as captures have it.
 */
export function aimOf(
  packed: Uint8Array | undefined,
  descriptor: FileDescriptor | undefined,
): Endpoints | undefined {
  const family = packed?.[0];
  const common = { direction: 'outgoing', local: undefined } as const;
  if (packed === undefined || family === undefined) {
    return undefined;
  }
  if (family === FAMILY.UNIX && packed.length > 1) {
    const path = pathAt(packed, 1);
    return { ...common, protocol: 'unix', remote: undefined, socketPath: path };
  }
  const remote = remoteEnd(packed, family);
  const protocol = PROTOCOLS[descriptor?.l4proto ?? 0];
  return remote === undefined ? undefined : { ...common, protocol, remote, socketPath: undefined };
}

/** The destination of a tuple, packed as {@link aimOf} takes it: behind the family and the source. */
export function destinationOf(tuple: Uint8Array): Uint8Array {
  const [family] = tuple;
  const at = family === FAMILY.IPV4 ? 7 : family === FAMILY.IPV6 ? 19 : 17;
  return Uint8Array.from([...tuple.subarray(0, 1), ...tuple.subarray(at)]);
}

function remoteEnd(packed: Uint8Array, family: number): ConnectionEnd | undefined {
  if (family === FAMILY.IPV4 && packed.length >= 7) {
    return endOf(packed.subarray(1, 5), portAt(packed, 5));
  }
  if (family === FAMILY.IPV6 && packed.length >= 19) {
    return endOf(packed.subarray(isIpv4Mapped(packed, 1) ? 13 : 1, 17), portAt(packed, 17));
  }
  return undefined;
}

function portAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
}
