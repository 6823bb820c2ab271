/**
 * What matching costs: how often each question has to be asked at an event, after rules were specialised by type, thread and
 * descriptor, by all rules together and by each rule alone. The matcher is the one that alerts; its questions count.
 */
import type { FieldSettings } from '../../fields/index.js';
import type { Moment } from '../../state/index.js';
import type { Comparison } from '../ast.js';
import { conditionTree } from '../engine/condition-tree.js';
import { Matcher } from '../engine/matcher.js';
import { Questions, type Predicate } from '../engine/predicate.js';
import { eachPredicate } from '../engine/tree.js';
import { printCondition } from '../print-condition.js';
import type { Rule } from '../rule.js';

/** One question, and what answering it took. */
export interface QuestionCount {
  readonly text: string;
  asked: number;
  holds: number;
  /** Time of the answers, in nanoseconds; an estimate from every eighth. */
  timeNs: number;
}

/** One question of all rules together. */
export interface AskedQuestion extends QuestionCount {
  /** Rules that ask it. */
  readonly rules: readonly Rule[];
}

/** One question of a rule alone. */
export interface RuleQuestion extends QuestionCount {
  /** Whether it is an operand of the condition's outermost `and`, so that it may stand anywhere among these. */
  readonly isOperand: boolean;
}

/** One rule. */
export interface ProfiledRule {
  readonly rule: Rule;
  /** Events at which a question was left to ask, by this rule alone; and those at which it was true. */
  readonly askedEvents: number;
  readonly fired: number;
  /** The questions that it had to ask, in the order of the condition. */
  readonly questions: readonly RuleQuestion[];
}

/** One answer in this many is timed: a clock costs as much as an answer. */
const TIMED = 8;
const NS_PER_MS = 1e6;

/** Questions whose answers at events are counted. Those about the type of an event are answered once a type, and are not. */
class CountingQuestions extends Questions {
  /** By predicate. */
  readonly counts: QuestionCount[] = [];
  askedCount = 0;

  override predicate(comparison: Comparison, source: string): Predicate {
    const predicate = super.predicate(comparison, source);
    if (this.counts[predicate.id] === undefined) {
      const count = { text: shortText(comparison), asked: 0, holds: 0, timeNs: 0 };
      this.counts[predicate.id] = count;
      if (predicate.subject !== 'type') {
        (predicate as { holds: Predicate['holds'] }).holds = this.#counted(predicate.holds, count);
      }
    }
    return predicate;
  }

  #counted(holds: Predicate['holds'], count: QuestionCount): Predicate['holds'] {
    return (moment) => {
      this.askedCount += 1;
      count.asked += 1;
      const isTimed = count.asked % TIMED === 1;
      const before = isTimed ? performance.now() : 0;
      const answer = holds(moment);
      if (isTimed) {
        count.timeNs += (performance.now() - before) * NS_PER_MS * TIMED;
      }
      count.holds += answer ? 1 : 0;
      return answer;
    };
  }
}

/** Text of a question is shown this long. */
const MAX_TEXT = 100;

function shortText(comparison: Comparison): string {
  const { right } = comparison;
  const isLong = right?.kind === 'list' && right.items.length > MAX_TEXT;
  const shown = isLong ? { ...comparison, right: { ...right, items: right.items.slice(0, 3) } } : comparison; // prettier-ignore
  const text = printCondition(shown);
  return isLong || text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text;
}

interface Alone {
  readonly rule: Rule;
  readonly questions: CountingQuestions;
  matcher: Matcher;
  askedEvents: number;
  fired: number;
}

/** Profiles a set of rules over one or more machines. */
export class MatchProfile {
  eventCount = 0;
  readonly #rules: readonly Rule[];
  readonly #settings: FieldSettings;
  readonly #together: CountingQuestions;
  #matcher: Matcher;
  readonly #alone: readonly Alone[];

  constructor(rules: readonly Rule[], settings: FieldSettings) {
    this.#rules = rules;
    this.#settings = settings;
    this.#together = new CountingQuestions(settings);
    this.#matcher = new Matcher(rules, settings, this.#together);
    this.#alone = rules.map((rule) => {
      const questions = new CountingQuestions(settings);
      const matcher = new Matcher([rule], settings, questions);
      return { rule, questions, matcher, askedEvents: 0, fired: 0 };
    });
  }

  /** Another machine begins, of which answers that matchers keep say nothing. */
  begin(): void {
    this.#matcher = new Matcher(this.#rules, this.#settings, this.#together);
    for (const alone of this.#alone) {
      alone.matcher = new Matcher([alone.rule], this.#settings, alone.questions);
    }
  }

  /** Look at an event that rules are asked about. */
  look(moment: Moment): void {
    this.eventCount += 1;
    this.#matcher.match(moment);
    for (const alone of this.#alone) {
      if (alone.rule.source === moment.source) {
        const before = alone.questions.askedCount;
        alone.fired += alone.matcher.match(moment).length;
        alone.askedEvents += alone.questions.askedCount > before ? 1 : 0;
      }
    }
  }

  /** Each question of all rules together. */
  questions(): readonly AskedQuestion[] {
    const { counts } = this.#together;
    const askers = counts.map(() => new Set<Rule>());
    for (const rule of this.#rules) {
      eachPredicate(conditionTree(rule.condition, rule.source, this.#together), (id) => {
        askers[id]?.add(rule);
        return true;
      });
    }
    return counts.map((count, id) => ({ ...count, rules: [...(askers[id] ?? [])] }));
  }

  /** Each rule alone, in the order of the rules. */
  rules(): readonly ProfiledRule[] {
    return this.#alone.map(({ rule, questions, askedEvents, fired }) => ({
      rule,
      askedEvents,
      fired,
      questions: questionsOf(rule, questions),
    }));
  }
}

/** In the order of the condition; only those that had to be asked. */
function questionsOf(rule: Rule, questions: CountingQuestions): readonly RuleQuestion[] {
  const tree = conditionTree(rule.condition, rule.source, questions);
  const operands = new Set(
    (tree.kind === 'and' ? tree.children : [tree]).map((each) =>
      each.kind === 'ask' ? each.predicate : -1,
    ),
  );
  return questions.counts
    .map((count, id) => ({ ...count, isOperand: operands.has(id) }))
    .filter(({ asked }) => asked > 0);
}
