/**
 * `pmatch`: does one of a set of paths lie at or above a path? Compared component by component (empty
 * ones are skipped), each of which may be a shell pattern: `/var/run` lies above `/var/run/docker.sock`,
 * not above `/var/running`. The paths of many questions share one tree.
 */
import { compileGlob } from './glob.js';
import { SparseSet } from './sparse-set.js';
import { TextBytes } from './text-bytes.js';
import { Step } from './text-step.js';

/** Where paths with shell patterns in them are kept. */
interface Directory {
  /** Positions of the questions whose path ends here: everything below matches. */
  readonly ends: number[];
  readonly names: Map<string, Directory>;
  readonly patterns: { readonly text: string; matches(name: string): boolean; below: Directory }[];
}

const WILDCARDS = /[?*[]/;
const SLASH = 47;

/** The search paths of several questions, each with a position. */
export class PathPrefixes {
  /** Paths without patterns, by their characters; each component ends in a slash. */
  readonly #root = new Step();
  readonly #patterned = directory();
  #hasPatterns = false;

  add(paths: readonly string[], position: number): void {
    for (const path of paths) {
      const names = path.split('/').filter((part) => part !== '');
      if (names.some((name) => WILDCARDS.test(name))) {
        this.#addPatterned(names, position);
      } else {
        this.#addPlain(names, position);
      }
    }
  }

  /** Add to `found` the position of each question that a path, whose bytes are the first of `bytes`, answers with yes. */
  find(path: string, bytes: Uint8Array, found: SparseSet): void {
    this.#findPlain(bytes, path.length, found);
    if (this.#hasPatterns) {
      collect(this.#patterned, path, 0, found);
    }
  }

  #addPlain(names: readonly string[], position: number): void {
    let step = this.#root;
    for (const name of names) {
      for (let i = 0; i < name.length; i += 1) {
        step = step.grow(name.charCodeAt(i));
      }
      step = step.grow(SLASH);
    }
    step.begun = [...step.begun, position];
  }

  #addPatterned(names: readonly string[], position: number): void {
    let at = this.#patterned;
    for (const name of names) {
      at = WILDCARDS.test(name) ? patternBelow(at, name) : nameBelow(at, name);
    }
    at.ends.push(position);
    this.#hasPatterns = true;
  }

  #findPlain(bytes: Uint8Array, length: number, found: SparseSet): void {
    let step: Step | undefined = this.#root;
    let at = 0;
    for (;;) {
      found.addAll(step.begun);
      while (at < length && bytes[at] === SLASH) {
        at += 1;
      }
      if (at === length) {
        return;
      }
      while (step !== undefined && at < length && bytes[at] !== SLASH) {
        step = step.next(bytes[at] as number);
        at += 1;
      }
      step = step?.next(SLASH);
      if (step === undefined) {
        return;
      }
    }
  }
}

/** One question alone. */
export function compilePathPrefixes(paths: readonly string[]): (path: string) => boolean {
  const prefixes = new PathPrefixes();
  prefixes.add(paths, 0);
  const found = new SparseSet(1);
  const text = new TextBytes();
  return (path) => {
    found.clear();
    text.take(path);
    prefixes.find(path, text.bytes, found);
    return found.count > 0;
  };
}

function directory(): Directory {
  return { ends: [], names: new Map(), patterns: [] };
}

function nameBelow(at: Directory, name: string): Directory {
  const below = at.names.get(name) ?? directory();
  at.names.set(name, below);
  return below;
}

function patternBelow(at: Directory, text: string): Directory {
  let pattern = at.patterns.find((each) => each.text === text);
  if (pattern === undefined) {
    pattern = { text, matches: compileGlob(text, false), below: directory() };
    at.patterns.push(pattern);
  }
  return pattern.below;
}

/** What lies at or above the path, as far as its components from index `from` say. */
function collect(at: Directory, path: string, from: number, found: SparseSet): void {
  found.addAll(at.ends);
  if (at.names.size === 0 && at.patterns.length === 0) {
    return;
  }
  let start = from;
  while (path.charCodeAt(start) === SLASH) {
    start += 1;
  }
  if (start >= path.length) {
    return;
  }
  const slash = path.indexOf('/', start);
  const end = slash < 0 ? path.length : slash;
  const name = path.slice(start, end);
  const named = at.names.get(name);
  if (named !== undefined) {
    collect(named, path, end, found);
  }
  for (const pattern of at.patterns) {
    if (pattern.matches(name)) {
      collect(pattern.below, path, end, found);
    }
  }
}
