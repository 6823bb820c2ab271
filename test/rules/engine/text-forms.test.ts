/** The lookups that answer many questions about a text at once agree with asking each. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../../src/rules/engine/glob.js';
import { SparseSet } from '../../../src/rules/engine/sparse-set.js';
import { PathPrefixes, compilePathPrefixes } from '../../../src/rules/engine/path-prefixes.js';
import { TextEnds } from '../../../src/rules/engine/text-ends.js';
import { TextParts } from '../../../src/rules/engine/text-parts.js';

/** Few letters, so that texts begin with, end with and contain each other. */
const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '\u00ff'), maxLength: 12 });
const texts = fc.array(text, { maxLength: 12 });
const PROBE = 'aab/ab';

interface Lookup {
  find(bytes: Uint8Array, length: number, holding: SparseSet): void;
}

/** What a lookup finds in `asked`, behind which another text stands; each position once. */
function answersOf(lookup: Lookup, asked: string, behind = ''): number[] {
  const holding = new SparseSet(100);
  const bytes = Buffer.from(asked + behind, 'latin1');
  lookup.find(bytes, asked.length, holding);
  holding.sort();
  return holding.positions.slice(0, holding.count);
}

function expected(all: readonly string[], holds: (each: string) => boolean): number[] {
  return all.flatMap((each, position) => (holds(each) ? [position] : []));
}

describe('one pass over a text', () => {
  it('finds every text that it begins with', () => {
    fc.assert(
      fc.property(texts, text, (all, asked) => {
        const ends = new TextEnds('start');
        all.forEach((each, position) => {
          ends.add(each, position);
        });
        expect(answersOf(ends, asked)).toEqual(expected(all, (each) => asked.startsWith(each)));
      }),
    );
  });

  it('finds every text that it ends with', () => {
    fc.assert(
      fc.property(texts, text, (all, asked) => {
        const ends = new TextEnds('end');
        all.forEach((each, position) => {
          ends.add(each, position);
        });
        expect(answersOf(ends, asked)).toEqual(expected(all, (each) => asked.endsWith(each)));
      }),
    );
  });

  it('finds every text that the first part of it begins or ends with, or is', () => {
    fc.assert(
      fc.property(texts, text, text, (all, asked, behind) => {
        const starts = new TextEnds('start');
        const ends = new TextEnds('end');
        all.forEach((each, position) => {
          starts.add(each, 2 * position);
          starts.addWhole(each, 2 * position + 1);
          ends.add(each, position);
        });
        const within = (lookup: Lookup) => answersOf(lookup, asked, behind);
        expect(within(starts)).toEqual(
          all.flatMap((each, position) => [
            ...(asked.startsWith(each) ? [2 * position] : []),
            ...(asked === each ? [2 * position + 1] : []),
          ]),
        );
        expect(within(ends)).toEqual(expected(all, (each) => asked.endsWith(each)));
      }),
    );
  });

  it('finds every text that it is', () => {
    fc.assert(
      fc.property(texts, text, (all, asked) => {
        const ends = new TextEnds('start');
        all.forEach((each, position) => {
          ends.addWhole(each, position);
        });
        expect(answersOf(ends, asked)).toEqual(expected(all, (each) => asked === each));
      }),
    );
  });

  it('finds every text that it contains', () => {
    fc.assert(
      fc.property(texts, text, text, (all, asked, behind) => {
        const parts = new TextParts();
        all.forEach((each, position) => {
          parts.add(each, position);
        });
        expect(answersOf(parts, asked, behind)).toEqual(
          expected(all, (each) => asked.includes(each)),
        );
      }),
      { examples: [[['b/ab', '/a', 'aab', 'ab'], PROBE, 'b']] },
    );
  });

  it('finds a few long texts that it contains in strides', () => {
    const long = fc.string({ unit: fc.constantFrom('a', 'b', '/'), minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(
        fc.array(long, { minLength: 1, maxLength: 8 }),
        text,
        text,
        (all, asked, behind) => {
          const parts = new TextParts();
          all.forEach((each, position) => {
            parts.add(each, position);
          });
          expect(answersOf(parts, asked, behind)).toEqual(
            expected(all, (each) => asked.includes(each)),
          );
        },
      ),
    );
  });

  it('finds every path at or above it, component by component', () => {
    const path = fc.string({ unit: fc.constantFrom('a', 'b', '/', '/', '*'), maxLength: 9 });
    const namesOf = (each: string) => each.split('/').filter((name) => name !== '');
    const isAbove = (above: string, below: string): boolean => {
      const names = namesOf(below);
      return namesOf(above).every((name, i) => {
        const other = names[i];
        return other !== undefined && compileGlob(name, false)(other);
      });
    };
    fc.assert(
      fc.property(fc.array(path, { maxLength: 12 }), path, text, (all, asked, behind) => {
        const prefixes = new PathPrefixes();
        all.forEach((each, position) => {
          prefixes.add([each], position);
        });
        const lookup: Lookup = {
          find: (bytes, _length, holding) => {
            prefixes.find(asked, bytes, holding);
          },
        };
        expect(answersOf(lookup, asked, behind)).toEqual(
          expected(all, (each) => isAbove(each, asked)),
        );
        all.forEach((each) => {
          expect(compilePathPrefixes([each])(asked)).toBe(isAbove(each, asked));
        });
      }),
      { numRuns: 1000 },
    );
  });
});
