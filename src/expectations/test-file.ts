/**
 * A rule test: a `*.test.yaml` file that names captures, rules, and the alerts that must come. Read and
 * checked here; every mistake is told with file, line and column.
 */
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Document,
  type Node,
  visit,
  type Alias,
  type YAMLMap,
} from 'yaml';
import { UserError } from '../errors.js';
import { parseYamlDocuments, repeatedKey, YamlDepthFault } from '../rules/index.js';

/** How often a rule may fire; without any of the three counts it must fire at least once. */
export interface Expectation {
  readonly rule: string;
  readonly exactly: number | undefined;
  readonly atLeast: number | undefined;
  readonly atMost: number | undefined;
  /** Only alerts count in which these fields print so. */
  readonly where: ReadonlyMap<string, string>;
  /** Line in the test file, from 1. */
  readonly line: number;
  /** Lines of the fields of `where`. */
  readonly whereLines: ReadonlyMap<string, number>;
}

/** A test file as read; paths are absolute. */
export interface TestFile {
  readonly path: string;
  /** Captures, perhaps with `*` in them. */
  readonly captures: readonly string[];
  /** Rules files and folders; none: the rules that ship with the program. */
  readonly rules: readonly string[];
  readonly match: 'first' | 'all';
  readonly expectations: readonly Expectation[];
  /** What alerts of rules are that no expectation names. */
  readonly unexpected: 'fail' | 'warn' | 'ignore';
  /** File with the exact alerts, inside the test's folder. */
  readonly snapshot: string | undefined;
}

const KEYS = ['capture', 'rules', 'match', 'expect', 'unexpected', 'snapshot'] as const;
const EXPECTATION_KEYS = ['rule', 'exactly', 'at_least', 'at_most', 'where'] as const;
const MATCHES = ['first', 'all'] as const;
const UNEXPECTED = ['fail', 'warn', 'ignore'] as const;

/**
 * Read a test file. Mistakes are told with `path` as it is given.
 *
 * @throws {UserError} `TEST_FILE_WRONG` where the text is no YAML, or no test.
 */
export function parseTestFile(path: string, text: string): TestFile {
  return new TestFileReader(path, text).read();
}

class TestFileReader {
  readonly #path: string;
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed | undefined;
  #targets: ReadonlyMap<Alias, Node> | undefined;

  constructor(path: string, text: string) {
    this.#path = path;
    this.#document = this.#onlyDocument(text);
  }

  read(): TestFile {
    const [error] = this.#document?.errors ?? [];
    if (error !== undefined) {
      throw this.#mistake(error.pos[0], `this is no YAML: ${error.message}`);
    }
    const root = this.#document?.contents;
    if (!isMap(root)) {
      throw this.#mistake(0, 'a test is a mapping with the keys capture and expect');
    }
    this.#checkKeys(root, KEYS);
    const captures = this.#texts(root, 'capture');
    if (captures.length === 0) {
      throw this.#mistake(0, 'the key capture is missing: one path, several, or a glob');
    }
    return {
      path: resolve(this.#path),
      captures: captures.map((name) => this.#beside(name)),
      rules: this.#texts(root, 'rules').map((name) => this.#beside(name)),
      match: this.#choice(root, 'match', MATCHES) ?? 'all',
      expectations: this.#expectations(root),
      unexpected: this.#choice(root, 'unexpected', UNEXPECTED) ?? 'fail',
      snapshot: this.#snapshot(root),
    };
  }

  #onlyDocument(text: string): Document.Parsed | undefined {
    try {
      const [document, another] = parseYamlDocuments(text, { lineCounter: this.#lines });
      if (another !== undefined) {
        throw this.#mistake(
          another.range[0],
          'a test file holds one test; a second one begins here',
        );
      }
      const again = document?.errors.length === 0 ? repeatedKey(document) : undefined;
      if (again !== undefined) {
        throw this.#mistake(again, 'the same key stands here a second time');
      }
      return document;
    } catch (error) {
      throw error instanceof YamlDepthFault ? this.#mistake(error.offset, error.message) : error;
    }
  }

  #expectations(root: YAMLMap): Expectation[] {
    const node = this.#nodeAt(root, 'expect');
    if (node === undefined) {
      return [];
    }
    if (!isSeq(node)) {
      throw this.#mistake(startOf(node), 'expect is a list of rules and how often they fire');
    }
    return node.items.map((entry) => {
      const item = this.#resolved(entry as Node);
      if (!isMap(item)) {
        const why = 'an expectation is a mapping with the key rule';
        throw this.#mistake(startOf(entry as Node), why);
      }
      return this.#expectation(item);
    });
  }

  #expectation(node: YAMLMap): Expectation {
    this.#checkKeys(node, EXPECTATION_KEYS);
    const rule = this.#oneText(node, 'rule');
    if (rule === undefined) {
      throw this.#mistake(startOf(node), 'the key rule is missing in this expectation');
    }
    const exactly = this.#count(node, 'exactly');
    const atLeast = this.#count(node, 'at_least');
    const atMost = this.#count(node, 'at_most');
    if (exactly !== undefined && (atLeast ?? atMost) !== undefined) {
      throw this.#mistake(startOf(node), 'exactly stands beside neither at_least nor at_most');
    }
    if (atLeast !== undefined && atMost !== undefined && atLeast > atMost) {
      throw this.#mistake(this.#at(node, 'at_least'), 'at_least is more than at_most');
    }
    const { line } = this.#lines.linePos(startOf(node));
    return { rule, exactly, atLeast, atMost, line, ...this.#where(node) };
  }

  #where(node: YAMLMap): Pick<Expectation, 'where' | 'whereLines'> {
    const fields = this.#nodeAt(node, 'where');
    const where = new Map<string, string>();
    const whereLines = new Map<string, number>();
    if (fields !== undefined && !isMap(fields)) {
      throw this.#mistake(startOf(fields), 'where is a mapping from fields to what they print');
    }
    for (const { key, value } of fields?.items ?? []) {
      const at = startOf(key as Node);
      const name = textOf(key);
      const expected = textOf(this.#resolved(value as Node | null));
      if (name === undefined || expected === undefined) {
        throw this.#mistake(at, 'where is a mapping from fields to the text that they print');
      }
      where.set(name, expected);
      whereLines.set(name, this.#lines.linePos(at).line);
    }
    return { where, whereLines };
  }

  #count(node: YAMLMap, key: string): number | undefined {
    const found = this.#nodeAt(node, key);
    const value: unknown = isScalar(found) ? found.value : found;
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      const why = `${key} is a whole number from 0, not ${shown(found)}`;
      throw this.#mistake(this.#at(node, key), why);
    }
    return value;
  }

  #oneText(node: YAMLMap, key: string): string | undefined {
    const texts = this.#texts(node, key);
    if (texts.length > 1) {
      throw this.#mistake(this.#at(node, key), `${key} is one text, not several`);
    }
    return texts[0];
  }

  /** One text, or a list of texts. */
  #texts(node: YAMLMap, key: string): string[] {
    const value = this.#nodeAt(node, key);
    const items: readonly unknown[] =
      value === undefined ? [] : isSeq(value) ? value.items : [value];
    return items.map((item) => {
      const text = textOf(this.#resolved(item as Node | null));
      if (text === undefined || text === '') {
        throw this.#mistake(this.#at(node, key), `${key} is a text, or a list of texts`);
      }
      return text;
    });
  }

  #choice<T extends string>(node: YAMLMap, key: string, choices: readonly T[]): T | undefined {
    const value = this.#nodeAt(node, key);
    const word = textOf(value);
    const chosen = choices.find((choice) => choice === word);
    if (value !== undefined && chosen === undefined) {
      const known = choices.join(', ');
      const why = `${key} is one of ${known}, not ${shown(value)}`;
      throw this.#mistake(this.#at(node, key), why);
    }
    return chosen;
  }

  /** A snapshot is written by `--update`, so it must not lead out of the test's folder. */
  #snapshot(root: YAMLMap): string | undefined {
    const name = this.#oneText(root, 'snapshot');
    if (name === undefined) {
      return undefined;
    }
    const path = this.#beside(name);
    const inside = relative(resolve(dirname(this.#path)), path);
    if (inside === '' || /^\.\.(?:[\\/]|$)/.test(inside) || isAbsolute(inside)) {
      const at = this.#at(root, 'snapshot');
      throw this.#mistake(at, `the snapshot ${name} is not inside the test's folder`);
    }
    return path;
  }

  #beside(name: string): string {
    return resolve(dirname(this.#path), name);
  }

  #checkKeys(node: YAMLMap, known: readonly string[]): void {
    for (const { key } of node.items) {
      if (!known.includes(String(key))) {
        const at = isScalar(key) ? startOf(key) : startOf(node);
        throw this.#mistake(at, `${String(key)} is no key here; there are ${known.join(', ')}`);
      }
    }
  }

  /** What stands at a key, aliases followed; `undefined` where there is no such key. */
  #nodeAt(node: YAMLMap, key: string): Node | undefined {
    return this.#resolved(node.get(key, true));
  }

  #resolved(node: Node | null | undefined): Node | undefined {
    return (isAlias(node) ? this.#targetOf(node) : node) ?? undefined;
  }

  /** All are found in one walk: the library's own look-up walks the document for each. */
  #targetOf(alias: Alias): Node | undefined {
    this.#targets ??= aliasTargets(this.#document);
    return this.#targets.get(alias);
  }

  #at(node: YAMLMap, key: string): number {
    return startOf((node.get(key, true) as Node | undefined) ?? node);
  }

  #mistake(offset: number, why: string): UserError {
    const { line, col } = this.#lines.linePos(offset);
    return new UserError({
      code: 'TEST_FILE_WRONG',
      what: 'Cannot read a test file',
      where: `${this.#path}:${line}:${col}`,
      why,
      fix: 'README describes the keys of a test file under "tiercel test"',
    });
  }
}

/** What each alias stands for: the last node of that name before it. */
function aliasTargets(document: Document | undefined): ReadonlyMap<Alias, Node> {
  const named = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document ?? null, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        const target = named.get(node.source);
        if (target !== undefined) {
          targets.set(node, target);
        }
      } else if (node.anchor !== undefined) {
        named.set(node.anchor, node);
      }
    },
  });
  return targets;
}

/** The text of a scalar as it is written, so that `1.10` and `007` stay what they are. */
function textOf(node: unknown): string | undefined {
  if (!isScalar(node) || node.value === null) {
    return undefined;
  }
  return node.source ?? node.toString();
}

/** What stands somewhere, for a message. */
function shown(node: Node | undefined): string {
  const text = textOf(node);
  return text === undefined ? 'something else' : JSON.stringify(text);
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
