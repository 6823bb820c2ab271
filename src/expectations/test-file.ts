/**
 * A rule test: a `*.test.yaml` file that names captures, rules, and the alerts that must come. Read and
 * checked here; all mistakes are reported, each with file, line and column. A file that is no test may be anything: no
 * message quotes it.
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
import { UserError, type Story } from '../errors.js';
import { parseYamlDocuments, repeatedKey, SHIPPED_RULES, YamlBoundFault } from '../rules/index.js';

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
  /** Rules files and folders, absolute, or the word for the rules that ship with the program; none: those rules. */
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

/** A test file as far as it can be read, and what is wrong with it, in the order of the file. */
export interface ReadTestFile {
  /** Without what is wrong; `undefined` where the text is no test at all. */
  readonly test: TestFile | undefined;
  /** `TEST_FILE_WRONG` each. */
  readonly mistakes: readonly Story[];
}

/** Read a test file. Mistakes are reported with `path` as it is given. */
export function readTestFile(path: string, text: string): ReadTestFile {
  return new TestFileReader(path, text).readAll();
}

/**
 * Read a test file that must be right.
 *
 * @throws {UserError} `TEST_FILE_WRONG`: the first mistake
 */
export function parseTestFile(path: string, text: string): TestFile {
  const { test, mistakes } = readTestFile(path, text);
  const [first] = mistakes;
  if (first !== undefined || test === undefined) {
    throw first === undefined ? new Error('a test file was not read') : new UserError(first);
  }
  return test;
}

class TestFileReader {
  readonly #path: string;
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed | undefined;
  #targets: ReadonlyMap<Alias, Node> | undefined;
  readonly #mistakes: { readonly offset: number; readonly story: Story }[] = [];

  constructor(path: string, text: string) {
    this.#path = path;
    this.#document = this.#onlyDocument(text);
  }

  readAll(): ReadTestFile {
    const [error] = this.#document?.errors ?? [];
    const root = this.#document?.contents;
    let test: TestFile | undefined;
    if (error !== undefined) {
      // behind a colon, or in quotes, stand words of the file
      const why = (error.message.split(/[:"\n]/)[0] ?? '').trim();
      this.#mistake(error.pos[0], `this is no YAML: ${why}`);
    } else if (!isMap(root)) {
      if (this.#mistakes.length === 0) {
        this.#mistake(0, 'a test is a mapping with the keys capture and expect');
      }
    } else if (root.items.length > 0 && !root.items.some(({ key }) => isOneOf(KEYS, key))) {
      this.#mistake(
        startOf(root),
        `this is no test file: it has none of the keys ${KEYS.join(', ')}`,
      );
    } else {
      test = this.#read(root);
    }
    return {
      test,
      mistakes: this.#mistakes.sort((a, b) => a.offset - b.offset).map(({ story }) => story),
    };
  }

  #read(root: YAMLMap): TestFile {
    this.#checkKeys(root, KEYS);
    const known = this.#mistakes.length;
    const captures = this.#texts(root, 'capture');
    if (captures.length === 0 && this.#mistakes.length === known) {
      this.#mistake(0, 'the key capture is missing: one path, several, or a glob');
    }
    return {
      path: resolve(this.#path),
      captures: captures.map((name) => this.#beside(name)),
      rules: this.#texts(root, 'rules').map((name) =>
        name === SHIPPED_RULES ? name : this.#beside(name),
      ),
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
        this.#mistake(another.range[0], 'a test file holds one test; a second one begins here');
      }
      const again = document?.errors.length === 0 ? repeatedKey(document) : undefined;
      if (again !== undefined) {
        this.#mistake(again, 'the same key stands here a second time');
      }
      return document;
    } catch (error) {
      if (!(error instanceof YamlBoundFault)) {
        throw error;
      }
      this.#mistake(error.offset, error.message);
      return undefined;
    }
  }

  #expectations(root: YAMLMap): Expectation[] {
    const node = this.#nodeAt(root, 'expect');
    if (node === undefined) {
      return [];
    }
    if (!isSeq(node)) {
      this.#mistake(startOf(node), 'expect is a list of rules and how often they fire');
      return [];
    }
    return node.items.flatMap((entry) => {
      const item = this.#resolved(entry as Node);
      if (!isMap(item)) {
        this.#mistake(startOf(entry as Node), 'an expectation is a mapping with the key rule');
        return [];
      }
      return this.#expectation(item) ?? [];
    });
  }

  #expectation(node: YAMLMap): Expectation | undefined {
    this.#checkKeys(node, EXPECTATION_KEYS);
    const known = this.#mistakes.length;
    const rule = this.#oneText(node, 'rule');
    if (rule === undefined) {
      if (this.#mistakes.length === known) {
        this.#mistake(startOf(node), 'the key rule is missing in this expectation');
      }
      return undefined;
    }
    const exactly = this.#count(node, 'exactly');
    const atLeast = this.#count(node, 'at_least');
    const atMost = this.#count(node, 'at_most');
    if (exactly !== undefined && (atLeast ?? atMost) !== undefined) {
      this.#mistake(startOf(node), 'exactly stands beside neither at_least nor at_most');
    }
    if (atLeast !== undefined && atMost !== undefined && atLeast > atMost) {
      this.#mistake(this.#at(node, 'at_least'), 'at_least is more than at_most');
    }
    const { line } = this.#lines.linePos(startOf(node));
    return { rule, exactly, atLeast, atMost, line, ...this.#where(node) };
  }

  #where(node: YAMLMap): Pick<Expectation, 'where' | 'whereLines'> {
    const fields = this.#nodeAt(node, 'where');
    const where = new Map<string, string>();
    const whereLines = new Map<string, number>();
    if (fields !== undefined && !isMap(fields)) {
      this.#mistake(startOf(fields), 'where is a mapping from fields to what they print');
      return { where, whereLines };
    }
    for (const { key, value } of fields?.items ?? []) {
      const at = startOf(key as Node);
      const name = textOf(key);
      const expected = textOf(this.#resolved(value as Node | null));
      if (name === undefined || expected === undefined) {
        this.#mistake(at, 'where is a mapping from fields to the text that they print');
        continue;
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
      this.#mistake(this.#at(node, key), why);
      return undefined;
    }
    return value;
  }

  #oneText(node: YAMLMap, key: string): string | undefined {
    const texts = this.#texts(node, key);
    if (texts.length > 1) {
      this.#mistake(this.#at(node, key), `${key} is one text, not several`);
    }
    return texts[0];
  }

  /** One text, or a list of texts. */
  #texts(node: YAMLMap, key: string): string[] {
    const value = this.#nodeAt(node, key);
    const items: readonly unknown[] =
      value === undefined ? [] : isSeq(value) ? value.items : [value];
    return items.flatMap((item) => {
      const text = textOf(this.#resolved(item as Node | null));
      if (text === undefined || text === '') {
        this.#mistake(this.#at(node, key), `${key} is a text, or a list of texts`);
        return [];
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
      this.#mistake(this.#at(node, key), why);
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
      this.#mistake(at, `the snapshot ${name} is not inside the test's folder`);
      return undefined;
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
        this.#mistake(at, `${String(key)} is no key here; there are ${known.join(', ')}`);
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

  /** Note a mistake; the rest of the file is read all the same. */
  #mistake(offset: number, why: string): void {
    const { line, col } = this.#lines.linePos(offset);
    const story = {
      code: 'TEST_FILE_WRONG',
      what: 'Cannot read a test file',
      where: `${this.#path}:${line}:${col}`,
      why,
      fix: 'README describes the keys of a test file under "tiercel test"',
    };
    this.#mistakes.push({ offset, story });
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

function isOneOf(names: readonly string[], key: unknown): boolean {
  return names.includes(textOf(key) ?? '');
}

/** What stands somewhere, for a message. */
function shown(node: Node | undefined): string {
  const text = textOf(node);
  return text === undefined ? 'something else' : JSON.stringify(text);
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
