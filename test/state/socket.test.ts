import { describe, expect, it } from 'vitest';
import { EVENT, type ParamValue } from '../../src/events/index.js';
import { isLocalAddress } from '../../src/state/index.js';
import { descriptor, Machine, process } from './machine.js';

type Params = Readonly<Record<string, ParamValue>>;

const UNIX = 1;
const IPV4 = 2;
const IPV6 = 10;
const STREAM = 1;
const DGRAM = 2;

const LOCAL = Uint8Array.of(10, 0, 0, 5);
const PEER = Uint8Array.of(1, 2, 3, 4);
const NOWHERE = new Uint8Array(4);

function ipv6(...words: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(16);
  words.forEach((word, i) => bytes.writeUInt16BE(word, 2 * i));
  return bytes;
}

function mapped(address: Uint8Array): Uint8Array {
  return Buffer.concat([ipv6(0, 0, 0, 0, 0, 0xffff).subarray(0, 12), address]);
}

function tuple(
  source: Uint8Array,
  sourcePort: number,
  destination: Uint8Array,
  destinationPort: number,
): ParamValue {
  return {
    source: { address: source, port: sourcePort },
    destination: { address: destination, port: destinationPort },
  };
}

/** A machine with the address 10.0.0.5, whose process 10 has a socket 3. */
function machineWithSocket(domain: number, type: number): Machine {
  const machine = new Machine(process(10, 'a'));
  machine.load({
    kind: 'interfaces',
    interfaces: [
      {
        name: 'lo',
        address: Uint8Array.of(127, 0, 0, 1),
        netmask: Uint8Array.of(255, 0, 0, 0),
        broadcast: NOWHERE,
        linkSpeed: undefined,
      },
      {
        name: 'eth0',
        address: LOCAL,
        netmask: Uint8Array.of(255, 255, 255, 0),
        broadcast: NOWHERE,
        linkSpeed: undefined,
      },
      {
        name: 'lo',
        address: ipv6(0, 0, 0, 0, 0, 0, 0, 1),
        netmask: ipv6(),
        broadcast: ipv6(),
        linkSpeed: undefined,
      },
    ],
  });
  machine.event(EVENT.SOCKET_X, 10, { fd: 3, domain, type, proto: 0, flags: 0 });
  return machine;
}

describe('a new socket', () => {
  it.each([
    ['IPv4 stream', { domain: IPV4, type: STREAM, proto: 0 }, { kind: 'ipv4', l4proto: 2 }],
    [
      'IPv4 datagram',
      { domain: IPV4, type: DGRAM | 0x800, proto: 0 },
      { kind: 'ipv4', l4proto: 3 },
    ],
    ['IPv6 UDP', { domain: IPV6, type: DGRAM, proto: 17 }, { kind: 'ipv6', l4proto: 3 }],
    ['ICMP', { domain: IPV4, type: DGRAM, proto: 1 }, { kind: 'ipv4', l4proto: 4 }],
    ['raw', { domain: IPV4, type: 3, proto: 255 }, { kind: 'ipv4', l4proto: 5 }],
    ['raw TCP', { domain: IPV4, type: 3, proto: 6 }, { kind: 'ipv4', l4proto: 5 }],
    [
      'of a strange protocol',
      { domain: IPV4, type: STREAM, proto: 132 },
      { kind: 'ipv4', l4proto: 0 },
    ],
    ['unix', { domain: UNIX, type: STREAM, proto: 0 }, { kind: 'unix' }],
    ['netlink', { domain: 16, type: 3, proto: 0 }, { kind: 'netlink' }],
    ['packet', { domain: 17, type: 3, proto: 0 }, { kind: 'unknown' }],
  ])('may be %s', (_what, call, facts) => {
    const { fd } = new Machine(process(10, 'a')).event(EVENT.SOCKET_X, 10, {
      fd: 3,
      flags: 0,
      ...call,
    });
    expect(fd).toMatchObject({ ...facts, name: '', hasNoRole: true });
  });
});

describe('a connect', () => {
  it('makes the socket a client with both ends', () => {
    const machine = machineWithSocket(IPV4, STREAM);
    const { fd } = machine.event(EVENT.CONNECT_X, 10, {
      res: 0,
      tuple: tuple(LOCAL, 40000, PEER, 443),
      fd: 3,
    });
    expect(fd).toMatchObject({
      name: '10.0.0.5:40000->1.2.3.4:443',
      isClient: true,
      isConnected: true,
      sourcePort: 40000,
      destinationPort: 443,
    });
    expect([...(fd?.destinationAddress ?? [])]).toEqual([...PEER]);
    expect(machine.moment.isFdNameChanged).toBe(true);
  });

  it.each([
    ['goes on in the background', -115, '10.0.0.5:1->1.2.3.4:2', true],
    ['is refused', -111, '', false],
  ])('that %s', (_what, res, name, isConnected) => {
    const machine = machineWithSocket(IPV4, STREAM);
    const { fd } = machine.event(EVENT.CONNECT_X, 10, {
      res,
      tuple: tuple(LOCAL, 1, PEER, 2),
      fd: 3,
    });
    expect(fd).toMatchObject({ name, isConnected });
  });

  it('over IPv6 has IPv6 ends', () => {
    const machine = machineWithSocket(IPV6, STREAM);
    const { fd } = machine.event(EVENT.CONNECT_X, 10, {
      res: 0,
      tuple: tuple(ipv6(0xfe80, 0, 0, 0, 0, 0, 0, 1), 1, ipv6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 2), 2),
      fd: 3,
    });
    expect(fd).toMatchObject({ kind: 'ipv6', name: 'fe80::1:1->2001:db8::2:2' });
  });

  it('over IPv4 in IPv6 clothes has IPv4 ends', () => {
    const machine = machineWithSocket(IPV6, STREAM);
    const { fd } = machine.event(EVENT.CONNECT_X, 10, {
      res: 0,
      tuple: tuple(mapped(LOCAL), 1, mapped(PEER), 2),
      fd: 3,
    });
    expect(fd?.kind).toBe('ipv4');
    expect([...(fd?.sourceAddress ?? [])]).toEqual([...LOCAL]);
  });

  it('to a unix socket has its path and the kernel addresses of both ends', () => {
    const machine = machineWithSocket(UNIX, STREAM);
    const { fd } = machine.event(EVENT.CONNECT_X, 10, {
      res: 0,
      tuple: { source: 0xffff8881n, destination: 0n, path: '/run/x\x01' },
      fd: 3,
    });
    expect(fd).toMatchObject({
      name: 'ffff8881->0 /run/x\xef\xbf\xbd',
      unixSource: 0xffff8881n,
      isClient: true,
    });
  });

  it('goes where the program asked before the call, whatever its memory said afterwards', () => {
    const machine = machineWithSocket(IPV4, STREAM);
    const lie = { address: Uint8Array.of(9, 9, 9, 9), port: 80 };
    machine.half(EVENT.CONNECT_E, 10, { fd: 3, addr: { address: PEER, port: 443 } });
    const { fd } = machine.event(EVENT.CONNECT_X, 10, {
      res: 0,
      tuple: tuple(LOCAL, 1, lie.address, lie.port),
      fd: 3,
      addr: lie,
    });
    expect(fd?.name).toBe('10.0.0.5:1->1.2.3.4:443');
  });

  it('without a tuple aims at the address that was asked for', () => {
    const machine = machineWithSocket(IPV4, STREAM);
    machine.half(EVENT.CONNECT_E, 10, { fd: 3, addr: { address: PEER, port: 443 } });
    const { fd } = machine.event(EVENT.CONNECT_X, 10, { res: 0, fd: 3 });
    expect(fd).toMatchObject({ kind: 'ipv4', destinationPort: 443, name: '' });
  });

  it('without a tuple to anything but an IP address gives the socket the name of no tuple', () => {
    const machine = machineWithSocket(UNIX, STREAM);
    machine.half(EVENT.CONNECT_E, 10, { fd: 3, addr: { path: '/run/x' } });
    const { fd } = machine.event(EVENT.CONNECT_X, 10, { res: 0, fd: 3 });
    expect(fd?.name).toBe('NULL');
  });
});

describe('a server', () => {
  it.each<[string, number, ParamValue, object]>([
    [
      'IPv4',
      IPV4,
      { address: NOWHERE, port: 80 },
      { kind: 'ipv4-server', name: '0.0.0.0:80', destinationPort: 80, l4proto: 2 },
    ],
    ['IPv6', IPV6, { address: ipv6(), port: 80 }, { kind: 'ipv4-server', name: ':::80' }],
    [
      'IPv6 with an address',
      IPV6,
      { address: ipv6(1), port: 80 },
      { kind: 'ipv6-server', name: '1:::80', l4proto: 2 },
    ],
    [
      'mapped',
      IPV6,
      { address: mapped(LOCAL), port: 80 },
      { kind: 'ipv4-server', name: '::ffff:10.0.0.5:80' },
    ],
  ])('binds to a port: %s', (_what, domain, addr, facts) => {
    const { fd } = machineWithSocket(domain, STREAM).event(EVENT.BIND_X, 10, {
      res: 0,
      addr,
      fd: 3,
    });
    expect(fd).toMatchObject({ ...facts, isServer: true });
  });

  it('is none without a port', () => {
    const machine = machineWithSocket(IPV4, STREAM);
    const { fd } = machine.event(EVENT.BIND_X, 10, {
      res: 0,
      addr: { address: LOCAL, port: 0 },
      fd: 3,
    });
    expect(fd).toMatchObject({ kind: 'ipv4', name: '10.0.0.5:0', hasNoRole: true });
  });

  it.each<[string, number, Params, object]>([
    [
      'accept',
      EVENT.ACCEPT_5_X,
      { fd: 7, tuple: tuple(PEER, 5, LOCAL, 80) },
      { name: '1.2.3.4:5->10.0.0.5:80', kind: 'ipv4', l4proto: 2 },
    ],
    [
      'accept4',
      EVENT.ACCEPT4_6_X,
      { fd: 7, tuple: tuple(ipv6(1), 5, ipv6(2), 80), flags: 1 << 12 },
      { name: '1:::5->2:::80', kind: 'ipv6', isClosedOnExec: true },
    ],
    [
      'accept of unix',
      EVENT.ACCEPT_5_X,
      { fd: 7, tuple: { source: 1n, destination: 2n, path: '/s' } },
      { name: '1->2 /s', kind: 'unix' },
    ],
  ])('has connections from %s', (_call, code, params, facts) => {
    const machine = machineWithSocket(IPV4, STREAM);
    const { fd, thread } = machine.event(code, 10, params);
    expect(fd).toMatchObject({ number: 7, isServer: true, isConnected: true, ...facts });
    expect(thread?.lastEventFd).toBe(7);
  });

  it('is known by its ports to those who were connected before the capture', () => {
    const machine = new Machine(process(10, 'a'));
    machine.load({
      kind: 'fds',
      tid: 10,
      fds: [
        descriptor(3, 5, { sourceAddress: NOWHERE, sourcePort: 80, l4proto: 2 }),
        descriptor(4, 3, {
          sourceAddress: LOCAL,
          sourcePort: 80,
          destinationAddress: PEER,
          destinationPort: 999,
          l4proto: 2,
        }),
        descriptor(5, 3, {
          sourceAddress: LOCAL,
          sourcePort: 555,
          destinationAddress: PEER,
          destinationPort: 22,
          l4proto: 2,
        }),
      ],
    });
    machine.event(EVENT.GETUID_X, 10);
    const { fds } = machine.thread(10);
    expect(fds.get(3)).toMatchObject({ name: '0.0.0.0:80', hasNoRole: true });
    expect(fds.get(4)).toMatchObject({
      name: '1.2.3.4:999->10.0.0.5:80',
      isServer: true,
      isConnected: true,
    });
    expect(fds.get(5)).toMatchObject({ name: '10.0.0.5:555->1.2.3.4:22', isClient: true });
  });
});

describe('a datagram', () => {
  it('that is sent first makes the socket a client, with an address of ours', () => {
    const machine = machineWithSocket(IPV4, DGRAM);
    const { fd } = machine.event(EVENT.SENDTO_X, 10, {
      res: 5,
      data: 'hello',
      fd: 3,
      size: 5,
      tuple: tuple(NOWHERE, 5000, PEER, 53),
    });
    expect(fd).toMatchObject({
      name: '10.0.0.5:5000->1.2.3.4:53',
      isClient: true,
      isConnected: true,
    });
  });

  it('that is received first makes it a server', () => {
    const machine = machineWithSocket(IPV4, DGRAM);
    const { fd } = machine.event(EVENT.RECVFROM_X, 10, {
      res: 5,
      data: 'hello',
      tuple: tuple(PEER, 5000, LOCAL, 53),
      fd: 3,
      size: 5,
    });
    expect(fd).toMatchObject({ name: '1.2.3.4:5000->10.0.0.5:53', isServer: true });
  });

  it('answered by a client keeps the client in front', () => {
    const machine = machineWithSocket(IPV4, DGRAM);
    machine.event(EVENT.SENDTO_X, 10, {
      res: 5,
      data: 'q',
      fd: 3,
      size: 5,
      tuple: tuple(LOCAL, 5000, PEER, 53),
    });
    const { fd } = machine.event(EVENT.RECVFROM_X, 10, {
      res: 5,
      data: 'a',
      tuple: tuple(PEER, 53, LOCAL, 5000),
      fd: 3,
      size: 5,
    });
    expect(fd?.name).toBe('10.0.0.5:5000->1.2.3.4:53');
    expect(machine.moment.isFdNameChanged).toBe(false);
  });

  it('on a socket that was never seen is taken for UDP', () => {
    const machine = new Machine(process(10, 'a'));
    const { fd } = machine.event(EVENT.SENDTO_X, 10, {
      res: 1,
      data: 'x',
      fd: 9,
      size: 1,
      tuple: tuple(LOCAL, 5, PEER, 514),
    });
    expect(fd).toMatchObject({
      number: 9,
      kind: 'ipv4',
      l4proto: 3,
      name: '10.0.0.5:5->1.2.3.4:514',
    });
  });

  it('between unix sockets names the socket', () => {
    const machine = machineWithSocket(UNIX, DGRAM);
    const { fd } = machine.event(EVENT.SENDMSG_X, 10, {
      res: 1,
      data: 'x',
      fd: 3,
      size: 1,
      tuple: { source: 1n, destination: 2n, path: '/dev/log' },
    });
    expect(fd?.name).toBe('1->2 /dev/log');
  });

  it('does not rename a TCP connection', () => {
    const machine = machineWithSocket(IPV4, STREAM);
    machine.event(EVENT.CONNECT_X, 10, { res: 0, tuple: tuple(LOCAL, 1, PEER, 2), fd: 3 });
    const { fd } = machine.event(EVENT.SENDTO_X, 10, {
      res: 1,
      data: 'x',
      fd: 3,
      size: 1,
      tuple: tuple(LOCAL, 7, PEER, 8),
    });
    expect(fd?.name).toBe('10.0.0.5:1->1.2.3.4:2');
  });

  it('that failed tells nothing', () => {
    const machine = machineWithSocket(IPV4, DGRAM);
    const { fd } = machine.event(EVENT.SENDTO_X, 10, {
      res: -1,
      data: 'x',
      fd: 3,
      size: 1,
      tuple: tuple(LOCAL, 7, PEER, 8),
    });
    expect(fd).toMatchObject({ name: '', isConnected: false });
  });
});

describe('isLocalAddress', () => {
  it("knows the host's addresses, and the network of an IPv6 one", () => {
    const machine = machineWithSocket(IPV4, DGRAM);
    const thread = machine.thread(10);
    expect(isLocalAddress(machine.world, thread, LOCAL)).toBe(true);
    expect(isLocalAddress(machine.world, thread, PEER)).toBe(false);
    expect(isLocalAddress(machine.world, thread, ipv6(0, 0, 0, 0, 0, 0, 0, 9))).toBe(true);
    expect(isLocalAddress(machine.world, thread, ipv6(1))).toBe(false);
  });
});
