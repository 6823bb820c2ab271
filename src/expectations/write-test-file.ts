/** A test file for a capture that was just looked at: what fired is what must fire from now on. */
import { dirname, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { SHIPPED_RULES } from '../rules/index.js';

/** What a new test file says. Paths are absolute, or relative to the current folder. */
export interface NewTest {
  readonly path: string;
  readonly capture: string;
  /** Rules files and folders; none: the rules that ship with the program. */
  readonly rules: readonly string[];
  /** How often each rule fired. */
  readonly fired: ReadonlyMap<string, number>;
}

const COMMENT =
  '# What fired when the capture was recorded; any other rule that fires is a failure.\n';

/** The text of a test file that passes as long as exactly the same rules fire. */
export function testFileText({ path, capture, rules, fired }: NewTest): string {
  const beside = (name: string): string => relative(dirname(resolve(path)), resolve(name));
  const named = (rule: string): string => (rule === SHIPPED_RULES ? rule : clear(beside(rule)));
  const expect = [...fired]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([rule, exactly]) => ({ rule, exactly }));
  const test = {
    capture: beside(capture),
    ...(rules.length === 0 ? {} : { rules: rules.map(named) }),
    match: 'all',
    expect,
    unexpected: 'fail',
  };
  return COMMENT + stringify(test, { lineWidth: 0 });
}

/** A file that has the name of the word for the shipped rules is written as a path. */
function clear(path: string): string {
  return path === SHIPPED_RULES ? `./${path}` : path;
}
