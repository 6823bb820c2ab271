/** One condition as a test, for filters and expectations: asked from left to right at each event. */
import { DEFAULT_SETTINGS, type FieldSettings } from '../../fields/index.js';
import type { Moment } from '../../state/index.js';
import type { Resolved } from '../ast.js';
import { conditionTree } from './condition-tree.js';
import { Questions, type Predicate } from './predicate.js';
import { decide } from './tree.js';

/** Compile a resolved condition over the fields of `source`; clock fields compare as they print. */
export function compileCondition(
  condition: Resolved,
  source: string,
  settings: FieldSettings = DEFAULT_SETTINGS,
): (moment: Moment) => boolean {
  const questions = new Questions(settings);
  const tree = conditionTree(condition, source, questions);
  let now: Moment | undefined;
  const ask = (predicate: number): boolean =>
    (questions.predicates[predicate] as Predicate).holds(now as Moment);
  return (moment) => {
    now = moment;
    questions.nextMoment();
    return decide(tree, ask);
  };
}
