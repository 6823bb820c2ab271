/** A resolved condition becomes a tree over numbered predicates. */
import type { Resolved } from '../ast.js';
import type { Questions } from './predicate.js';
import { join, negate, type Tree } from './tree.js';

/** The tree of a condition of a rule of `source`; its questions join those of the other rules. */
export function conditionTree(condition: Resolved, source: string, questions: Questions): Tree {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return join(
        condition.kind,
        condition.children.map((child) => conditionTree(child, source, questions)),
      );
    case 'not':
      return negate(conditionTree(condition.child, source, questions));
    case 'comparison':
      return { kind: 'ask', predicate: questions.predicate(condition, source).id };
  }
}
