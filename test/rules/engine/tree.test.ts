import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALWAYS,
  decide,
  fold,
  join,
  negate,
  NEVER,
  UNKNOWN,
  type Tree,
} from '../../../src/rules/engine/tree.js';

const PREDICATES = 6;
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.nat(PREDICATES - 1).map((predicate): Tree => ({ kind: 'ask', predicate })),
    fc.boolean().map((value) => (value ? ALWAYS : NEVER)),
    tie('tree').map(negate),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('tree'), { maxLength: 4 }),
      )
      .map(([kind, parts]) => join(kind, parts)),
  ),
}));

describe('fold', () => {
  it('never changes what a condition decides, whatever part of the answers is known first', () => {
    const answers = fc.array(fc.boolean(), { minLength: PREDICATES, maxLength: PREDICATES });
    fc.assert(
      fc.property(tree, answers, answers, (condition, truth, isKnown) => {
        const rest = fold(condition, (id) => (isKnown[id] === true ? Number(truth[id]) : UNKNOWN));
        const ask = (id: number) => truth[id] === true;
        expect(decide(rest, ask)).toBe(decide(condition, ask));
      }),
    );
  });

  it('leaves a constant when everything is known', () => {
    fc.assert(
      fc.property(tree, fc.nat(2 ** PREDICATES - 1), (condition, bits) => {
        expect(fold(condition, (id) => (bits >> id) & 1).kind).toBe('constant');
      }),
    );
  });
});
