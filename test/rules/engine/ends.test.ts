/** Conditions over both ends of a connection: who looks for one of several addresses finds it. */
import { describe, expect, it } from 'vitest';
import { EVENT } from '../../../src/events/index.js';
import { compileCondition, parseFilter } from '../../../src/rules/index.js';
import { Machine, process } from '../../state/machine.js';

/** A connection from 10.0.0.5:40000 to 1.2.3.4:443. */
function connected(): Machine {
  const machine = new Machine(process(10, 'curl'));
  machine.event(EVENT.SOCKET_X, 10, { fd: 3, domain: 2, type: 1, proto: 6, flags: 0 });
  machine.event(EVENT.CONNECT_X, 10, {
    res: 0,
    tuple: {
      source: { address: Uint8Array.of(10, 0, 0, 5), port: 40_000 },
      destination: { address: Uint8Array.of(1, 2, 3, 4), port: 443 },
    },
    fd: 3,
  });
  return machine;
}

describe('a condition over a connection from 10.0.0.5:40000 to 1.2.3.4:443', () => {
  it.each([
    ['fd.ip = 1.2.3.4', true],
    ['fd.ip in (9.9.9.9, 1.2.3.4)', true],
    ['fd.ip in (10.0.0.5)', true],
    ['fd.ip in (9.9.9.9, 8.8.8.8)', false],
    ['fd.net in (192.168.0.0/16, 10.0.0.0/8)', true],
    ['fd.net in (192.168.0.0/16, 172.16.0.0/12)', false],
    ['fd.snet in (192.168.0.0/16, 1.2.0.0/16)', true],
    ['fd.port in (22, 443)', true],
    ['fd.port in (22, 80)', false],
  ])('%s: %s', (text, holds) => {
    const condition = compileCondition(parseFilter(text), 'syscall');
    expect(condition(connected().moment)).toBe(holds);
  });
});
