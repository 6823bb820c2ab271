/** A condition of the command line as a rule, for those who ask rules. */
import { FILTER_FILE, type Rule } from '../../rules/index.js';
import type { Subject } from './plan.js';

/** Nothing but its condition and source means anything. */
export function pseudoRule({ name, source, condition }: Subject): Rule {
  return {
    name,
    index: 0,
    description: '',
    priority: 'Debug',
    source,
    tags: [],
    isEnabled: true,
    condition,
    conditionText: '',
    output: '',
    macros: [],
    lists: [],
    exceptionFields: [],
    isCaptured: false,
    captureMs: 0,
    at: { file: FILTER_FILE, line: 1, column: 1 },
  };
}
