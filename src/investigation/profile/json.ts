/** A profile as JSON: the shape is described in docs/why.md. */
import type { QuestionCount } from '../../rules/index.js';
import { textOfBytes } from '../../units.js';
import { placeJson } from '../why/json.js';
import type { ProfileReport, RuleCost } from './report.js';

/** One object, ready to be written. */
export function profileJson({ evidence, eventCount, rules, questions }: ProfileReport): object {
  return {
    evidence,
    events: eventCount,
    rules: rules.map(ruleJson),
    questions: questions.map((each) => ({
      ...questionJson(each),
      rules: each.rules.map(({ name }) => textOfBytes(name)),
    })),
  };
}

function ruleJson({
  rule,
  askedEvents,
  fired,
  asked,
  own,
  timeNs,
  questions,
  advice,
}: RuleCost): object {
  return {
    name: textOfBytes(rule.name),
    at: placeJson(rule.at),
    asked,
    asked_events: askedEvents,
    fired,
    own,
    time_ns: Math.round(timeNs),
    questions: questions.map(questionJson),
    advice,
  };
}

function questionJson({ text, asked, holds, timeNs }: QuestionCount): object {
  return { text, asked, true: holds, time_ns: Math.round(timeNs) };
}
