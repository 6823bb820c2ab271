/**
 * `pmatch`: does one of a set of paths lie at or above a path? Compared component by component (empty
 * ones are skipped), each of which may be a shell pattern: `/var/run` lies above `/var/run/docker.sock`,
 * not above `/var/running`. The paths of many questions share one tree.
 */
import { compileGlob } from './glob.js';
import { Holding } from './holding.js';

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
  readonly #root = directory();

  add(paths: readonly string[], position: number): void {
    for (const path of paths) {
      let at = this.#root;
      for (const name of path.split('/').filter((part) => part !== '')) {
        at = WILDCARDS.test(name) ? patternBelow(at, name) : nameBelow(at, name);
      }
      at.ends.push(position);
    }
  }

  /** Add to `holding` the position of each question that `path` answers with yes. */
  find(path: string, holding: Holding): void {
    collect(this.#root, path, 0, holding);
  }
}

/** One question alone. */
export function compilePathPrefixes(paths: readonly string[]): (path: string) => boolean {
  const prefixes = new PathPrefixes();
  prefixes.add(paths, 0);
  const holding = new Holding(1);
  return (path) => {
    holding.clear();
    prefixes.find(path, holding);
    return holding.count > 0;
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

/** What lies at or above the path, as far as its components from index `from` tell. */
function collect(at: Directory, path: string, from: number, holding: Holding): void {
  holding.addAll(at.ends);
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
    collect(named, path, end, holding);
  }
  for (const pattern of at.patterns) {
    if (pattern.matches(name)) {
      collect(pattern.below, path, end, holding);
    }
  }
}
