/**
 * A Falco configuration file as Falco reads it: YAML, `${NAME}` replaced by environment variables, further
 * files merged in (`config_files`), and keys overridden by `-o key=value`. What the keys mean is not known
 * here.
 *
 *     key  := name ('.' name | '[' index? ']')*      a backslash in front of . [ ] \ takes it literally
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, type Document } from 'yaml';
import { reasonOf, UserError } from '../../errors.js';
import { nearestName } from '../../fields/index.js';
import { FALCO_KEYS } from './falco-keys-table.js';
import { parseYamlDocuments, repeatedKey, YamlBoundFault } from '../../rules/index.js';

/** What YAML holds. */
export type YamlValue =
  string | number | boolean | null | undefined | YamlValue[] | { [key: string]: YamlValue };

/** The root of a configuration. */
export type FalcoDocument = Record<string, YamlValue>;

type Strategy = 'append' | 'override' | 'add-only';

const INCLUDES = 'config_files';

/**
 * Read the file at `path` (none: an empty configuration) with its includes, and apply `overrides`.
 *
 * @throws {UserError} `CONFIG_UNREADABLE`, `CONFIG_WRONG`
 */
export function readFalcoDocument(
  path: string | undefined,
  overrides: readonly string[],
): FalcoDocument {
  const document = path === undefined ? {} : readOne(path);
  const isInclude = (override: string): boolean => /^config_files(?:\[|=)/.test(override);
  overrides.filter(isInclude).forEach((override) => {
    applyOverride(document, override);
  });
  includeFiles(document, path);
  overrides
    .filter((override) => !isInclude(override))
    .forEach((override) => {
      applyOverride(document, override);
    });
  return document;
}

/** Whether a value is a mapping. */
export function isMapping(value: YamlValue): value is Record<string, YamlValue> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readOne(path: string): FalcoDocument {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError({
      code: 'CONFIG_UNREADABLE',
      what: 'Cannot read the configuration',
      where: path,
      why: reasonOf(error as NodeJS.ErrnoException),
      fix: 'check the path given with --config',
    });
  }
  let root: YamlValue;
  try {
    root = parseYaml(text);
  } catch (error) {
    throw wrong(path, `it is not YAML: ${withoutQuotes((error as Error).message)}`);
  }
  if (root === null || root === undefined) {
    return {};
  }
  if (!isMapping(root)) {
    throw wrong(path, 'a mapping of keys was expected at its top');
  }
  const names = Object.keys(root);
  const known = Object.keys(FALCO_KEYS);
  const isKnown = (name: string): boolean =>
    known.includes(name) || nearestName(name, known) !== undefined;
  if (names.length > 0 && !names.some(isKnown)) {
    throw wrong(path, 'it has none of the keys of a Falco configuration'); // and which it has is nobody's business
  }
  return withEnvironment(root) as FalcoDocument;
}

/** The value of a text with one document; throws what is wrong with it, on one line. */
function parseYaml(text: string): YamlValue {
  const lineCounter = new LineCounter();
  const placed = (message: string, offset: number): Error => {
    const { line, col } = lineCounter.linePos(offset);
    return new Error(`${message} at line ${line}, column ${col}`);
  };
  let documents: readonly Document.Parsed[];
  try {
    documents = parseYamlDocuments(text, { merge: true, lineCounter, logLevel: 'error' });
  } catch (error) {
    throw error instanceof YamlBoundFault ? placed(error.message, error.offset) : error;
  }
  const [document, another] = documents;
  if (another !== undefined) {
    throw placed('a second document begins', another.range[0]);
  }
  const [error] = document?.errors ?? [];
  if (error !== undefined) {
    throw placed(withoutQuotes(error.message), error.pos[0]);
  }
  const again = document === undefined ? undefined : repeatedKey(document);
  if (again !== undefined) {
    throw placed('the same key stands a second time', again);
  }
  return document?.toJS() as YamlValue;
}

/** What the YAML reader says, without the words of a file that may be anything: they stand behind a colon or in quotes. */
function withoutQuotes(message: string): string {
  return (message.split(/[:"\n]/)[0] ?? '').trim();
}

function wrong(where: string, why: string): UserError {
  return new UserError({
    code: 'CONFIG_WRONG',
    what: 'Cannot use this configuration',
    where,
    why,
    fix: "correct it; Falco's own falco.yaml shows every key",
  });
}

/** `${NAME}` is an environment variable (nothing, if it is not set), `$${...}` a literal `${...}`. */
function withEnvironment(value: YamlValue): YamlValue {
  if (typeof value === 'string') {
    return value.replaceAll(/\$(\$\{[^}]*\})|\$\{([^}]*)\}/g, (_all, literal, name) =>
      typeof literal === 'string' ? literal : (process.env[String(name)] ?? ''),
    );
  }
  if (Array.isArray(value)) {
    return value.map(withEnvironment);
  }
  return isMapping(value)
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withEnvironment(each)]))
    : value;
}

function includeFiles(document: FalcoDocument, main: string | undefined): void {
  const listed = document[INCLUDES];
  for (const entry of Array.isArray(listed) ? listed : [listed]) {
    const path = isMapping(entry) ? entry['path'] : entry;
    const strategy = isMapping(entry) ? entry['strategy'] : undefined;
    if (typeof path !== 'string' || !existsSync(path)) {
      continue; // as Falco does
    }
    if (path === main) {
      throw wrong(path, 'it includes itself');
    }
    const isFolder = statSync(path).isDirectory();
    const files = isFolder
      ? readdirSync(path)
          .sort()
          .map((name) => join(path, name))
          .filter((file) => statSync(file).isFile())
      : [path];
    for (const file of files) {
      include(document, file, (strategy ?? 'append') as Strategy);
    }
  }
}

function include(document: FalcoDocument, path: string, strategy: Strategy): void {
  for (const [key, value] of Object.entries(readOne(path))) {
    if (key === INCLUDES) {
      throw wrong(
        path,
        'an included file includes others, and Falco allows that only in the first',
      );
    }
    const present = document[key];
    if (strategy === 'append' && Array.isArray(value)) {
      document[key] = [...(Array.isArray(present) ? present : []), ...value];
    } else if (strategy !== 'add-only' || present === undefined) {
      document[key] = value;
    }
  }
}

/** Apply `key=value`; the value is YAML (so JSON too). */
function applyOverride(document: FalcoDocument, override: string): void {
  const equals = override.indexOf('=');
  if (equals <= 0) {
    throw wrong(`-o ${override}`, 'KEY=VALUE was expected');
  }
  const steps = keySteps(override.slice(0, equals), override);
  let value: YamlValue;
  try {
    value = parseYaml(override.slice(equals + 1));
  } catch {
    value = override.slice(equals + 1);
  }
  setAt(document, steps, value, override);
}

/** A name in a mapping, or a place in a list (`undefined`: behind its end). */
type Step = { readonly name: string } | { readonly index: number | undefined };

function keySteps(key: string, override: string): readonly Step[] {
  const steps: Step[] = [];
  // a name (at the start, or behind a dot), or brackets behind something
  const token = /(?:^|\.)((?:[^.[\]\\]|\\[.[\]\\])+)|(?<=[^.])\[(\d*)\]/y;
  for (let at = 0; at < key.length; at = token.lastIndex) {
    token.lastIndex = at;
    const found = token.exec(key);
    if (found === null) {
      throw wrong(`-o ${override}`, `the key cannot be read at character ${at + 1}`);
    }
    const [, name, index] = found;
    if (name !== undefined) {
      steps.push({ name: name.replaceAll(/\\(.)/g, '$1') });
    } else if (index !== undefined) {
      steps.push({ index: index === '' ? undefined : Number(index) });
    }
  }
  return steps;
}

const MAX_LIST = 10_000;

function setAt(
  document: FalcoDocument,
  steps: readonly Step[],
  value: YamlValue,
  override: string,
): void {
  let holder: YamlValue = document;
  steps.forEach((step, at) => {
    const next = steps[at + 1];
    const filled = (present: YamlValue): YamlValue => {
      const isUsable = next !== undefined && typeof present === 'object' && present !== null;
      return isUsable ? present : next === undefined ? value : 'name' in next ? {} : [];
    };
    if ('name' in step && isMapping(holder)) {
      holder[step.name] = filled(holder[step.name]);
      holder = holder[step.name];
    } else if ('index' in step && Array.isArray(holder)) {
      const index: number = step.index ?? holder.length;
      if (index > MAX_LIST) {
        throw wrong(`-o ${override}`, `a list of ${index} items is not a configuration`);
      }
      holder[index] = filled(holder[index]);
      holder = holder[index];
    } else {
      throw wrong(`-o ${override}`, 'the key does not fit what the configuration holds there');
    }
  });
}
