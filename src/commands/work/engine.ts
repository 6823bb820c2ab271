/** The rule engine, under the names that the commands use; until it has landed, by contract. */
import * as rules from '../../rules/index.js';
import type { Resolved, Rule } from '../../rules/index.js';
import type { Moment } from '../../state/index.js';

interface Engine {
  readonly compileRules: (
    rules: readonly Rule[],
    options: { readonly match: 'first' | 'all' },
  ) => { match(moment: Moment): readonly Rule[] };
  readonly compileCondition: (
    condition: Resolved,
    source: string,
  ) => (moment: Moment) => boolean;
}

const engine = rules as unknown as Engine;

/** Which rules match at a moment. */
export function compileRules(list: readonly Rule[]): { match(moment: Moment): readonly Rule[] } {
  return engine.compileRules(list, { match: 'all' });
}

/** One condition as a test. */
export function compileCondition(
  condition: Resolved,
  source: string,
): (moment: Moment) => boolean {
  return engine.compileCondition(condition, source);
}
