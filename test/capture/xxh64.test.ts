import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Xxh64 } from '../../src/capture/xxh64.js';

function sumOf(...pieces: readonly Uint8Array[]): string {
  const sum = new Xxh64();
  pieces.forEach((piece) => {
    sum.add(piece);
  });
  return sum.sum().toString(16).padStart(16, '0');
}

describe('the sum of', () => {
  it.each([
    ['nothing', '', 'ef46db3751d8e999'],
    ['one byte', 'a', 'd24ec4f1a98c6e5b'],
    ['three bytes', 'abc', '44bc2cf5ad770999'],
    ['more than a stripe', 'Nobody inspects the spammish repetition', 'fbcea83c8a378bf1'],
  ])('%s is that of the published algorithm', (_what, text, sum) => {
    expect(sumOf(Buffer.from(text))).toBe(sum);
  });

  it('bytes is the same in whatever pieces they come', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 8 }), (pieces) => {
        expect(sumOf(...pieces)).toBe(sumOf(Buffer.concat(pieces)));
      }),
    );
  });
});
