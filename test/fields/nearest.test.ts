import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIELDS, nearestName, nearestNames } from '../../src/fields/index.js';

describe('the nearest name', () => {
  it.each([
    ['proc.nmae', 'proc.name'],
    ['proc.comdline', 'proc.cmdline'],
    ['fd.nam', 'fd.name'],
    ['PROC.NAME', 'proc.name'],
    ['container.idd', 'container.id'],
  ])('to %s is %s', (word, expected) => {
    expect(nearestName(word, FIELDS.keys())).toBe(expected);
  });

  it('is nothing where nothing is near', () => {
    expect(nearestName('completely.different', FIELDS.keys())).toBeUndefined();
    expect(nearestName('', FIELDS.keys())).toBeUndefined();
    expect(nearestName('x'.repeat(10_000), FIELDS.keys())).toBeUndefined();
  });

  it('does not depend on the order of the candidates', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...FIELDS.keys()], { minLength: FIELDS.size }), (names) => {
        expect(nearestNames('proc.nam', names, 5)).toEqual(
          nearestNames('proc.nam', FIELDS.keys(), 5),
        );
      }),
      { numRuns: 10 },
    );
  });
});
