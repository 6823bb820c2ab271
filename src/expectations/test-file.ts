/**
 * A rule test: a `*.test.yaml` file that names captures, rules, and the alerts that must come. Read and
 * checked here; every mistake is told with file, line and column.
 */
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type YAMLMap } from 'yaml';
import { UserError } from '../errors.js';

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
 * Read a test file.
 *
 * @throws {UserError} `TEST_FILE_WRONG` where the text is no YAML, or no test.
 */
export function parseTestFile(path: string, text: string): TestFile {
  return new TestFileReader(path, text).read();
}

class TestFileReader {
  readonly #path: string;
  readonly #text: string;
  readonly #lines = new LineCounter();

  constructor(path: string, text: string) {
    this.#path = resolve(path);
    this.#text = text;
  }

  read(): TestFile {
    const document = parseDocument(this.#text, { lineCounter: this.#lines });
    const [error] = document.errors;
    if (error !== undefined) {
      throw this.#mistake(error.pos[0], `this is no YAML: ${error.message.split('\n')[0] ?? ''}`);
    }
    const root = document.contents;
    if (!isMap(root)) {
      throw this.#mistake(0, 'a test is a mapping with the keys capture and expect');
    }
    this.#checkKeys(root, KEYS);
    const captures = this.#texts(root, 'capture');
    if (captures.length === 0) {
      throw this.#mistake(0, 'the key capture is missing: one path, several, or a glob');
    }
    return {
      path: this.#path,
      captures: captures.map((name) => this.#beside(name)),
      rules: this.#texts(root, 'rules').map((name) => this.#beside(name)),
      match: this.#choice(root, 'match', MATCHES) ?? 'all',
      expectations: this.#expectations(root),
      unexpected: this.#choice(root, 'unexpected', UNEXPECTED) ?? 'fail',
      snapshot: this.#snapshot(root),
    };
  }

  #expectations(root: YAMLMap): Expectation[] {
    const node = nodeAt(root, 'expect');
    if (node === undefined) {
      return [];
    }
    if (!isSeq(node)) {
      throw this.#mistake(startOf(node), 'expect is a list of rules and how often they fire');
    }
    return node.items.map((item) => {
      if (!isMap(item)) {
        throw this.#mistake(startOf(item as Node), 'an expectation is a mapping with the key rule');
      }
      return this.#expectation(item);
    });
  }

  #expectation(node: YAMLMap): Expectation {
    this.#checkKeys(node, EXPECTATION_KEYS);
    const [rule] = this.#texts(node, 'rule');
    if (rule === undefined) {
      throw this.#mistake(startOf(node), 'the key rule is missing in this expectation');
    }
    const exactly = this.#count(node, 'exactly');
    const atLeast = this.#count(node, 'at_least');
    const atMost = this.#count(node, 'at_most');
    if (exactly !== undefined && (atLeast ?? atMost) !== undefined) {
      throw this.#mistake(startOf(node), 'exactly stands beside neither at_least nor at_most');
    }
    const { line } = this.#lines.linePos(startOf(node));
    return { rule, exactly, atLeast, atMost, where: this.#where(node), line };
  }

  #where(node: YAMLMap): Map<string, string> {
    const where = nodeAt(node, 'where');
    if (where === undefined) {
      return new Map();
    }
    if (!isMap(where)) {
      throw this.#mistake(startOf(where), 'where is a mapping from fields to what they print');
    }
    return new Map(where.items.map(({ key, value }) => [String(key), String(value)]));
  }

  #count(node: YAMLMap, key: string): number | undefined {
    const value: unknown = node.get(key);
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      const found = JSON.stringify(value);
      throw this.#mistake(this.#at(node, key), `${key} is a whole number from 0, not ${found}`);
    }
    return value;
  }

  /** One text, or a list of texts. */
  #texts(node: YAMLMap, key: string): string[] {
    const value = nodeAt(node, key);
    const items: readonly unknown[] =
      value === undefined ? [] : isSeq(value) ? value.items : [value];
    return items.map((item) => {
      const text = isScalar(item) ? (item.source ?? '') : '';
      if (text === '') {
        throw this.#mistake(this.#at(node, key), `${key} is a text, or a list of texts`);
      }
      return text;
    });
  }

  #choice<T extends string>(node: YAMLMap, key: string, choices: readonly T[]): T | undefined {
    const value: unknown = node.get(key);
    const chosen = choices.find((choice) => choice === value);
    if (value !== undefined && chosen === undefined) {
      const found = JSON.stringify(value);
      const known = choices.join(', ');
      throw this.#mistake(this.#at(node, key), `${key} is one of ${known}, not ${found}`);
    }
    return chosen;
  }

  /** A snapshot is written by `--update`, so it must not lead out of the test's folder. */
  #snapshot(root: YAMLMap): string | undefined {
    const [name] = this.#texts(root, 'snapshot');
    if (name === undefined) {
      return undefined;
    }
    const path = this.#beside(name);
    const inside = relative(dirname(this.#path), path);
    if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) {
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

  #at(node: YAMLMap, key: string): number {
    return startOf(nodeAt(node, key) ?? node);
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

function nodeAt(node: YAMLMap, key: string): Node | undefined {
  return node.get(key, true) ?? undefined;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
