/** The lookups that answer many questions about a text at once agree with asking each. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PathPrefixes, compilePathPrefixes } from '../../../src/rules/engine/path-prefixes.js';
import { TextEnds } from '../../../src/rules/engine/text-ends.js';
import { TextParts } from '../../../src/rules/engine/text-parts.js';

/** Few letters, so that texts begin with, end with and contain each other. */
const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '\u00ff'), maxLength: 12 });
const texts = fc.array(text, { maxLength: 12 });
const PROBE = 'aab/ab';

interface Lookup {
  find(text: string, found: (position: number) => void): void;
}

function answersOf(lookup: Lookup, asked: string): number[] {
  const found = new Set<number>();
  lookup.find(asked, (position) => found.add(position));
  return [...found].sort((a, b) => a - b);
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
      fc.property(texts, text, (all, asked) => {
        const parts = new TextParts();
        all.forEach((each, position) => {
          parts.add(each, position);
        });
        expect(answersOf(parts, asked)).toEqual(expected(all, (each) => asked.includes(each)));
      }),
      { examples: [[['b/ab', '/a', 'aab', 'ab'], PROBE]] },
    );
  });

  it('finds every path at or above it', () => {
    fc.assert(
      fc.property(texts, text, (all, asked) => {
        const prefixes = new PathPrefixes();
        all.forEach((each, position) => {
          prefixes.add([each], position);
        });
        const alone = all.map((each) => compilePathPrefixes([each]));
        expect(answersOf(prefixes, asked)).toEqual(
          alone.flatMap((holds, position) => (holds(asked) ? [position] : [])),
        );
      }),
    );
  });
});
