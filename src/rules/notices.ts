/**
 * What Falco has no code for and a rule author should know: conditions that can never hold, texts that look like the names
 * of lists, and what Falco judges otherwise than this program. Notices never stop rules from loading.
 */
import { NameLookups } from '../fields/index.js';
import type { Comparison, Condition, Literal, Operand, Resolved } from './ast.js';
import { canNeverHold } from './could-fire.js';
import { DECIDING, isGenericName, isTypeField } from './event-types.js';
import { isNameOperatorMissing } from './name-fields.js';
import type { Steps } from '../steps.js';
import type { Context, Problems } from './problem.js';
import { didYouMean, nearWord } from './suggest.js';
import { conditionPlace } from './once-reporter.js';
import { textOfBytes } from '../units.js';

/** A condition as written, and the item that it belongs to. */
export interface WrittenCondition {
  readonly condition: Condition;
  readonly context: Context;
}

/** A rule whose condition is resolved. */
export interface ResolvedRule {
  readonly name: string;
  readonly source: string;
  readonly condition: Resolved;
  readonly context: Context;
}

/** Report texts that are compared as such, and were probably meant as lists. */
export function noticeUndefinedLists(
  written: Iterable<WrittenCondition>,
  lists: ReadonlyMap<string, unknown>,
  problems: Problems,
): void {
  const names = new ListNames(lists);
  for (const { condition, context } of written) {
    eachWritten(condition, ({ right }) => {
      if (right === undefined || right.kind === 'field') {
        return;
      }
      const items: readonly Operand[] = right.kind === 'list' ? right.items : [right];
      const isAlone = right.kind === 'list' && items.length === 1;
      for (const item of items) {
        if (item.kind === 'literal' && names.areMeantBy(item, isAlone)) {
          const text = textOfBytes(item.text);
          problems.add('NOTICE_UNDEFINED_LIST', conditionPlace(context, item.at), {
            message: `no list is called "${text}", so it is compared as a text`,
            at: item.at,
            length: text.length,
            fix: didYouMean(text, names.likely(), `define the list, or write "${text}" in quotes`),
          });
        }
      }
    });
  }
}

/** Report comparisons of names of addresses at which Falco ends with an error, though it loads them. */
export function noticeNameOperators(written: Iterable<WrittenCondition>, problems: Problems): void {
  for (const { condition, context } of written) {
    eachWritten(condition, (comparison) => {
      if (isNameOperatorMissing(comparison)) {
        const { left, operator } = comparison;
        problems.add('NOTICE_NAME_OPERATOR', conditionPlace(context, left.at), {
          message: `${left.name} cannot be compared with "${operator}": Falco loads this, and ends with an error at the first event that has an address`,
          at: left.at,
          length: left.name.length,
          fix: `use =, !=, in or exists; or compare the address itself: ${left.name.replace(/\.name$/, '')}`,
        });
      }
    });
  }
}

/** Report rules that can never fire, and those that fire at fewer events in Falco. */
export function* noticeRules(rules: Iterable<ResolvedRule>, problems: Problems): Steps<void> {
  for (const { name, source, condition, context } of rules) {
    yield;
    if (canNeverHold(condition, source)) {
      problems.add('NOTICE_NEVER_TRUE', context, {
        message: `the condition of "${name}" can never hold with the values that its lists and macros have, so the rule never fires`,
        fix: 'look for parts that exclude each other, and for empty lists and macros that are yours to fill in',
      });
    }
    for (const { at, text } of genericExclusions(condition)) {
      problems.add('NOTICE_GENERIC_EVENTS', conditionPlace(context, at), {
        message: `"${textOfBytes(text)}" has no event layout of its own: excluding it makes Falco exclude every such system call; here only "${textOfBytes(text)}" is excluded`,
        at,
        length: text.length,
        fix: 'name the types of events that the rule is about instead: evt.type in (...)',
      });
    }
  }
}

/** Words that names of lists end with; a text that ends so is rarely the name of one program. */
const LIST_ENDINGS: ReadonlySet<string> = new Set(
  'list lists binaries bins images containers directories dirs domains executables files groups ips mounts namespaces networks paths pods ports processes procs programs repositories services syscalls urls users'.split(
    ' ',
  ),
);
const NAME = /^[A-Za-z]\w*_\w+$/;
/** Bytes of a process's name that the kernel keeps: a text of just that length is probably such a name, cut off. */
const COMM_LENGTH = 15;

/** Names of lists that conditions may use, and what looks like one. */
class ListNames {
  readonly #lists: ReadonlyMap<string, unknown>;
  readonly #near = new Map<string, boolean>();
  readonly #lookups = new NameLookups();

  constructor(lists: ReadonlyMap<string, unknown>) {
    this.#lists = lists;
  }

  /** `isAlone`: the text is all that stands in its parentheses. */
  areMeantBy({ text, isBare }: Literal, isAlone: boolean): boolean {
    if (isBare !== true || !NAME.test(text) || this.#lists.has(text)) {
      return false;
    }
    const ending = text.slice(text.lastIndexOf('_') + 1).toLowerCase();
    return (
      (isAlone && text.length !== COMM_LENGTH) || LIST_ENDINGS.has(ending) || this.#isNearOne(text)
    );
  }

  #isNearOne(text: string): boolean {
    const known = this.#near.get(text);
    if (known !== undefined) {
      return known;
    }
    const isNear = nearWord(text, this.likely(), this.#lookups) !== undefined;
    this.#near.set(text, isNear);
    return isNear;
  }

  likely(): Iterable<string> {
    return this.#lists.keys();
  }
}

function eachWritten(condition: Condition, visit: (comparison: Comparison) => void): void {
  switch (condition.kind) {
    case 'comparison':
      visit(condition);
      return;
    case 'not':
      eachWritten(condition.child, visit);
      return;
    case 'macro':
      return;
    default:
      condition.children.forEach((child) => {
        eachWritten(child, visit);
      });
  }
}

/** The first text of each comparison that excludes system calls without an event of their own. */
function genericExclusions(condition: Resolved): readonly Literal[] {
  const found: Literal[] = [];
  const seen = { plain: new Set<Resolved>(), negated: new Set<Resolved>() };
  const walk = (node: Resolved, isNegated: boolean): void => {
    const before = seen[isNegated ? 'negated' : 'plain'];
    if (before.has(node)) {
      return;
    }
    before.add(node);
    if (node.kind === 'comparison') {
      const excluded = excludes(node, isNegated) ? genericIn(node.right) : undefined;
      found.push(...(excluded === undefined ? [] : [excluded]));
    } else if (node.kind === 'not') {
      walk(node.child, !isNegated);
    } else {
      node.children.forEach((child) => {
        walk(child, isNegated);
      });
    }
  };
  walk(condition, false);
  return found;
}

function excludes(comparison: Comparison, isNegated: boolean): boolean {
  const { operator, modifier } = comparison;
  return (
    isTypeField(comparison) &&
    modifier === undefined &&
    DECIDING.includes(operator) &&
    isNegated === (operator !== '!=')
  );
}

function genericIn(right: Comparison['right']): Literal | undefined {
  const items = right?.kind === 'list' ? right.items : right === undefined ? [] : [right];
  return items.find((item): item is Literal => item.kind === 'literal' && isGenericName(item.text));
}
