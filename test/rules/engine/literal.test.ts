import { describe, expect, it } from 'vitest';
import { addressBytes, readLiteral } from '../../../src/rules/engine/literal.js';

describe('readLiteral', () => {
  it.each([
    ['uint32', '4294967295', 4294967295],
    ['int64', '-1', -1],
    ['uint32', '-1', 4294967295],
    ['uint64', '-1', 18446744073709551615n],
    ['uint64', '18446744073709551615', 18446744073709551615n],
    ['uint32', '4294967296', 0],
    ['uint64', '99999999999999999999', 18446744073709551615n],
    ['uint64', '-99999999999999999999', 18446744073709551615n],
    ['int64', '99999999999999999999', 9223372036854775807n],
    ['int64', '-99999999999999999999', -9223372036854775808n],
    ['int32', '99999999999999999999', -1],
    ['int32', ' 7', 7],
    ['port', '443', 443],
    ['port', '65536', 0],
    ['port', '', 0],
    ['bool', 'true', true],
    ['charbuf', '443', '443'],
  ] as const)('reads %s "%s"', (type, text, value) => {
    expect(readLiteral(type, text)).toEqual({ ok: true, value });
  });

  it.each([
    ['port', '-1', 'is negative where the type is not'],
    ['port', '0x10', 'is not decimal'],
    ['ipnet', '::/0', 'leaves no bit of an IPv6 address'],
    ['int64', '1.5', 'is no whole number'],
    ['int64', '0x10', 'is not decimal'],
    ['int64', '', 'is empty'],
    ['bool', 'yes', 'is neither true nor false'],
    ['ipaddr', '10.0.0', 'is no address'],
    ['ipnet', '10.0.0.0', 'has no mask'],
    ['ipnet', '10.0.0.0/33', 'has a mask longer than an address'],
  ] as const)('refuses %s "%s", which %s', (type, text, _why) => {
    expect(readLiteral(type, text).ok).toBe(false);
  });
});

describe('addressBytes', () => {
  it.each([
    ['127.0.0.1', [127, 0, 0, 1]],
    ['::1', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['::', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['fe80::1:2', [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2]],
    ['::ffff:10.1.2.3', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 2, 3]],
    ['1:2:3:4:5:6:7:8', [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]],
  ])('reads %s', (text, bytes) => {
    expect([...(addressBytes(text) ?? [])]).toEqual(bytes);
  });
});
