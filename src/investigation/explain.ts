/** The work of `explain`: why a rule fired, or did not, at the events of some evidence. */
import { escapeText } from '../output/index.js';
import type { IdleRule } from '../rules/index.js';
import { textOfBytes } from '../units.js';
import type { Outcome } from './outcome.js';
import type { Explanation } from './why/explanation.js';
import { explanationJson } from './why/json.js';
import { explainEvent } from './why/one-event.js';
import { explainOverAll } from './why/over-all.js';
import { planExplanation } from './why/plan.js';
import type { ExplainRequest } from './why/request.js';
import { explanationText } from './why/text.js';
import { printJson, printText } from './words/answer.js';

/** Explain a rule. */
export async function explain(request: ExplainRequest): Promise<readonly Outcome[]> {
  const plan = await planExplanation(request);
  if ('idle' in plan) {
    print(idleExplanation(plan.idle), plan.format);
    return [];
  }
  const [only] = plan.found.pieces;
  if (plan.event !== undefined && only !== undefined) {
    return explainEvent(plan, only, plan.event);
  }
  const { explanation, outcomes } = await explainOverAll(plan);
  print(explanation, plan.format);
  return outcomes;
}

function print(explanation: Explanation, format: 'text' | 'json'): void {
  if (format === 'json') {
    printJson(explanationJson(explanation));
  } else {
    printText(explanationText(explanation));
  }
}

/** Nothing is read for a rule whose source no evidence has. */
function idleExplanation({ name, source, at }: IdleRule): Explanation {
  const of = textOfBytes(source);
  const text = `no evidence has events of source "${escapeText(of)}"`;
  return {
    rule: textOfBytes(name),
    source: of,
    at,
    verdict: 'not-run',
    holdCount: 0,
    fired: undefined,
    evidence: [],
    eventCount: 0,
    domainCount: 0,
    domainTypes: [],
    funnels: [],
    reasons: [{ id: 'no-source', text, at }],
    misses: [],
    tree: undefined,
  };
}
