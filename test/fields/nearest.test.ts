import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIELDS, NameLookups, nearestName, nearestNames } from '../../src/fields/index.js';

/** Inserted, deleted and replaced characters and swapped neighbours, by the definition. */
function editsBetween(a: string, b: string): number {
  if (a === '' || b === '') {
    return a.length + b.length;
  }
  const memo = new Map<string, number>();
  const edits = (i: number, j: number): number => {
    const key = `${i},${j}`;
    let least = memo.get(key);
    if (least === undefined) {
      least =
        i === 0 || j === 0
          ? i + j
          : Math.min(
              edits(i - 1, j) + 1,
              edits(i, j - 1) + 1,
              edits(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
              i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
                ? edits(i - 2, j - 2) + 1
                : Infinity,
            );
      memo.set(key, least);
    }
    return least;
  };
  return edits(a.length, b.length);
}

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

  it('is found in exactly those within a third of the word, by edits as they are defined', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'b', 'C', '.', '_'),
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(word, fc.array(word, { maxLength: 20 }), (misspelt, names) => {
        const limit = Math.max(1, Math.floor(misspelt.length / 3));
        const near = names.filter(
          (name) => editsBetween(misspelt.toLowerCase(), name.toLowerCase()) <= limit,
        );
        expect([...nearestNames(misspelt, names, names.length)].sort()).toEqual(near.sort());
      }),
    );
  });

  it('is not looked for when as many names were compared as one check may', () => {
    const lookups = new NameLookups();
    const names = Array.from({ length: 30_000 }, (_, i) => `list_${i}`);
    const found = Array.from({ length: 20 }, () => nearestName('lst_29999', names, lookups));
    expect(found[0]).toBe('list_29999');
    expect(found.at(-1)).toBeUndefined();
    expect(nearestName('lst_29999', names)).toBe('list_29999');
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
