/**
 * {@link Condition} -> {@link Resolved}: macros become what they stand for, names of lists what the lists hold. Each
 * macro and each list is resolved once; what is used twice is the same object twice, so the size of
 * what a condition stands for is counted and not walked.
 *
 * A list's items are condition text: an item that is the name of a list is that list, whatever the order of the
 * definitions; a name that a list reaches by way of itself is text.
 */
import { bytesOfText } from '../units.js';
import type { Comparison, Condition, Literal, Operand, Position, Resolved } from './ast.js';
import { SyntaxFault } from './cursor.js';
import type { ListDefinition, MacroDefinition } from './definitions.js';
import { parseTexts } from './parse-operand.js';
import { quotedPieces } from './quoting.js';
import type { ExpandedList, Resolution } from './resolution.js';
import { ComposedText, type PlacedText } from './source-text.js';
import { didYouMean, type Fix } from './suggest.js';

/** Comparisons that one condition may stand for. */
const MAX_SIZE = 1_000_000;
/** Conditions inside conditions, macros included. */
const MAX_DEPTH = 1_500;
/** Texts that one list may hold. */
const MAX_ITEMS = 1_000_000;
/** Texts of all lists that conditions put together themselves, `in (these, those)`: each takes what its items take, 300 bytes. */
const MAX_TOGETHER = 600_000;

/** A name that cannot be resolved; `isSettled` where another item was blamed already. */
export class NameFault extends Error {
  readonly at: Position;
  readonly length: number;
  readonly fix: Fix;
  readonly isSettled: boolean;
  /** The macro that a circle begins and ends with. */
  readonly circle: string | undefined;

  constructor(
    message: string,
    at: Position,
    options: {
      length?: number;
      fix: Fix;
      isSettled?: boolean;
      circle?: string | undefined;
    },
  ) {
    super(message);
    this.name = 'NameFault';
    this.at = at;
    this.length = options.length ?? 1;
    this.fix = options.fix;
    this.isSettled = options.isSettled ?? false;
    this.circle = options.circle;
  }
}

/** What a resolver looks names up in. */
export interface Scope {
  readonly macros: ReadonlyMap<string, MacroDefinition>;
  /** The resolution of a macro; throws a {@link NameFault} where that macro has none. */
  macro(name: string, at: Position): Resolution;
  /** Names of items that were given up. */
  isBroken(kind: 'list' | 'macro', name: string): boolean;
  /** Whether the rules that ship with the program, which were not loaded, define this macro. */
  isShipped(name: string): boolean;
}

const CONNECTIVES: readonly string[] = ['and', 'or', 'not'];

/** Lists inside lists deeper than this are refused. */
const MAX_LIST_DEPTH = 500;

/** One bare text, which most items are: no need to parse them. */
const BARE = /^[^()"'\t-\r =,]+$/;
const NOWHERE: Position = { file: '', line: 1, column: 1 };

/** Lists with the lists in them replaced; one for a whole run. */
export class ListExpander {
  readonly #lists: ReadonlyMap<string, ListDefinition>;
  readonly #expanded = new Map<string, ExpandedList | 'under way'>();
  readonly #texts = new WeakMap<PlacedText, readonly Literal[]>();
  /** Lists that were looked at since definitions changed. */
  readonly #isCurrent = new Set<string>();
  /** Bare texts that were no list's name. */
  readonly #plain = new Set<string>();
  #depth = 0;
  #together = 0;

  constructor(lists: ReadonlyMap<string, ListDefinition>) {
    this.#lists = lists;
  }

  /**
   * Definitions may have changed: what was expanded is looked at again before it is used. Returns whether a
   * text that was taken for itself is the name of a list now, so that nothing that was resolved counts.
   */
  renew(): boolean {
    const isNewName = [...this.#lists.keys()].some((name) => this.#plain.has(name));
    if (isNewName) {
      this.#expanded.clear();
      this.#plain.clear();
    }
    this.#isCurrent.clear();
    return isNewName;
  }

  has(name: string): boolean {
    return this.#lists.has(name);
  }

  /** Whether one more list of so many texts may be put together. */
  takeTogether(count: number): boolean {
    this.#together += count;
    return this.#together <= MAX_TOGETHER;
  }

  /**
   * The texts that a list holds, and the lists that its items name.
   *
   * @throws {SyntaxFault} Where an item is no text that a condition can hold.
   */
  expand(name: string): ExpandedList {
    const known = this.#expanded.get(name);
    if (known !== undefined && known !== 'under way' && this.#counts(name, known)) {
      return known;
    }
    if (this.#depth >= MAX_LIST_DEPTH) {
      const at = this.#lists.get(name)?.items[0]?.at(0);
      throw new SyntaxFault(
        `lists stand inside lists, more than ${MAX_LIST_DEPTH} deep`,
        at ?? NOWHERE,
        { fix: 'put the items into fewer lists' },
      );
    }
    this.#expanded.set(name, 'under way');
    this.#depth += 1;
    try {
      const expanded = this.#collect(name);
      this.#expanded.set(name, expanded);
      this.#isCurrent.add(name);
      return expanded;
    } catch (error) {
      this.#expanded.delete(name);
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  /** Whether a list is still what it was when it was expanded. */
  #counts(name: string, { definition, lists }: ExpandedList): boolean {
    if (!this.#isCurrent.has(name)) {
      const isSame =
        definition === this.#lists.get(name) &&
        [...lists].every(([inner, then]) => this.expand(inner) === then);
      if (!isSame) {
        return false;
      }
      this.#isCurrent.add(name);
    }
    return true;
  }

  /** Note a text that is taken for itself. */
  notePlain(text: Literal): void {
    if (text.isBare === true) {
      this.#plain.add(text.text);
    }
  }

  #collect(name: string): ExpandedList {
    const definition = this.#lists.get(name);
    const lists = new Map<string, ExpandedList>();
    const items: Literal[] = [];
    for (const item of definition?.items ?? []) {
      for (const text of this.#textsOf(item)) {
        if (text.isBare !== true || !this.#isFree(text.text)) {
          this.notePlain(text);
          items.push(text);
          continue;
        }
        const inner = this.expand(text.text);
        for (const part of inner.items) {
          items.push(part);
        }
        lists.set(text.text, inner);
      }
      if (items.length > MAX_ITEMS) {
        throw new SyntaxFault(`the list "${name}" holds more than ${MAX_ITEMS} texts`, item.at(0), {
          fix: 'split it into several lists',
        });
      }
    }
    return { definition, items, lists };
  }

  /** Whether this is a list's name, and that list is not one that is being expanded. */
  #isFree(name: string): boolean {
    return this.#lists.has(name) && this.#expanded.get(name) !== 'under way';
  }

  #textsOf(item: PlacedText): readonly Literal[] {
    let texts = this.#texts.get(item);
    if (texts === undefined) {
      texts = BARE.test(item.text)
        ? [{ kind: 'literal', text: bytesOfText(item.text), isBare: true, at: item.at(0) }]
        : parseTexts(new ComposedText(quotedPieces(item)));
      this.#texts.set(item, texts);
    }
    return texts;
  }
}

/** Replace the names in a condition. */
export function resolveCondition(
  condition: Condition,
  scope: Scope,
  expander: ListExpander,
): Resolution {
  const run = new Run(scope, expander);
  const { resolved, size, depth } = run.resolve(condition, 1);
  return { condition: resolved, size, depth, macros: run.macros, lists: run.lists };
}

interface Part {
  readonly resolved: Resolved;
  readonly size: number;
  readonly depth: number;
}

class Run {
  readonly macros = new Map<string, Resolution>();
  readonly lists = new Map<string, ExpandedList>();
  readonly #scope: Scope;
  readonly #expander: ListExpander;

  constructor(scope: Scope, expander: ListExpander) {
    this.#scope = scope;
    this.#expander = expander;
  }

  resolve(condition: Condition, depth: number): Part {
    switch (condition.kind) {
      case 'and':
      case 'or':
        return this.#children(condition, depth);
      case 'not': {
        const child = this.resolve(condition.child, depth + 1);
        return {
          resolved: { ...condition, child: child.resolved },
          size: child.size,
          depth: child.depth + 1,
        };
      }
      case 'macro':
        return this.#macro(condition.name, condition.at);
      case 'comparison':
        return { resolved: this.#comparison(condition), size: 1, depth: 1 };
    }
  }

  #children(condition: Condition & { kind: 'and' | 'or' }, depth: number): Part {
    const children: Resolved[] = [];
    let size = 0;
    let deepest = 0;
    for (const child of condition.children) {
      const part = this.resolve(child, depth + 1);
      children.push(part.resolved);
      size += part.size;
      deepest = Math.max(deepest, part.depth);
    }
    if (size > MAX_SIZE || deepest > MAX_DEPTH) {
      const what =
        size > MAX_SIZE
          ? `more than ${MAX_SIZE} comparisons`
          : `conditions inside conditions, more than ${MAX_DEPTH} deep`;
      throw new NameFault(`with all its macros this stands for ${what}`, firstPlace(condition), {
        fix: 'use lists and "in" instead of macros in macros',
      });
    }
    return { resolved: { ...condition, children }, size, depth: deepest + 1 };
  }

  #macro(name: string, at: Position): Part {
    const { macros } = this.#scope;
    if (!macros.has(name)) {
      throw this.#unknownMacro(name, at);
    }
    const found = this.#scope.macro(name, at);
    this.macros.set(name, found);
    return { resolved: found.condition, size: found.size, depth: found.depth };
  }

  #unknownMacro(name: string, at: Position): NameFault {
    const options = { length: name.length, isSettled: this.#scope.isBroken('macro', name) };
    if (this.#expander.has(name)) {
      return new NameFault(`"${name}" is a list, and a condition cannot be one`, at, {
        ...options,
        fix: `compare a field with it: FIELD in (${name})`,
      });
    }
    if (CONNECTIVES.includes(name)) {
      return new NameFault(`"${name}" stands alone here, and means a macro of that name`, at, {
        ...options,
        fix: `write a comparison, a macro or "(" behind "${name}", or remove it`,
      });
    }
    const fix = this.#scope.isShipped(name)
      ? 'also load the rules that ship with the program, which define it: "-r default" before your files'
      : didYouMean(name, this.#scope.macros.keys(), 'define it, or compare a field with something');
    return new NameFault(`no macro is called "${name}"`, at, { ...options, fix });
  }

  #comparison(comparison: Comparison): Comparison {
    const { right } = comparison;
    if (right === undefined || right.kind === 'field') {
      return comparison;
    }
    const resolved = right.kind === 'list' ? this.#list(right) : this.#single(right);
    return resolved === right ? comparison : { ...comparison, right: resolved };
  }

  /** One text: itself, or the only text of the list of that name. */
  #single(literal: Literal): Operand {
    const items = this.#itemsOf(literal);
    if (items === undefined) {
      return literal;
    }
    const [only] = items;
    if (only === undefined || items.length > 1) {
      throw new SyntaxFault(
        `"${literal.text}" is a list of ${items.length}, and one text is expected here`,
        literal.at,
        { length: literal.text.length, fix: `compare with all of it: in (${literal.text})` },
      );
    }
    return only;
  }

  #list(list: Operand & { kind: 'list' }): Operand {
    const parts = list.items.map((item) =>
      item.kind === 'literal' ? this.#itemsOf(item) : undefined,
    );
    if (parts.every((part) => part === undefined)) {
      return list;
    }
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) {
      const [name] = list.items;
      if (list.isOpen === true && only.length !== 1 && name?.kind === 'literal') {
        throw new SyntaxFault(`the list "${name.text}" needs parentheses around it here`, name.at, {
          length: name.text.length,
          fix: `write (${name.text})`,
        });
      }
      return { ...list, items: only };
    }
    const items = list.items.flatMap((item, index): readonly Operand[] => parts[index] ?? [item]);
    if (!this.#expander.takeTogether(items.length)) {
      throw new SyntaxFault(
        `with this one, the conditions put together lists of more than ${MAX_TOGETHER} texts`,
        list.items[0]?.at ?? NOWHERE,
        {
          fix: 'make one list of them, and compare with that alone: it is kept once for all rules',
        },
      );
    }
    return { ...list, items };
  }

  /** What the list of that name holds; `undefined` if the text is no list's name. */
  #itemsOf(literal: Literal): readonly Literal[] | undefined {
    if (literal.isBare !== true || !this.#expander.has(literal.text)) {
      if (literal.mistake !== undefined) {
        throw literal.mistake;
      }
      this.#expander.notePlain(literal);
      return undefined;
    }
    const expanded = this.#expander.expand(literal.text);
    this.lists.set(literal.text, expanded);
    return expanded.items;
  }
}

function firstPlace(condition: Condition): Position {
  let at = condition;
  for (;;) {
    if (at.kind === 'comparison' || at.kind === 'macro') {
      return at.at;
    }
    if (at.kind === 'not') {
      at = at.child;
    } else {
      if (at.at !== undefined) {
        return at.at;
      }
      at = at.children[0] as Condition;
    }
  }
}
