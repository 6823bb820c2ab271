/**
 * One rule evaluated at each event of its domain, without short cuts, and counted. Events that answer all its questions
 * alike are one group: what follows from the answers is worked out once a group, not once an event.
 */
import { eventName, type FieldSettings } from '../../fields/index.js';
import type { Moment } from '../../state/index.js';
import { readerOf } from '../engine/expression.js';
import { TrieNode } from '../engine/trie.js';
import { Questions, type Predicate } from '../engine/predicate.js';
import { typeKeyOf } from '../engine/type-key.js';
import type { WrittenRule } from '../written.js';
import { ANSWER, PairColumn, ValueColumn, type AskedColumn } from './columns.js';
import { Evaluator, isAsking, possibilities } from './evaluate.js';
import { countThrough, funnelsOf, type Funnel } from './funnel.js';
import type { ItemWatches } from './items.js';
import {
  growTree,
  isAboutType,
  type AskingNode,
  type Buildings,
  type TraceNode,
  type TraceTree,
} from './tree.js';
import { ValueSources, type ColumnClass } from './value-source.js';

/** Groups that are kept before they are counted, and the numbers that they may take together. */
const MAX_GROUPS = 4096;
const MAX_NUMBERS = 16_000_000;
/** Types of events that are kept apart: a capture may name its own. */
const MAX_TYPES = 4096;

/** Events that answer all questions of a rule alike. */
export interface Group {
  /** By predicate; see `ANSWER`. */
  readonly answers: Uint8Array;
  readonly holds: boolean;
  /** The one part that kept the rule from being true. */
  readonly only: TraceNode | undefined;
  /** Events since they were counted last. */
  count: number;
}

/** What keeps a rule from being true. */
export interface Nearest {
  readonly nodes: readonly AskingNode[];
  /** Whether the flip makes the same comparison true in one place and false in another, so that no event can do it. */
  readonly isContradictory: boolean;
}

/** What a rule can come to at events of one type. */
interface Reach {
  readonly isInDomain: boolean;
  /** Of each funnel the first part that no event of this type passes. */
  readonly closed: readonly (number | undefined)[];
}

/** One type of events. */
interface TypeStep extends Reach {
  readonly name: string;
  count: number;
}

/** Counts of a node: at all other events of the domain it was false. */
export interface NodeCounts {
  readonly holds: number;
  /** Of those at which it was false: there was no value to compare. Always 0 but for comparisons and lists. */
  readonly missing: number;
}

/** What traces have in common that look at the same events. */
interface Shared {
  readonly sources: ValueSources;
  readonly watches: ItemWatches;
}

/** How to trace. */
export interface TraceOptions {
  /** Clock fields compare as they print. */
  readonly settings: FieldSettings;
  /** Of several traces, which `RuleTraces` shows the same events. */
  readonly shared?: Shared;
}

/** Traces one rule. */
export class RuleTrace {
  readonly tree: TraceTree;
  readonly funnels: readonly Funnel[];
  /** Events of the domain. */
  domainCount = 0;
  /** Of them, those at which the rule is true. */
  holdCount = 0;
  readonly #questions: Questions;
  readonly #sources: ValueSources;
  /** Whether others read values too, and somebody else says when the moment changes. */
  readonly #isShared: boolean;
  readonly #evaluator: Evaluator;
  readonly #columns: readonly AskedColumn[];
  readonly #columnOf = new Map<number, ValueColumn>();
  /** Its questions about the type of the event, by which rules are sorted, and what follows from their answers. */
  readonly #aboutType: readonly Predicate[];
  readonly #reaches = new Map<string, Reach>();
  readonly #steps = new Map<string | number, TypeStep>();
  readonly #holds: Float64Array;
  readonly #missing: Float64Array;
  readonly #places = new TrieNode<Group>();
  /** What each column came to at the event that is looked at. */
  readonly #current: ColumnClass[] = [];
  #groups: Group[] = [];
  /** That of the event before: most events answer as the one before them. */
  #last: Group | undefined;

  /**
   * @param rule - As written.
   * @param source - Whose events it is for.
   * @param buildings - What it was loaded with.
   * @param options - How.
   * @throws {UserError} `TRACE_SIZE`
   */
  constructor(rule: WrittenRule, source: string, buildings: Buildings, options: TraceOptions) {
    const { settings, shared } = options;
    const questions = new Questions(settings);
    this.tree = growTree(rule, source, buildings, questions);
    this.funnels = funnelsOf(this.tree);
    this.#questions = questions;
    this.#sources = shared?.sources ?? new ValueSources();
    this.#isShared = shared !== undefined;
    this.#evaluator = new Evaluator(this.tree);
    const { length } = this.tree.nodes;
    this.#holds = new Float64Array(length);
    this.#missing = new Float64Array(length);
    this.#columns = this.#columnsFor(settings, shared?.watches);
    const asking = this.tree.nodes.filter(isAsking);
    this.#aboutType = [
      ...new Set(
        asking.filter((node) => isAboutType(node.comparison)).map(({ predicate }) => predicate),
      ),
    ];
  }

  #columnsFor(settings: FieldSettings, watches?: ItemWatches): readonly AskedColumn[] {
    const { source, nodes } = this.tree;
    const watched = watches?.of(nodes.filter(isAsking), source, settings);
    const columns = this.#questions.columns.map(
      (column) => new ValueColumn(column, this.#sources, watched),
    );
    for (const column of columns) {
      column.predicates.forEach((id) => this.#columnOf.set(id, column));
    }
    const pairs = new Map<number, PairColumn>();
    for (const { predicate, comparison } of nodes.filter(isAsking)) {
      if (comparison.right?.kind === 'field' && !pairs.has(predicate.id)) {
        const sides = [comparison.left, comparison.right].map(
          (side) => readerOf(side, { source, settings }).value,
        );
        pairs.set(predicate.id, new PairColumn(predicate, sides));
      }
    }
    return [...columns, ...pairs.values()];
  }

  /** Whether an event of this moment's source and type can be in the domain. */
  wants(moment: Moment): boolean {
    return moment.source === this.tree.source && this.#stepOf(moment).isInDomain;
  }

  /**
   * Look at an event.
   *
   * @returns The group of events it belongs to; `undefined` where it is not in the domain.
   */
  look(moment: Moment): Group | undefined {
    if (moment.source !== this.tree.source) {
      return undefined;
    }
    const step = this.#stepOf(moment);
    step.count += 1;
    if (!step.isInDomain) {
      return undefined;
    }
    if (!this.#isShared) {
      this.#sources.nextMoment();
    }
    this.#questions.nextMoment();
    let isSame = true;
    for (let at = 0; at < this.#columns.length; at += 1) {
      const found = (this.#columns[at] as AskedColumn).classAt(moment);
      isSame &&= found === this.#current[at];
      this.#current[at] = found;
    }
    const group = isSame && this.#last !== undefined ? this.#last : this.#groupNow();
    this.#last = group;
    group.count += 1;
    this.domainCount += 1;
    this.holdCount += group.holds ? 1 : 0;
    return group;
  }

  /** The group of the classes that columns have now. */
  #groupNow(): Group {
    let place = this.#places;
    for (const { id } of this.#current) {
      place = place.step(id);
    }
    return place.meaning ?? this.#newGroup(place);
  }

  #size(): number {
    const perGroup = this.#questions.predicates.length;
    return this.#groups.length * perGroup + this.#columns.reduce((sum, { size }) => sum + size, 0);
  }

  #newGroup(place: TrieNode<Group>): Group {
    const answers = new Uint8Array(this.#questions.predicates.length);
    this.#columns.forEach(({ predicates }, column) => {
      const found = this.#current[column] as ColumnClass;
      predicates.forEach((id, at) => (answers[id] = found.answers[at] as number));
    });
    const holds = this.#evaluator.evaluate(answers);
    const group = { answers, holds, only: holds ? undefined : this.#onlyFailing(), count: 0 };
    if (this.#groups.length >= MAX_GROUPS || this.#size() > MAX_NUMBERS) {
      this.settle(); // its own place is gone with the others; its next event makes it anew
    } else {
      place.meaning = group;
    }
    this.#groups.push(group);
    return group;
  }

  #onlyFailing(): TraceNode | undefined {
    const { truth } = this.#evaluator;
    for (const { parts } of this.funnels) {
      const failing = parts.filter(({ node }) => truth[node.index] === 0);
      if (failing.length === 1) {
        return failing[0]?.node;
      }
    }
    return undefined;
  }

  /**
   * The smallest set of comparisons whose flip would make the rule true at the events of a group at which it is not.
   *
   * @returns In the order written; `undefined` where the type of the event decides.
   */
  nearest({ answers }: Group): Nearest | undefined {
    this.#evaluator.evaluate(answers);
    const nodes = this.#evaluator.nearest();
    return nodes && { nodes, isContradictory: !this.#holdsWith(answers, nodes) };
  }

  /** Whether the rule were true if these comparisons were the opposite wherever they are asked. */
  #holdsWith(answers: Uint8Array, flipped: readonly AskingNode[]): boolean {
    const others = answers.slice();
    for (const { predicate } of flipped) {
      others[predicate.id] = answers[predicate.id] === ANSWER.TRUE ? ANSWER.FALSE : ANSWER.TRUE;
    }
    return this.#evaluator.evaluate(others);
  }

  #stepOf(moment: Moment): TypeStep {
    const key = typeKeyOf(moment);
    let step = this.#steps.get(key);
    if (step === undefined) {
      step = this.#newStep(moment);
      if (this.#steps.size < MAX_TYPES) {
        this.#steps.set(key, step);
      }
    }
    return step;
  }

  #newStep(moment: Moment): TypeStep {
    this.#questions.nextMoment();
    const answers = this.#aboutType.map((predicate) => predicate.holds(moment));
    const key = answers.map(Number).join('');
    const reach = this.#reaches.get(key) ?? this.#reachWith(answers);
    this.#reaches.set(key, reach);
    return { ...reach, name: eventName(moment.event), count: 0 };
  }

  /** What can be true where the questions about the type are answered so. */
  #reachWith(answers: readonly boolean[]): Reach {
    const known = new Map(this.#aboutType.map((predicate, at) => [predicate, answers[at]]));
    const can = possibilities(this.tree, ({ predicate }) => known.get(predicate));
    const canHold = (node: TraceNode): boolean => ((can[node.index] as number) & 1) !== 0;
    return {
      isInDomain: canHold(this.tree.root),
      closed: this.funnels.map(({ parts }) => {
        const at = parts.findIndex(({ node }) => !canHold(node));
        return at === -1 ? undefined : at;
      }),
    };
  }

  /** Count what was seen since the last time; to be called before anything is read. */
  settle(): void {
    for (const group of this.#groups) {
      this.#countGroup(group);
    }
    this.#groups = [];
    this.#last = undefined;
    this.#places.clear();
    this.#columns.forEach((column) => {
      column.renew();
    });
  }

  #countGroup({ answers, count }: Group): void {
    this.#evaluator.evaluate(answers);
    const { truth } = this.#evaluator;
    for (const node of this.tree.nodes) {
      const { index } = node;
      if (truth[index] === 1) {
        this.#holds[index] = (this.#holds[index] as number) + count;
      } else if (isAsking(node) && answers[node.predicate.id] === ANSWER.MISSING) {
        this.#missing[index] = (this.#missing[index] as number) + count;
      }
    }
    this.funnels.forEach((funnel) => {
      countThrough(funnel, truth, count);
    });
  }

  countsOf({ index }: TraceNode): NodeCounts {
    return { holds: this.#holds[index] as number, missing: this.#missing[index] as number };
  }

  /** Types of the domain's events, most frequent first. */
  domainTypes(): readonly { readonly name: string; readonly count: number }[] {
    const counts = new Map<string, number>();
    for (const { name, isInDomain, count } of this.#steps.values()) {
      if (isInDomain && count > 0) {
        counts.set(name, (counts.get(name) ?? 0) + count);
      }
    }
    return [...counts]
      .map(([name, count]) => ({ name, count }))
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  }

  /**
   * Of a funnel that no event reached: the part that no type of event that was seen can pass.
   *
   * @returns Its place among the parts; the first, where no event of the source was seen.
   */
  closedPart(funnel: Funnel): number {
    const at = this.funnels.indexOf(funnel);
    const closed = [...this.#steps.values()].map((step) => step.closed[at]);
    return Math.max(0, ...closed.map((part) => part ?? funnel.parts.length - 1));
  }

  /** The texts that stood on the left of a comparison, with the number of events; `undefined` where it compares two fields. */
  seenBy({ predicate }: AskingNode): ReadonlyMap<string, number> | undefined {
    return this.#columnOf.get(predicate.id)?.seenTexts();
  }

  /** 1 for each node that is true at an event, of whatever type, by index; it is not counted. Valid until something else is asked. */
  truthAt(moment: Moment): Uint8Array {
    this.#questions.nextMoment();
    const answers = new Uint8Array(this.#questions.predicates.length);
    for (const { id, holds } of this.#questions.predicates) {
      answers[id] = holds(moment) ? ANSWER.TRUE : ANSWER.FALSE;
    }
    this.#evaluator.evaluate(answers);
    return this.#evaluator.truth;
  }

  /** 1 for each node that is true at the events of a group, by index; valid until something else is asked. */
  truthOf(group: Group): Uint8Array {
    this.#evaluator.evaluate(group.answers);
    return this.#evaluator.truth;
  }
}
