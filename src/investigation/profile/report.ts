/** What matching costs, worked out: the most costly first, and what would make it cheaper. */
import {
  describeRule,
  type AskedQuestion,
  type MatchProfile,
  type ProfiledRule,
  type QuestionCount,
  type RuleSet,
} from '../../rules/index.js';
import { percentText } from '../words/columns.js';

/** Something that would remove work; ids do not change. */
export interface Advice {
  readonly id: 'no-event-type' | 'order';
  readonly text: string;
}

/** A rule and what it costs. */
export interface RuleCost extends ProfiledRule {
  /** Answers that were given for it, where it ran alone. */
  readonly asked: number;
  readonly timeNs: number;
  /** Of all answers where all rules run: those to questions that no other rule asks. */
  readonly own: number;
  readonly advice: readonly Advice[];
}

/** Everything, each list with the most costly first. */
export interface ProfileReport {
  readonly evidence: readonly string[];
  readonly eventCount: number;
  readonly rules: readonly RuleCost[];
  /** Questions that were left to ask. */
  readonly questions: readonly AskedQuestion[];
}

/** Work the report out. */
export function profileReport(
  profile: MatchProfile,
  ruleSet: RuleSet,
  evidence: readonly string[],
): ProfileReport {
  const questions = profile.questions();
  const own = new Map<string, number>();
  for (const { rules, asked } of questions) {
    const [only] = rules;
    if (only !== undefined && rules.length === 1) {
      own.set(only.name, (own.get(only.name) ?? 0) + asked);
    }
  }
  const rules = profile.rules().map((each): RuleCost => ({
    ...each,
    asked: sumOf(each.questions, 'asked'),
    timeNs: sumOf(each.questions, 'timeNs'),
    own: own.get(each.rule.name) ?? 0,
    advice: adviceFor(each, ruleSet),
  }));
  return {
    evidence,
    eventCount: profile.eventCount,
    rules: rules.sort((a, b) => b.asked - a.asked || a.rule.index - b.rule.index),
    questions: questions
      .filter(({ asked }) => asked > 0)
      .sort((a, b) => b.asked - a.asked || Number(a.text > b.text) - Number(a.text < b.text)),
  };
}

function sumOf(questions: readonly QuestionCount[], what: 'asked' | 'timeNs'): number {
  return questions.reduce((sum, each) => sum + each[what], 0);
}

/** A question that is rarely true removes work, and one that nearly always is does not. */
const RARELY = 0.1;
const MOSTLY = 0.9;
/** Fewer answers are not worth a change. */
const LEAST = 100;

function adviceFor({ rule, questions }: ProfiledRule, ruleSet: RuleSet): readonly Advice[] {
  const advice: Advice[] = [];
  if (rule.source === 'syscall' && describeRule(rule, ruleSet).eventTypes === undefined) {
    advice.push({
      id: 'no-event-type',
      text: 'the condition names no event type, so every event is a candidate: begin it with "evt.type in (...)"',
    });
  }
  // below "or" and "not" another order may cost more
  const movable = questions.filter(({ asked, isOperand }) => isOperand && asked >= LEAST);
  const share = ({ asked, holds }: QuestionCount): number => holds / asked;
  const early = movable.findIndex((each) => share(each) >= MOSTLY);
  const late = movable.find((each, at) => at > early && share(each) <= RARELY);
  const first = movable[early];
  if (first !== undefined && late !== undefined) {
    advice.push({
      id: 'order',
      text: `put ${late.text} in front of ${first.text}: it is true at ${percentText(late.holds, late.asked)}, the latter at ${percentText(first.holds, first.asked)}`,
    });
  }
  return advice;
}
