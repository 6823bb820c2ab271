/**
 * Which rules could not have fired on some evidence, and why. A resolved condition is evaluated over sets of event types
 * instead of at a moment: for each node, at which types it can hold and at which it can fail. What is not known of a
 * comparison leaves both open, so a rule is called silent only where no moment of the evidence could have fired it.
 */
import { SYSCALL_SOURCE } from '../events/index.js';
import { DEFAULT_SETTINGS, FIELDS } from '../fields/index.js';
import type { Container, Moment, World } from '../state/index.js';
import type { Comparison, Operator, Resolved } from './ast.js';
import { readLiteral } from './engine/literal.js';
import { compileTest } from './engine/operators.js';
import { Questions } from './engine/predicate.js';
import { isImpossible } from './impossible.js';
import { isAboutUnknownName } from './name-fields.js';
import { DECIDING, EVENT_TYPE_NAMES, isTypeField } from './event-types.js';
import type { Rule } from './rule.js';

/** What rules were shown. */
export interface EvidenceFacts {
  /** Names of event types (of generic events: of the system call), by source. */
  readonly typesBySource: ReadonlyMap<string, ReadonlySet<string>>;
  /** The same of events that the evidence has, but rules were not shown; absent: none. */
  readonly passedOver?: ReadonlyMap<string, ReadonlySet<string>>;
  /** The machine as it was left; knows the containers that were ever described. */
  readonly world: Pick<World, 'containers' | 'seenContainers' | 'hadContainedThread'>;
  /** Whether the evidence was not read to its end: nothing is said of the rest. */
  readonly isPartial?: boolean;
}

/** Why rules are silent, from what says most to what says least; ids are stable. */
export type SilenceReason =
  | 'never-true'
  | 'no-source'
  | 'not-shown'
  | 'no-event-type'
  | 'no-container'
  | 'no-container-metadata'
  | 'no-such-container';

/** A rule that could not fire. */
export interface Silence {
  readonly rule: Rule;
  readonly reason: SilenceReason;
  /** A phrase: `no execve was recorded`. Equal for rules that lack the same. */
  readonly detail: string;
  /** Whether it holds only for the part of the evidence that was read, as `detail` says then. */
  readonly isPartial: boolean;
}

type Why = Pick<Silence, 'reason' | 'detail'>;

/** What a rule's condition is evaluated over, for all rules of a source. */
interface Spans {
  readonly types: ReadonlySet<string>;
  /** Types of events that rules were not shown; `undefined`: the evidence has no other event of the source. */
  readonly passedOver: ReadonlySet<string> | undefined;
  readonly all: Span;
  /** Without what is known of containers. */
  readonly typesOnly: Span;
}

/** The rules that could not have fired, in loading order. */
export function silentRules(rules: readonly Rule[], facts: EvidenceFacts): readonly Silence[] {
  const spansBySource = new Map<string, Spans>();
  return rules.flatMap((rule): readonly Silence[] => {
    const { condition, source } = rule;
    let spans = spansBySource.get(source);
    if (spans === undefined) {
      const types = facts.typesBySource.get(source) ?? NO_TYPES;
      const typesOnly = new Span(source, types, undefined);
      const passedOver = facts.passedOver?.get(source);
      spans = { types, passedOver, all: new Span(source, types, facts.world), typesOnly };
      spansBySource.set(source, spans);
    }
    return spans.all.canHold(condition) && !isImpossible(condition, source)
      ? []
      : [silence(rule, whySilent(rule, spans), facts.isPartial === true)];
  });
}

/** Of evidence that was not read to its end, all is said of the part that was; some reasons need no evidence. */
function silence(rule: Rule, { reason, detail }: Why, isPartial: boolean): Silence {
  if (!isPartial || reason === 'never-true') {
    return { rule, reason, detail, isPartial: false };
  }
  const part = 'in the part that was read';
  const text = reason === 'not-shown' ? detail : `${detail.replace(/ was recorded$/, '')} ${part}`;
  return { rule, reason, detail: text, isPartial: true };
}

/** Whether no event of any evidence can meet a condition, with the values that its lists and macros have. */
export function canNeverHold(condition: Resolved, source: string): boolean {
  return isImpossible(condition, source) || !everySpan(source).canHold(condition);
}

/** Where the evidence has such events, but the user kept them from the rules. */
const IN_PART = 'in the part that rules were shown';
const NO_TYPES: ReadonlySet<string> = new Set();
const everything = new Map<string, Span>();

/** Every event type there is; what it knows about shared macros is kept for all rules. */
function everySpan(source: string): Span {
  const span = everything.get(source) ?? new Span(source, EVENT_TYPE_NAMES, undefined);
  everything.set(source, span);
  return span;
}

function whySilent({ condition, source }: Rule, { types, passedOver, all, typesOnly }: Spans): Why {
  if (canNeverHold(condition, source)) {
    return { reason: 'never-true', detail: 'conditions that can never hold' };
  }
  if (types.size === 0) {
    return passedOver === undefined
      ? { reason: 'no-source', detail: `no evidence of source ${source}` }
      : { reason: 'not-shown', detail: `no event of source ${source} ${IN_PART}` };
  }
  if (!typesOnly.canHold(condition)) {
    const wanted = everySpan(source).typesOf(condition);
    return wanted.some((type) => passedOver?.has(type) === true)
      ? { reason: 'not-shown', detail: `no ${listed(wanted)} ${IN_PART}` }
      : { reason: 'no-event-type', detail: `no ${listed(wanted)} was recorded` };
  }
  return all.containerSilence();
}

const MAX_LISTED = 3;

function listed(names: readonly string[]): string {
  if (names.length > MAX_LISTED) {
    return `${names.slice(0, MAX_LISTED - 1).join(', ')} or ${names.length - MAX_LISTED + 1} other types of events`;
  }
  return names.join(' or ');
}

/** Where a comparison can hold and where it can fail: one bit an event type. */
interface Outcome {
  readonly holds: bigint;
  readonly fails: bigint;
}

/** Fields that every event has, as numbers of at least 1; rules say "always" and "never" with them. */
const COUNTED: ReadonlySet<string> = new Set(['evt.num', 'jevt.rawtime', 'evt.rawtime']);
/** Operators with which such a number and 0 never hold, and with which they always do. */
const BELOW_ONE: readonly Operator[] = ['=', '==', '<', '<='];
const ABOVE_ZERO: readonly Operator[] = ['!=', '>', '>='];
/** Fields of a pod that may stand in its own container, which is looked up by the moment. */
const OF_POD = /^k8s\.pod\.(?:labels?|ip|cni\.json)$/;
/** Fields of a container that depend on more than its description. */
const OF_TIME = /^container\.(?:start_ts|duration)$/;
const CONTAINER_CLASSES: readonly string[] = ['container', 'k8s'];

/** Evaluates conditions over some event types of a source, and perhaps the containers of some evidence. */
class Span {
  readonly #names: readonly string[];
  readonly #all: bigint;
  readonly #source: string;
  readonly #world: EvidenceFacts['world'] | undefined;
  readonly #bits = new Map<string, bigint>();
  /** Macros are shared, so that conditions would be too large to walk. */
  readonly #known = {
    plain: new WeakMap<Resolved, bigint>(),
    negated: new WeakMap<Resolved, bigint>(),
  };
  readonly #questions = new Questions(DEFAULT_SETTINGS);

  constructor(
    source: string,
    types: ReadonlySet<string>,
    world: EvidenceFacts['world'] | undefined,
  ) {
    this.#names = [...types].sort();
    this.#all = (1n << BigInt(this.#names.length)) - 1n;
    this.#names.forEach((name, index) => this.#bits.set(name, 1n << BigInt(index)));
    this.#source = source;
    this.#world = source === SYSCALL_SOURCE ? world : undefined;
  }

  canHold(condition: Resolved): boolean {
    return this.#where(condition, false) !== 0n;
  }

  /** Names of the types at which a condition can hold, sorted. */
  typesOf(condition: Resolved): readonly string[] {
    const digits = this.#where(condition, false).toString(2); // the last is the first name's
    return this.#names.filter((_, index) => digits[digits.length - 1 - index] === '1');
  }

  /** What a rule lacks that could hold if it were not for the containers. */
  containerSilence(): Why {
    const seen = this.#world?.seenContainers.described ?? [];
    if (seen.length === 0 && this.#world?.hadContainedThread !== true) {
      return { reason: 'no-container', detail: 'no container was recorded' };
    }
    return seen.some(({ hasMetadata }) => hasMetadata)
      ? { reason: 'no-such-container', detail: 'no container that they ask for' }
      : { reason: 'no-container-metadata', detail: 'no container metadata' };
  }

  /** The types at which a condition can hold, or can fail; what does not matter any more is not looked at. */
  #where(condition: Resolved, isNegated: boolean): bigint {
    const known = this.#known[isNegated ? 'negated' : 'plain'];
    let bits = known.get(condition);
    if (bits === undefined) {
      bits = this.#evaluate(condition, isNegated);
      known.set(condition, bits);
    }
    return bits;
  }

  #evaluate(condition: Resolved, isNegated: boolean): bigint {
    switch (condition.kind) {
      case 'not':
        return this.#where(condition.child, !isNegated);
      case 'comparison': {
        const { holds, fails } = this.#compare(condition, isNegated);
        return isNegated ? fails : holds;
      }
      default: {
        const isAnd = (condition.kind === 'and') !== isNegated;
        const decided = isAnd ? 0n : this.#all;
        let bits = isAnd ? this.#all : 0n;
        for (const child of condition.children) {
          if (bits === decided) {
            break;
          }
          const part = this.#where(child, isNegated);
          bits = isAnd ? bits & part : bits | part;
        }
        return bits;
      }
    }
  }

  #compare(comparison: Comparison, isNegated: boolean): Outcome {
    const open = { holds: this.#all, fails: this.#all };
    return (
      (isEmptyList(comparison) ? this.#never : this.#comparePlain(comparison)) ??
      (isNegated ? open : (this.#compareContainer(comparison) ?? open))
    );
  }

  get #always(): Outcome {
    return { holds: this.#all, fails: 0n };
  }

  get #never(): Outcome {
    return { holds: 0n, fails: this.#all };
  }

  /** What is known of a comparison of a field itself; `undefined` where nothing is. */
  #comparePlain(comparison: Comparison): Outcome | undefined {
    const { left, modifier, right } = comparison;
    if (left.call !== undefined || left.transformers.length > 0) {
      return undefined;
    }
    if (left.name === 'evt.type' && isTypeField(comparison) && right?.kind !== 'field') {
      return this.#compareType(comparison);
    }
    if (isAboutUnknownName(comparison)) {
      return this.#never;
    }
    return COUNTED.has(left.name) && modifier === undefined
      ? this.#compareCount(comparison)
      : undefined;
  }

  /** Every event has a type, so where a comparison cannot hold, it fails. */
  #compareType({ operator, modifier, right }: Comparison): Outcome {
    const items = right === undefined ? [] : right.kind === 'list' ? right.items : [right];
    const texts = items.flatMap((item) => (item.kind === 'literal' ? [item.text] : []));
    let holds = 0n;
    if (DECIDING.includes(operator) && modifier === undefined) {
      const named = texts.reduce((bits, text) => bits | (this.#bits.get(text) ?? 0n), 0n);
      holds = operator === '!=' ? this.#all & ~named : named;
    } else {
      const test = compileTest(operator, modifier, texts);
      for (const name of this.#names) {
        holds |= test(name) ? (this.#bits.get(name) ?? 0n) : 0n;
      }
    }
    return { holds, fails: this.#all & ~holds };
  }

  /** What is true of every whole number from 1. */
  #compareCount({ operator, right }: Comparison): Outcome | undefined {
    if (operator === 'exists') {
      return this.#always;
    }
    const literal = right?.kind === 'literal' ? readLiteral('uint64', right.text) : undefined;
    const isZero = literal?.ok === true && Number(literal.value) === 0;
    if (isZero && BELOW_ONE.includes(operator)) {
      return this.#never;
    }
    return isZero && ABOVE_ZERO.includes(operator) ? this.#always : undefined;
  }

  /** A comparison with what is known of containers holds only if it holds for one that was seen. */
  #compareContainer(comparison: Comparison): Outcome | undefined {
    const containers = this.#containersFor(comparison);
    if (containers === undefined) {
      return undefined;
    }
    const predicate = this.#questions.predicate(comparison, this.#source);
    const canHold = containers.some((container) => predicate.holds(this.#momentIn(container)));
    return { holds: canHold ? this.#all : 0n, fails: this.#all };
  }

  /** The containers that decide a comparison; `undefined` where they do not. */
  #containersFor({ left, right }: Comparison): readonly Container[] | undefined {
    const world = this.#world;
    if (world === undefined || right?.kind === 'field' || left.call !== undefined) {
      return undefined;
    }
    const { described, isAll } = world.seenContainers;
    const host = world.containers.get('');
    return isOfContainer(left.name) && isAll && !isOpenIn(world, left.name) && host !== undefined
      ? [host, ...described]
      : undefined;
  }

  /** As much of a moment as fields of containers read. */
  #momentIn(container: Container): Moment {
    return { container, thread: undefined, world: this.#world } as unknown as Moment;
  }
}

/** Whether a field says what the description of a container says. */
function isOfContainer(name: string): boolean {
  const listed = FIELDS.get(name);
  return (
    listed !== undefined && CONTAINER_CLASSES.includes(listed.catalogue.name) && !OF_TIME.test(name)
  );
}

/** Whether such a field may have values that no description has. */
function isOpenIn({ seenContainers, hadContainedThread }: EvidenceFacts['world'], name: string) {
  // a thread's container has an id even where it was never described
  const isIdOpen = name === 'container.id' && hadContainedThread;
  return (
    isIdOpen || (OF_POD.test(name) && seenContainers.described.some((each) => each.hasMetadata))
  );
}

/** Nothing is in an empty list, but a list field without items. */
function isEmptyList({ left, operator, right }: Comparison): boolean {
  const isList = FIELDS.get(left.name)?.row.isList === true || left.call !== undefined;
  return right?.kind === 'list' && right.items.length === 0 && !(isList && operator === 'in');
}
