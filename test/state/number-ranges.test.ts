import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_NUMBERS } from '../../src/state/number-ranges.js';

const number = fc.nat({ max: 40 });
const step = fc.oneof(fc.record({ first: number, last: number }), fc.record({ without: number }));

describe('ranges of numbers', () => {
  it('have the numbers of a plain set, in as few ranges as there are gaps', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let ranges = NO_NUMBERS;
        const plain = new Set<number>();
        for (const taken of steps) {
          if ('without' in taken) {
            ranges = ranges.without(taken.without);
            plain.delete(taken.without);
          } else {
            ranges = ranges.with(taken.first, taken.last);
            for (let n = taken.first; n <= taken.last; n += 1) {
              plain.add(n);
            }
          }
        }
        const all = Array.from({ length: 42 }, (_, n) => n);
        expect(all.filter((n) => ranges.has(n))).toEqual(all.filter((n) => plain.has(n)));
        const beginnings = all.filter((n) => plain.has(n) && !plain.has(n - 1));
        expect(ranges.count).toBe(beginnings.length);
      }),
    );
  });

  it('reach as far as numbers do', () => {
    const ranges = NO_NUMBERS.with(3, 4294967295).without(10);
    expect([2, 3, 10, 11, 4294967295, 4294967296].map((n) => ranges.has(n))).toEqual([
      false,
      true,
      false,
      true,
      true,
      false,
    ]);
  });
});
