/**
 * `pmatch`: does one of a set of paths lie at or above a path? Compared component by component (empty
 * ones are skipped), each of which may be a shell pattern: `/var/run` lies above `/var/run/docker.sock`,
 * not above `/var/running`.
 */
import { compileGlob } from './glob.js';

interface Directory {
  /** A search path ends here: everything below matches. */
  isEnd: boolean;
  readonly names: Map<string, Directory>;
  readonly patterns: { readonly text: string; matches(name: string): boolean; below: Directory }[];
}

const WILDCARDS = /[?*[]/;
const SLASH = 47;

/** Compile the search paths once; the result says whether one of them is a prefix of a path. */
export function compilePathPrefixes(paths: readonly string[]): (path: string) => boolean {
  const root = directory();
  for (const path of paths) {
    add(root, components(path));
  }
  return (path) => isBelow(root, path, 0);
}

function directory(): Directory {
  return { isEnd: false, names: new Map(), patterns: [] };
}

function components(path: string): string[] {
  return path.split('/').filter((name) => name !== '');
}

function add(root: Directory, names: readonly string[]): void {
  let at = root;
  for (const name of names) {
    at = WILDCARDS.test(name) ? patternBelow(at, name) : nameBelow(at, name);
  }
  at.isEnd = true;
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

/** Whether what follows `from` in the path lies at or below an end; looks no further than it must. */
function isBelow(at: Directory, path: string, from: number): boolean {
  if (at.isEnd) {
    return true;
  }
  let start = from;
  while (path.charCodeAt(start) === SLASH) {
    start += 1;
  }
  if (start >= path.length) {
    return false;
  }
  const slash = path.indexOf('/', start);
  const end = slash < 0 ? path.length : slash;
  const name = path.slice(start, end);
  const named = at.names.get(name);
  return (
    (named !== undefined && isBelow(named, path, end)) ||
    at.patterns.some((pattern) => pattern.matches(name) && isBelow(pattern.below, path, end))
  );
}
