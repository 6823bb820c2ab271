/**
 * What was covered, added up over sets of rules: a rule, a comparison or an item of a list that stands in several sets at one
 * place is one. Within a set a comparison that a rule uses twice counts with its larger number.
 */
import {
  decidingPart,
  isAsking,
  type AskingNode,
  type Position,
  type Rule,
  type RuleSet,
  type RuleTrace,
  type RuleTraces,
  type TraceNode,
} from '../../rules/index.js';
import { textOfBytes } from '../../units.js';
import { nodeText } from '../why/explanation.js';

/** A comparison of one rule. */
export interface ComparisonCount {
  readonly text: string;
  readonly at: Position;
  /** Macros on the way to it, the outermost first. */
  readonly through: readonly string[];
  /** What the type of the event decides can come to one answer only. */
  readonly isFixed: boolean;
  /** The answer that makes the rule more likely to be true: `not` turns it around. */
  readonly wanted: boolean;
  /** Whether it stands in an `or` that was true. */
  hasAlternative: boolean;
  /** Events at which it was asked, and what it came to. Missing ones are false ones. */
  asked: number;
  holds: number;
  missing: number;
}

/** An exception of a rule. */
interface ExceptionCount {
  readonly name: string;
  readonly at: Position;
  /** Events at which it alone kept the rule from being true. */
  took: number;
}

/** A rule, in all sets that have it. */
export interface RuleCount {
  readonly name: string;
  readonly source: string;
  readonly at: Position;
  readonly tags: readonly string[];
  /** Whether it runs in one of the sets, at least. */
  isEnabled: boolean;
  /** Events of its domain, and those at which it was true. */
  domain: number;
  fired: number;
  readonly comparisons: Map<string, ComparisonCount>;
  readonly exceptions: Map<string, ExceptionCount>;
  /** Of a rule that never fired: the first part of its condition that nothing passed, of the first way through it. */
  deciding: { readonly text: string; readonly at: Position } | undefined;
}

/** A list that a rule names. */
export interface ListCount {
  readonly name: string;
  readonly at: Position;
  /** By item: whether it ever matched. */
  readonly items: Map<string, boolean>;
}

/** A macro that some set defines. */
interface MacroCount {
  readonly name: string;
  readonly at: Position;
  isUsed: boolean;
}

/** Everything that was counted. */
export class CoverageBook {
  readonly rules = new Map<string, RuleCount>();
  readonly lists = new Map<string, ListCount>();
  readonly macros = new Map<string, MacroCount>();
  idleCount = 0;

  /** Add rules that do not run: they are known, and not asked. */
  addRules({ rules, idle }: RuleSet): void {
    rules.forEach((rule) => this.#ruleOf(rule));
    this.idleCount = Math.max(this.idleCount, idle.length);
  }

  /** Add what rules of a set came to. Their traces are settled. */
  addSet(ruleSet: RuleSet, rules: readonly Rule[], traced: RuleTraces): void {
    this.addRules(ruleSet);
    this.#addMacros(ruleSet, rules);
    const listPlaces = new Map(
      ruleSet.buildings
        .filter(({ kind }) => kind === 'list')
        .map(({ name, at }) => [textOfBytes(name), at]),
    );
    rules.forEach((rule, index) => {
      const trace = traced.traces[index] as RuleTrace;
      const count = this.#ruleOf(rule);
      count.isEnabled = true;
      count.domain += trace.domainCount;
      count.fired += trace.holdCount;
      count.deciding = count.fired > 0 ? undefined : (count.deciding ?? decidingOf(trace));
      addComparisons(count, trace);
      addExceptions(count, trace);
      for (const node of trace.tree.nodes) {
        if (node.kind === 'comparison') {
          this.#addItems(node, trace, traced, listPlaces);
        }
      }
    });
  }

  #ruleOf({ name, source, at, tags }: Rule): RuleCount {
    const key = `${placeKey(at)} ${name}`;
    let count = this.rules.get(key);
    if (count === undefined) {
      count = {
        name: textOfBytes(name),
        source: textOfBytes(source),
        at,
        tags: tags.map(textOfBytes),
        isEnabled: false,
        domain: 0,
        fired: 0,
        comparisons: new Map(),
        exceptions: new Map(),
        deciding: undefined,
      };
      this.rules.set(key, count);
    }
    return count;
  }

  /** Those that a rule names, or a macro that a rule names, count as used. */
  #addMacros({ buildings }: RuleSet, rules: readonly Rule[]): void {
    const macros = new Map(
      buildings.filter(({ kind }) => kind === 'macro').map((macro) => [macro.name, macro]),
    );
    const used = new Set<string>();
    const waiting = rules.flatMap((rule) => rule.macros);
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (!used.has(name)) {
        used.add(name);
        waiting.push(...(macros.get(name)?.macros ?? []));
      }
    }
    for (const { name, at } of macros.values()) {
      const key = `${placeKey(at)} ${name}`;
      const known = this.macros.get(key) ?? { name: textOfBytes(name), at, isUsed: false };
      known.isUsed ||= used.has(name);
      this.macros.set(key, known);
    }
  }

  #addItems(
    node: AskingNode,
    trace: RuleTrace,
    traced: RuleTraces,
    places: ReadonlyMap<string, Position>,
  ): void {
    const watch = traced.itemsOf(node, trace.tree.source);
    // by text: equal comparisons of other rules have the same watch
    const matched = new Set(
      watch?.items.filter((_, at) => watch.hits[at] === 1).map(({ text }) => text),
    );
    for (const list of node.children) {
      const at = places.get(list.kind === 'list' ? list.name : '');
      if (at !== undefined && watch !== undefined) {
        const key = placeKey(at);
        const count = this.lists.get(key) ?? { name: nodeText(list), at, items: new Map() };
        this.lists.set(key, count);
        for (const text of itemsOf(list)) {
          count.items.set(text, count.items.get(text) === true || matched.has(text));
        }
      }
    }
  }
}

/** The items of a list, byte strings. */
function itemsOf(list: TraceNode): readonly string[] {
  const right = isAsking(list) ? list.comparison.right : undefined;
  return right?.kind === 'list'
    ? right.items.flatMap((item) => (item.kind === 'literal' ? item.text : []))
    : [];
}

function placeKey({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}

function decidingOf(trace: RuleTrace): RuleCount['deciding'] {
  const [funnel] = trace.funnels;
  if (trace.holdCount > 0 || funnel === undefined) {
    return undefined;
  }
  const node =
    trace.domainCount === 0
      ? funnel.parts[trace.closedPart(funnel)]?.node
      : decidingPart(funnel)?.node;
  return node && { text: nodeText(node), at: node.at };
}

function addComparisons({ comparisons }: RuleCount, trace: RuleTrace): void {
  for (const [key, count] of countsOf(trace)) {
    const known = comparisons.get(key);
    if (known === undefined) {
      comparisons.set(key, count);
    } else {
      known.asked += count.asked;
      known.holds += count.holds;
      known.missing += count.missing;
      known.hasAlternative ||= count.hasAlternative;
    }
  }
}

/** The comparisons of one trace, each once. */
function countsOf(trace: RuleTrace): ReadonlyMap<string, ComparisonCount> {
  const counts = new Map<string, ComparisonCount>();
  const walk = (node: TraceNode, wanted: boolean, hasAlternative: boolean): void => {
    const { holds, missing } = trace.countsOf(node);
    if (node.kind === 'comparison') {
      const { at, through, isFixed } = node;
      const text = nodeText(node);
      const key = JSON.stringify([through, placeKey(at), text]);
      const count = { text, at, through, isFixed, wanted, hasAlternative };
      counts.set(
        key,
        larger({ ...count, asked: trace.domainCount, holds, missing }, counts.get(key)),
      );
      return;
    }
    const turns = node.kind === 'not' || node.kind === 'exception';
    const isWay = hasAlternative || (wanted && node.kind === 'or' && holds > 0);
    node.children.forEach((child) => {
      walk(child, wanted !== turns, isWay);
    });
  };
  walk(trace.tree.root, true, false);
  return counts;
}

/** One of two uses at the same place: a macro may stand several times in a condition. */
function larger(count: ComparisonCount, known: ComparisonCount | undefined): ComparisonCount {
  return known === undefined
    ? count
    : {
        ...count,
        wanted: count.wanted || known.wanted,
        hasAlternative: count.hasAlternative || known.hasAlternative,
        holds: Math.max(count.holds, known.holds),
        missing: Math.max(count.missing, known.missing),
      };
}

function addExceptions({ exceptions }: RuleCount, trace: RuleTrace): void {
  for (const node of trace.tree.exceptions) {
    const took = trace.funnels.map(({ parts }) => {
      const alone = parts.find((part) => part.node === node)?.alone ?? 0;
      return alone - (parts.at(-1)?.left ?? 0);
    });
    const name = node.kind === 'exception' ? node.name : '';
    const known = exceptions.get(name) ?? { name, at: node.at, took: 0 };
    known.took += Math.max(0, ...took);
    exceptions.set(name, known);
  }
}
