/**
 * YAML text -> nodes with positions, as the reference's YAML library understands it: every scalar is text, the
 * first of several equal keys counts, `<<` is a key like any other, and a quoted scalar that is
 * never closed ends with the file. Aliases are nodes that are shared; a file whose
 * aliases stand for far more than it holds is refused.
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Document,
  type Node,
  type ParsedNode,
  type YAMLSeq,
} from 'yaml';
import type { Position } from './ast.js';
import type { Steps } from '../steps.js';
import { flattenFlow, flattenUsual, rereadings } from './flow-lines.js';
import { spellingOffsets, type ScalarStyle } from './scalar-map.js';
import { findRuns, itemsOf, withoutRuns, type Run, type RunItem } from './long-lists.js';
import type { PlacedText } from './source-text.js';
import { parsingYamlDocuments, YamlBoundFault, YamlBudget } from './yaml-documents.js';

/** A text, and where each of its characters is written. */
export interface YamlScalar extends PlacedText {
  readonly kind: 'scalar';
  /** `~`, `null`, or nothing at all, unquoted. */
  readonly isNull: boolean;
  readonly start: number;
}

/** `start` is an offset in the text, as in the other nodes. */
export interface YamlSequence {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
  readonly start: number;
}

/** Keys in the order in which they are written; equal ones may come again. */
export interface YamlMapping {
  readonly kind: 'mapping';
  readonly entries: readonly { readonly key: YamlNode; readonly value: YamlNode }[];
  readonly start: number;
}

export type YamlNode = YamlScalar | YamlSequence | YamlMapping;

/** A mistake in the YAML itself. */
export interface YamlFault {
  readonly message: string;
  readonly offset: number;
  readonly fix?: string;
}

/** What one document holds; `root` is `undefined` where there is nothing, or nothing that can be relied on. */
export interface YamlDocument {
  readonly root: YamlNode | undefined;
  readonly faults: readonly YamlFault[];
  /** Where a quoted scalar begins that is never closed. */
  readonly openQuote: number | undefined;
  /** Where a line begins that belongs to nothing: the reference ends the document there, and begins another. */
  readonly cutAt?: number | undefined;
}

/** The nodes that aliases may stand for, for each node that is written, and at least in a file. */
const EXPANSION = { factor: 50, atLeast: 100_000 };

/** The value of a key, the first if there are several. */
export function valueOf(mapping: YamlMapping, key: string): YamlNode | undefined {
  return entryOf(mapping, key)?.value;
}

/** Key and value of a key, the first if there are several. */
export function entryOf(
  mapping: YamlMapping,
  key: string,
): YamlMapping['entries'][number] | undefined {
  return mapping.entries.find((entry) => entry.key.kind === 'scalar' && entry.key.text === key);
}

/**
 * Read all documents of a text, in steps. Never throws; what is wrong with the YAML is in `faults`.
 *
 * @yields {void} Between steps.
 */
export function* readYaml(
  source: PlacedText,
  budget = new YamlBudget(),
): Steps<readonly YamlDocument[]> {
  try {
    const runs = yield* findRuns(source.text);
    const before = budget.spent;
    const { documents, used } = yield* readWithout(runs, source, budget);
    if (used.size === runs.length) {
      return documents;
    }
    budget.spent = before;
    const lists = runs.filter((run) => used.has(run));
    return (yield* readWithout(lists, source, budget)).documents;
  } catch (error) {
    if (!(error instanceof YamlBoundFault)) {
      throw error;
    }
    const { message, offset, fix } = error;
    return [{ root: undefined, faults: [{ message, offset, fix }], openQuote: undefined }];
  }
}

/**
 * Read a text whose long lists are folded; `used` are the runs that were found to be parts of lists.
 *
 * @yields {void} Between steps.
 */
function* readWithout(
  runs: readonly Run[],
  source: PlacedText,
  budget: YamlBudget,
): Steps<{ documents: readonly YamlDocument[]; used: ReadonlySet<Run> }> {
  const byItem = new Map(runs.map((run) => [run.after, run]));
  const used = new Set<Run>();
  const itemsBehind: ItemsBehind = (after, isFlow) => {
    const run = byItem.get(after);
    if (run?.isFlow !== isFlow) {
      return [];
    }
    used.add(run);
    return itemsOf(source.text, run);
  };
  budget.takeText(source.text.length, runs);
  const parsed = yield* parse(withoutRuns(source.text, runs), budget);
  return { documents: parsed.map((document) => convert(document, source, itemsBehind)), used };
}

/**
 * What is read again is not counted again.
 *
 * @yields {void} Between steps.
 */
function* parse(text: string, budget: YamlBudget): Steps<readonly Document.Parsed[]> {
  let documents = yield* parseOnce(text, budget);
  if (misindentedFlow(documents) === undefined) {
    return documents;
  }
  let repaired: string | undefined = flattenUsual(text);
  documents = yield* parseOnce(repaired);
  for (let left = rereadings(text.length); left > 0; left -= 1) {
    const offset = misindentedFlow(documents);
    repaired = offset === undefined ? undefined : flattenFlow(repaired, offset);
    if (repaired === undefined) {
      break;
    }
    documents = yield* parseOnce(repaired);
  }
  return documents;
}

function parseOnce(text: string, budget?: YamlBudget): Steps<readonly Document.Parsed[]> {
  return parsingYamlDocuments(text, { schema: 'failsafe', logLevel: 'silent' }, budget);
}

/** Where a collection in brackets is refused because of its indentation. */
function misindentedFlow(documents: readonly Document.Parsed[]): number | undefined {
  for (const { errors } of documents) {
    const error = errors.find(
      ({ code, message }) => code === 'BAD_INDENT' && message.startsWith('Flow'),
    );
    if (error !== undefined) {
      return error.pos[0];
    }
  }
  return undefined;
}

/** What stands in a list behind the item that begins at an offset, and was kept from the library. */
type ItemsBehind = (after: number, isFlow: boolean) => Iterable<RunItem>;

function convert(
  document: Document.Parsed,
  source: PlacedText,
  itemsBehind: ItemsBehind,
): YamlDocument {
  let openQuote: number | undefined;
  const faults: YamlFault[] = [];
  for (const error of document.errors) {
    if (error.code === 'MISSING_CHAR' && error.message.includes('quote')) {
      openQuote ??= findOpenQuote(document, source, error.pos[0]);
    } else if (faults.length === 0) {
      faults.push({ message: lowerFirst(error.message), offset: error.pos[0] });
    }
  }
  const cutAt = faults.length > 0 ? strayLine(document, source.text) : undefined;
  if (faults.length > 0 && cutAt === undefined) {
    return { root: undefined, faults, openQuote };
  }
  const builder = new Builder(source, itemsBehind);
  const root = document.contents === null ? undefined : builder.build(document.contents);
  if (builder.fault !== undefined) {
    return { root: undefined, faults: [builder.fault], openQuote };
  }
  return { root, faults: [], openQuote, cutAt };
}

/** Where the first mistake is that a line at the margin is no item of the list before it. */
function strayLine({ contents, errors }: Document.Parsed, text: string): number | undefined {
  const at = Math.min(...errors.map(({ pos }) => pos[0]));
  const isAtMargin = text.charAt(at - 1) === '\n' && /[^\s\-#.%]/.test(text.charAt(at));
  const isBehindList = isSeq(contents) && contents.flow !== true && contents.range[1] <= at;
  return isAtMargin && isBehindList ? at : undefined;
}

/** The error is reported at the end of the text: the quote is where the last scalar begins. */
function findOpenQuote(document: Document.Parsed, source: PlacedText, end: number): number {
  let found = end;
  const visit = (node: Node | null | undefined): void => {
    if (isMap(node)) {
      const last = node.items[node.items.length - 1];
      visit((last?.value ?? last?.key) as Node | null | undefined);
    } else if (isSeq(node)) {
      visit(node.items[node.items.length - 1] as Node | null | undefined);
    } else if (node?.range !== undefined && node.range !== null) {
      found = node.range[0];
    }
  };
  visit(document.contents);
  return Math.min(found, source.text.length);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

class Builder {
  fault: YamlFault | undefined;
  readonly #source: PlacedText;
  readonly #itemsBehind: ItemsBehind;
  readonly #anchors = new Map<string, { node: YamlNode; weight: number }>();
  #written = 0;

  constructor(source: PlacedText, itemsBehind: ItemsBehind) {
    this.#source = source;
    this.#itemsBehind = itemsBehind;
  }

  build(contents: ParsedNode): YamlNode | undefined {
    const { node, weight } = this.#node(contents);
    if (weight > Math.max(EXPANSION.atLeast, this.#written * EXPANSION.factor)) {
      this.fault ??= {
        message: `aliases make ${weight.toString()} nodes of the ${this.#written} that are written`,
        offset: node.start,
      };
    }
    return node;
  }

  #node(node: unknown): { node: YamlNode; weight: number } {
    this.#written += 1;
    if (isAlias(node)) {
      return this.#alias(node.source, node.range?.[0] ?? 0);
    }
    const built = this.#collection(node);
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor !== undefined) {
      this.#anchors.set(anchor, built);
    }
    return built;
  }

  #sequence(node: YAMLSeq): { node: YamlNode; weight: number } {
    const items: YamlNode[] = [];
    let weight = 1;
    for (const item of node.items) {
      const built = this.#node(item);
      weight += built.weight;
      items.push(built.node);
      const behind = this.#itemsBehind(built.node.start, node.flow === true);
      for (const { start, end, text, isQuoted } of behind) {
        items.push(this.#scalar(text, isQuoted ? 'QUOTE_SINGLE' : 'PLAIN', [start, end]));
        weight += 1;
        this.#written += 1;
      }
    }
    return { node: { kind: 'sequence', items, start: node.range?.[0] ?? 0 }, weight };
  }

  #collection(node: unknown): { node: YamlNode; weight: number } {
    let weight = 1;
    if (isSeq(node)) {
      return this.#sequence(node);
    }
    if (isMap(node)) {
      const entries = node.items.map((pair) => {
        const key = this.#node(pair.key);
        const at = key.node.start;
        const value =
          pair.value === null
            ? { node: this.#scalar('', 'PLAIN', [at, at]), weight: 1 }
            : this.#node(pair.value);
        weight += key.weight + value.weight;
        return { key: key.node, value: value.node };
      });
      return { node: { kind: 'mapping', entries, start: node.range?.[0] ?? 0 }, weight };
    }
    if (isScalar(node)) {
      const text = typeof node.value === 'string' ? node.value : '';
      const style = node.type ?? 'PLAIN';
      const range = node.range ?? [0, 0];
      return { node: this.#scalar(text, style, [range[0], range[1]]), weight };
    }
    return { node: this.#scalar('', 'PLAIN', [0, 0]), weight };
  }

  #alias(name: string, offset: number): { node: YamlNode; weight: number } {
    const target = this.#anchors.get(name);
    if (target === undefined) {
      this.fault ??= {
        message: 'this alias refers to nothing that was named before',
        offset,
        fix: 'name something with "&" before it, or put the text in quotes',
      };
      return { node: this.#scalar('', 'PLAIN', [offset, offset]), weight: 1 };
    }
    return target;
  }

  #scalar(text: string, style: ScalarStyle, range: readonly [number, number]): YamlScalar {
    return new Scalar(text, style, range, this.#source);
  }
}

class Scalar implements YamlScalar {
  readonly kind = 'scalar';
  readonly text: string;
  readonly isNull: boolean;
  readonly start: number;
  readonly #style: ScalarStyle;
  readonly #end: number;
  readonly #source: PlacedText;
  #offsets: Uint32Array | undefined;

  constructor(
    text: string,
    style: ScalarStyle,
    range: readonly [number, number],
    source: PlacedText,
  ) {
    this.text = text;
    this.start = range[0];
    this.#style = style;
    this.#end = range[1];
    this.#source = source;
    this.isNull = style === 'PLAIN' && /^(?:~|null|Null|NULL|)$/.test(text);
  }

  at(offset: number): Position {
    if (offset === 0 && !this.#style.startsWith('BLOCK')) {
      return this.#source.at(this.start + (this.#style === 'PLAIN' ? 0 : 1));
    }
    this.#offsets ??= spellingOffsets(this.text, {
      style: this.#style,
      file: this.#source.text,
      start: this.start,
      end: this.#end,
    });
    return this.#source.at(this.#offsets[offset] ?? this.#end);
  }
}
