/** What `tiercel test` has to do: tests, read and checked, and the replays that they need, each once. */
import { readFileSync } from 'node:fs';
import { UserError, type Story } from '../../errors.js';
import { fieldsAskedFor, readTestFile, type TestFile } from '../../expectations/index.js';
import { nearestNames } from '../../fields/index.js';
import type { Descriptions } from '../../state/index.js';
import { textOfBytes } from '../../units.js';
import { storyOf } from '../failure.js';
import { loadRuleFiles } from '../rules/rule-files.js';
import { expandCaptures, shownPath, shownRules } from './find-files.js';
import type { ReplayJob } from './replay-job.js';
import { readSnapshot } from './snapshot-file.js';
import { checkField } from './where-fields.js';

/** One test file. */
export interface PlannedTest {
  /** As it is shown: relative to the current folder. */
  readonly path: string;
  /** What is wrong with it, or with its rules; then nothing is replayed for it. */
  readonly mistakes: readonly Story[];
  /** `undefined` where it could not be read. */
  readonly test: TestFile | undefined;
  /** Its replays, in the order of its captures: indexes of {@link Plan.jobs}. */
  readonly jobs: readonly number[];
  /** The alerts that its snapshot has; `undefined` where none is there yet. */
  readonly snapshot: readonly string[] | undefined;
  /** Rules that no event can fire. */
  readonly disabled: ReadonlySet<string>;
}

/** What the tests ask for: each capture replayed once for each set of rules. */
export interface Plan {
  readonly tests: readonly PlannedTest[];
  readonly jobs: readonly ReplayJob[];
}

/** Names of rules, and of those among them that are disabled. */
interface KnownRules {
  readonly names: readonly string[];
  readonly disabled: ReadonlySet<string>;
}

/**
 * Read the test files at `paths` (absolute). Mistakes of the user are part of the plan; others are thrown.
 *
 * @param paths - Test files.
 * @param names - Names that captures lack.
 */
export async function planTests(paths: readonly string[], names?: Descriptions): Promise<Plan> {
  const planner = new Planner(names);
  const tests: PlannedTest[] = [];
  for (const path of paths) {
    tests.push(await planner.add(path));
  }
  return { tests, jobs: planner.jobs };
}

class Planner {
  readonly jobs: ReplayJob[] = [];
  readonly #jobAt = new Map<string, number>();
  readonly #rules = new Map<string, KnownRules | Story>();
  readonly #snapshots = new Map<string, string>();
  readonly #names: Descriptions | undefined;

  constructor(names: Descriptions | undefined) {
    this.#names = names;
  }

  /** All mistakes are reported, not only the first. */
  async add(path: string): Promise<PlannedTest> {
    const shown = shownPath(path);
    const mistakes: Story[] = [];
    const attempt = async <T>(work: () => T | Promise<T>): Promise<T | undefined> => {
      try {
        return await work();
      } catch (error) {
        mistakes.push(storyOrThrow(error));
        return undefined;
      }
    };
    const read = await attempt(() => readTestFile(shown, readFileSync(path, 'utf8')));
    mistakes.push(...(read?.mistakes ?? []));
    const test = read?.test;
    if (test === undefined) {
      return { path: shown, mistakes, test, jobs: [], snapshot: undefined, disabled: new Set() };
    }
    const captures =
      (await attempt(() => expandCaptures(test.captures, shown).map(shownPath))) ?? [];
    const rules = await attempt(() => this.#rulesOf(test));
    mistakes.push(...(rules === undefined ? [] : checkTest(test, shown, rules)));
    const snapshot = await attempt(() => this.#snapshotOf(test, shown));
    const jobs = mistakes.length > 0 ? [] : this.#jobsOf(test, captures);
    return { path: shown, mistakes, test, jobs, snapshot, disabled: rules?.disabled ?? new Set() };
  }

  async #rulesOf({ rules }: TestFile): Promise<KnownRules> {
    const key = JSON.stringify(rules);
    const known = this.#rules.get(key) ?? (await loadKnown(rules));
    this.#rules.set(key, known);
    if ('code' in known) {
      throw new UserError(known);
    }
    return known;
  }

  /** Two tests with one snapshot would each undo what the other wrote. */
  #snapshotOf({ path, snapshot }: TestFile, shown: string): readonly string[] | undefined {
    if (snapshot === undefined) {
      return undefined;
    }
    const other = this.#snapshots.get(snapshot);
    if (other !== undefined) {
      throw new UserError({
        code: 'SNAPSHOT_WRONG',
        what: 'Cannot use the snapshot of a test',
        where: shown,
        why: `${shownPath(snapshot)} is the snapshot of ${other} already`,
        fix: 'name a file of its own',
      });
    }
    this.#snapshots.set(snapshot, shown);
    return readSnapshot(snapshot, path);
  }

  #jobsOf(test: TestFile, captures: readonly string[]): readonly number[] {
    const wanted = fieldsAskedFor([test]);
    return captures.map((capture) => {
      const key = JSON.stringify([capture, test.rules]);
      const at = this.#jobAt.get(key) ?? this.jobs.length;
      const fields = new Set([...(this.jobs[at]?.fields ?? []), ...wanted]);
      this.#jobAt.set(key, at);
      const rules = test.rules.map(shownRules);
      this.jobs[at] = { capture, rules, fields: [...fields], names: this.#names };
      return at;
    });
  }
}

async function loadKnown(paths: readonly string[]): Promise<KnownRules | Story> {
  try {
    const { ruleSet } = await loadRuleFiles(paths.map(shownRules));
    const { rules } = ruleSet;
    const named = (each: typeof rules) => each.map(({ name }) => textOfBytes(name));
    return {
      names: named(rules),
      disabled: new Set(named(rules.filter(({ isEnabled }) => !isEnabled))),
    };
  } catch (error) {
    return storyOrThrow(error);
  }
}

/** Names that would never be met: a rule that must not fire would pass for ever. */
function checkTest(test: TestFile, shown: string, { names }: KnownRules): Story[] {
  return test.expectations.flatMap(({ rule, line, where, whereLines }) => [
    ...(names.includes(rule) ? [] : [unknownRule(rule, `${shown}:${line}`, names)]),
    ...[...where.keys()].flatMap((field) => {
      try {
        checkField(field, `${shown}:${whereLines.get(field) ?? line}`);
        return [];
      } catch (error) {
        return [storyOrThrow(error)];
      }
    }),
  ]);
}

function unknownRule(rule: string, where: string, names: readonly string[]): Story {
  const [nearest] = nearestNames(rule, names, 1);
  return {
    code: 'TEST_UNKNOWN_RULE',
    what: 'A test names a rule that its rules files do not have',
    where,
    why: `no rule is called "${rule}"`,
    fix: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
  };
}

function storyOrThrow(error: unknown): Story {
  const story = storyOf(error);
  if (story === undefined) {
    throw error;
  }
  return story;
}
