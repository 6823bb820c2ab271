import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readTime } from '../../src/capture/audit-time.js';

function nanoseconds(text: unknown): bigint | undefined {
  const halves = { high: 0, low: 0 };
  return readTime(text, halves) ? (BigInt(halves.high) << 32n) | BigInt(halves.low) : undefined;
}

it.each([
  ['1970-01-01T00:00:00Z', 0n],
  ['2018-10-26T13:38:34.902914Z', 1540561114902914000n],
  ['2018-10-26T13:38:34.123456789123Z', 1540561114123456789n],
  ['2024-02-29T23:59:59+01:30', 1709245799000000000n],
  ['2024-02-29T23:59:59-00:30', 1709252999000000000n],
  ['2261-12-31T23:59:59.999999999Z', 9214646399999999999n],
])('%s is %i nanoseconds after the epoch', (text, expected) => {
  expect(nanoseconds(text)).toBe(expected);
});

it.each([
  '2023-02-29T00:00:00Z',
  '2024-13-01T00:00:00Z',
  '2024-01-01T24:00:00Z',
  '2024-01-01T00:00:60Z',
  '2024-01-01 00:00:00Z',
  '2024-01-01T00:00:00',
  '1969-12-31T23:59:59Z',
  '2262-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '',
  5,
  null,
  undefined,
])('%s is no time', (text) => {
  expect(nanoseconds(text)).toBeUndefined();
});

it('reads back every time that Date writes', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date(0), max: new Date('2261-12-31'), noInvalidDate: true }),
      (date) => {
        expect(nanoseconds(date.toISOString())).toBe(BigInt(date.valueOf()) * 1000000n);
      },
    ),
  );
});
