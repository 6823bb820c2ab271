/** What `rules coverage` is going to replay: sets of rules, each with the evidence that is shown to it. */
import { readFileSync, statSync } from 'node:fs';
import { UserError } from '../../errors.js';
import { readTestFile } from '../../expectations/index.js';
import { piecesOf, type Pieces } from '../evidence/pieces.js';
import { reportFailure } from '../failure.js';
import type { Outcome } from '../outcome.js';
import { expandCaptures, findTestFiles, shownPath, shownRules } from '../tests/find-files.js';

/** The words of the command line. */
export interface CoverageRequest {
  /** Test files and folders of such; with `rules`, evidence. */
  readonly paths: readonly string[];
  readonly rules?: readonly string[] | undefined;
  readonly format: 'text' | 'json' | 'sarif';
  readonly lcov?: string | undefined;
  readonly navigator?: string | undefined;
  readonly force: boolean;
  readonly min?: number | undefined;
  readonly 'min-branches'?: number | undefined;
  readonly 'allow-damage': boolean;
  /** Files that name what captures do not. */
  readonly metadata?: readonly string[] | undefined;
}

/** Rules, and what is replayed through them. */
export interface CoverageSet {
  /** Paths as they are shown; empty: the rules that ship with the program. */
  readonly rules: readonly string[];
  readonly found: Pieces;
}

/** Everything to replay. */
export interface CoveragePlan {
  readonly sets: readonly CoverageSet[];
  /** What was wrong with tests; they are left out. */
  readonly outcomes: readonly Outcome[];
  /** Test files that were read. */
  readonly tests: readonly string[];
}

/**
 * Read what was asked.
 *
 * @throws {UserError} `NO_SUCH_FILE`, `NO_TEST_FILES`, `COVERAGE_OF_EVIDENCE`
 */
export async function planCoverage({ paths, rules }: CoverageRequest): Promise<CoveragePlan> {
  if (rules !== undefined) {
    return { sets: [{ rules, found: await piecesOf(paths, false) }], outcomes: [], tests: [] };
  }
  refuseEvidenceAlone(paths);
  const tests = findTestFiles(paths);
  const outcomes: Outcome[] = [];
  const captures = new Map<string, Set<string>>();
  for (const path of tests) {
    try {
      const { test, mistakes } = readTestFile(shownPath(path), readFileSync(path, 'utf8'));
      for (const story of mistakes) {
        outcomes.push(reportFailure(new UserError(story)));
      }
      if (test !== undefined && mistakes.length === 0) {
        const key = JSON.stringify(test.rules.map(shownRules));
        const known = captures.get(key) ?? new Set();
        captures.set(key, known);
        expandCaptures(test.captures, shownPath(path)).map(shownPath).forEach((each) => known.add(each)); // prettier-ignore
      }
    } catch (error) {
      outcomes.push(reportFailure(error));
    }
  }
  const sets: CoverageSet[] = [];
  for (const [key, paths] of captures) {
    const rules = JSON.parse(key) as readonly string[];
    sets.push({ rules, found: await piecesOf([...paths], false) });
  }
  return { sets, outcomes, tests: tests.map(shownPath) };
}

/** A capture in the place of a test file: it says nothing of rules. */
function refuseEvidenceAlone(paths: readonly string[]): void {
  const other = paths.find(
    (path) =>
      !/\.ya?ml$/.test(path) && statSync(path, { throwIfNoEntry: false })?.isFile() === true,
  );
  if (other !== undefined) {
    throw new UserError({
      code: 'COVERAGE_OF_EVIDENCE',
      what: 'Nothing says which rules are meant',
      where: other,
      why: 'without --rules, files are tests (*.test.yaml), which name their rules',
      fix: `name the rules: rules coverage -r RULES ${other}, or -r default for those that ship with the program`,
    });
  }
}
