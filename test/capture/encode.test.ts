/** Parameters of events as the writer packs them, and the codes of those that it makes itself. */
import { describe, expect, it } from 'vitest';
import { encode } from '../../src/capture/index.js';
import { CODE } from '../../src/capture/event-codes.js';
import { EVENT } from '../../src/events/index.js';

describe('the codes that the capture room knows', () => {
  it('are those of the event table', () => {
    expect(CODE).toEqual({
      PLUGIN_EVENT: EVENT.PLUGINEVENT_E,
      CONTAINER_JSON: EVENT.CONTAINER_JSON_2_E,
      ASYNC_EVENT: EVENT.ASYNCEVENT_E,
    });
  });
});

describe('encode', () => {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const V4 = { address: Uint8Array.of(10, 0, 0, 1), port: 0x1f90 };
  const V6 = { address: new Uint8Array(16).fill(0xaa), port: 1 };

  it.each([
    ['u8', encode.u8(255), 'ff'],
    ['u16', encode.u16(0x0102), '0201'],
    ['u32', encode.u32(0xffffffff), 'ffffffff'],
    ['a negative number of 64 bits', encode.i64(-2n), 'feffffffffffffff'],
    ['a text, with its NUL', encode.text('a\xff'), '61ff00'],
    ['bytes, without one', encode.bytes('a\0'), '6100'],
    ['a list', encode.list(['a', '']), '610000'],
    ['nothing', encode.nothing(), ''],
    ['an IPv4 address', encode.sockaddr(V4), '020a000001901f'],
    ['an IPv6 address', encode.sockaddr(V6), `0a${'aa'.repeat(16)}0100`],
    ['an IPv4 connection', encode.socktuple(V4, V4), '020a000001901f0a000001901f'],
    ['a unix address', encode.unixAddress('/x'), '012f7800'],
    ['a unix connection', encode.unixTuple(1n, 2n, 'x'), '01010000000000000002000000000000007800'],
    ['an alternative', encode.dynamic(3, encode.u8(1)), '0301'],
  ])('packs %s', (_what, bytes, expected) => {
    expect(hex(bytes)).toBe(expected);
  });
});
