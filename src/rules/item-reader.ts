/**
 * Reads the keys of one YAML item: texts, switches, numbers, lists. What is wrong with a key is
 * noted, and reading goes on, so that all mistakes of an item are reported; `settle()` then gives the item up.
 */
import type { Position } from './ast.js';
import {
  ItemFault,
  type Context,
  type Location,
  type LocationType,
  type Problem,
  type Problems,
  type Story,
} from './problem.js';
import type { PlacedText } from './source-text.js';
import { parseUnsigned } from './versions.js';
import { entryOf, valueOf, type YamlMapping, type YamlNode } from './yaml.js';
import type { ErrorCode } from './codes-table.js';

/** Words that YAML readers take for yes and no, in lower, upper or title case. */
const SWITCHES: ReadonlyMap<string, boolean> = new Map(
  (
    [
      ['y', true],
      ['yes', true],
      ['true', true],
      ['on', true],
      ['n', false],
      ['no', false],
      ['false', false],
      ['off', false],
    ] as const
  ).flatMap(([word, value]) => [
    [word, value],
    [word.toUpperCase(), value],
    [word.charAt(0).toUpperCase() + word.slice(1), value],
  ]),
);

/** What kinds of items are called in messages, where their type does not say it well. */
const WORDS: Readonly<Record<string, string>> = {
  'required plugin versions entry': 'required plugin',
  'required plugin versions alternative': 'alternative plugin',
};

/** A key's text; `isMissing` where the key is not there (and must be). */
type Found = { readonly text: PlacedText } | { readonly text: undefined };

/** One item under its name, and what was wrong with it so far. */
export class ItemReader {
  readonly mapping: YamlMapping;
  readonly context: Context;
  readonly #problems: Problems;
  readonly #source: PlacedText;
  readonly #missing: string[] = [];
  readonly #faults: Problem[] = [];

  constructor(
    mapping: YamlMapping,
    context: Context,
    from: { problems: Problems; source: PlacedText },
  ) {
    this.mapping = mapping;
    this.context = context;
    this.#problems = from.problems;
    this.#source = from.source;
  }

  /** Whether nothing was wrong so far. */
  get isRight(): boolean {
    return this.#faults.length === 0 && this.#missing.length === 0;
  }

  has(key: string): boolean {
    return valueOf(this.mapping, key) !== undefined;
  }

  value(key: string): YamlNode | undefined {
    return valueOf(this.mapping, key);
  }

  /** Where a node begins. */
  at(node: { readonly start: number }): Position {
    return this.#source.at(node.start);
  }

  /** Where a key of this item is written; the item's place if it is not there. */
  keyAt(key: string): Position {
    const entry = entryOf(this.mapping, key);
    return this.at(entry?.key ?? this.mapping);
  }

  /** The context of something inside this item. */
  inside(
    type: LocationType,
    name: string,
    node: { readonly start: number },
    parent = this.context,
  ): Context {
    const location: Location = { type, name, at: this.at(node) };
    return [...parent, location];
  }

  /** Note a mistake; reading goes on. */
  note(code: ErrorCode, context: Context, story: Story): void {
    this.#faults.push(this.#problems.problem(code, context, story));
  }

  warn(...[code, context, story]: Parameters<Problems['add']>): void {
    this.#problems.add(code, context, story);
  }

  get hasFaults(): boolean {
    return this.#faults.length > 0 || this.#missing.length > 0;
  }

  /** Give the item up if there is something wrong with it: all of that becomes known, the first is thrown. */
  settle(hint?: string): void {
    if (this.#missing.length > 0) {
      const names = this.#missing.map((key) => `'${key}'`);
      const last = names.pop() ?? '';
      const list = names.length > 0 ? `${names.join(', ')} and ${last}` : last;
      const what = this.context[this.context.length - 1]?.type ?? 'item';
      this.note('LOAD_ERR_YAML_VALIDATE', this.context, {
        message: `this ${WORDS[what] ?? what} has no ${list}`,
        length: keyLength(this.mapping),
        fix: hint ?? `add ${list}`,
      });
    }
    const last = this.#faults.pop();
    if (last !== undefined) {
      for (const problem of this.#faults) {
        this.#problems.keep(problem);
      }
      throw new ItemFault(last);
    }
  }

  /** Text of a key that must be there. Empty text is a mistake. */
  text(key: string): PlacedText | undefined {
    if (!this.has(key)) {
      this.#missing.push(key);
      return undefined;
    }
    return this.optionalText(key);
  }

  /** Text of a key that may be missing. */
  optionalText(key: string, mayBeEmpty = false): PlacedText | undefined {
    const node = this.value(key);
    if (node === undefined) {
      return undefined;
    }
    if (node.kind === 'scalar' && node.isNull) {
      if (!mayBeEmpty) {
        this.note('LOAD_ERR_YAML_VALIDATE', this.context, {
          message: `'${key}' has no value`,
          at: this.keyAt(key),
          length: key.length,
          fix: `write a value behind "${key}:", or remove the key`,
        });
      }
      return undefined;
    }
    return this.#scalar(key, node, mayBeEmpty).text;
  }

  #scalar(key: string, node: YamlNode, mayBeEmpty: boolean): Found {
    const context = this.inside('value for', key, node);
    if (node.kind !== 'scalar') {
      this.note('LOAD_ERR_YAML_VALIDATE', context, {
        message: `'${key}' is one text; found a ${node.kind}`,
        fix: 'put the text in quotes if it begins with [ or {',
      });
      return { text: undefined };
    }
    if (node.text === '' && !mayBeEmpty) {
      this.note('LOAD_ERR_YAML_VALIDATE', context, {
        message: `'${key}' is empty`,
        fix: 'write something between the quotes',
      });
      return { text: undefined };
    }
    return { text: node };
  }

  /** A switch: `true`, `no`, `On` ... */
  flag(key: string): boolean | undefined {
    const text = this.optionalText(key);
    if (text === undefined) {
      return undefined;
    }
    const value = SWITCHES.get(text.text);
    if (value === undefined) {
      this.#undecodable(
        key,
        `'${key}' is true or false; found "${text.text}"`,
        `write ${key}: true, or ${key}: false`,
      );
    }
    return value;
  }

  /** A whole number of at most 32 bits. */
  unsigned(key: string): number | undefined {
    const text = this.optionalText(key);
    const value = text === undefined ? undefined : parseUnsigned(text.text);
    if (text !== undefined && value === undefined) {
      this.#undecodable(
        key,
        `'${key}' is a whole number, 0 or more; found "${text.text}"`,
        'write digits only',
      );
    }
    return value;
  }

  #undecodable(key: string, message: string, fix: string): void {
    const node = this.value(key) ?? this.mapping;
    const length = node.kind === 'scalar' ? node.text.length : 1;
    this.note('LOAD_ERR_YAML_VALIDATE', this.inside('value for', key, node), {
      message,
      length,
      fix,
    });
  }

  /** Texts of a sequence; `undefined` where the key is missing or is none. */
  texts(key: string, isRequired = false): readonly PlacedText[] | undefined {
    const node = this.value(key);
    if (node === undefined) {
      if (isRequired) {
        this.#missing.push(key);
      }
      return undefined;
    }
    const context = this.inside('value for', key, node);
    if (node.kind !== 'sequence') {
      this.note('LOAD_ERR_YAML_VALIDATE', context, {
        message: `'${key}' is a list; found ${describeNode(node)}`,
        length: node.kind === 'scalar' ? node.text.length : 1,
        fix: `write ${key}: [a, b], or one item a line, each after "- "`,
      });
      return undefined;
    }
    const texts: PlacedText[] = [];
    for (const item of node.items) {
      if (item.kind === 'scalar' && !item.isNull) {
        texts.push(item);
      } else {
        this.note('LOAD_ERR_YAML_VALIDATE', this.inside('list item', '', item, context), {
          message: `each item of '${key}' is a text; found ${describeNode(item)}`,
          fix: 'write the text, in quotes if it begins with a special character',
        });
      }
    }
    return texts;
  }
}

function keyLength({ entries }: YamlMapping): number {
  const key = entries[0]?.key;
  return key?.kind === 'scalar' ? key.text.length : 1;
}

/** A node in words. */
export function describeNode(node: YamlNode): string {
  if (node.kind !== 'scalar') {
    return `a ${node.kind}`;
  }
  return node.isNull
    ? 'nothing'
    : `"${node.text.length > 40 ? `${node.text.slice(0, 40)}...` : node.text}"`;
}
