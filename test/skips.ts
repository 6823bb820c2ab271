/**
 * A reporter that counts skipped tests against the reasons below, and fails the run where one has another reason: a
 * test that is skipped because something broke is no green test. What a run leaves out by `-t` is not counted.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';

/** Why tests may be skipped. */
interface Reason {
  readonly why: string;
  /** Whether that is why this test was skipped: its name, or that of a group around it, says so. */
  readonly explains: (name: string, file: string) => boolean;
  /** Whether it holds here: a reason that does not is none. */
  readonly holds: () => boolean;
}

const hasShared = existsSync(fileURLToPath(new URL('../../shared/captures', import.meta.url)));
const isRoot = process.getuid?.() === 0;
const always = (): boolean => true;
const named =
  (words: RegExp) =>
  (name: string): boolean =>
    words.test(name);
const readsShared = (_name: string, file: string): boolean =>
  /\bshared\b/.test(readFileSync(file, 'utf8'));
const lacks = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0;

// prettier-ignore
const REASONS: readonly Reason[] = [
  { why: 'captures and facts in ../shared, which no clone has', explains: readsShared, holds: () => !hasShared },
  { why: 'nothing to note: the tests beside it run', explains: named(/(cannot be tested: ?|is missing: .*|is not here)$/), holds: always },
  { why: 'root may read everything', explains: named(/may not be read/), holds: () => isRoot },
  { why: 'recording needs Linux, root and BTF', explains: named(/this is not Linux|recording needs root|the kernel has no BTF/), holds: always },
  { why: "the recorder's tool chain is not installed", explains: named(/RECORD_NO_(CLANG|BPFTOOL|LIBBPF|BTF)|RECORD_ARCHITECTURE/), holds: always },
  { why: 'a program is not installed', explains: named(/not installed|needs? [\w, -]+ installed|\(no [\w-]+\)|missing: [\w-]+/), holds: always },
  { why: 'no control group can be made here', explains: named(/no control group can be made/), holds: always },
  { why: 'the cross compiler is not installed', explains: named(/RECORD_NO_CROSS_COMPILER/), holds: () => lacks('aarch64-linux-gnu-gcc') },
  { why: 'no base for an image can be had', explains: named(/no base for an image/), holds: always },
  { why: 'only on request', explains: (name, file) => file.endsWith('soak.test.ts') || name.includes('TIERCEL_'), holds: always },
];

/** The first reason for which a test of `file` may be skipped; `undefined`: there is none. */
export function reasonFor(file: string, name: string): Reason | undefined {
  return REASONS.find(({ explains, holds }) => holds() && explains(name, file));
}

/** Prints how many tests each reason skipped, and fails the run for any other skip. */
export default class SkipReporter implements Reporter {
  #isFiltered = false;

  onInit(vitest: Vitest): void {
    this.#isFiltered = vitest.config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    if (this.#isFiltered) {
      return;
    }
    const counts = new Map<string, number>();
    const unexplained: string[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const text = textOf(test);
        const reason = reasonFor(module.moduleId, text);
        if (reason === undefined) {
          unexplained.push(`${module.relativeModuleId} > ${text}`);
        } else {
          counts.set(reason.why, (counts.get(reason.why) ?? 0) + 1);
        }
      }
    }
    for (const [why, count] of counts) {
      process.stdout.write(`      Skipped  ${count}: ${why}\n`);
    }
    if (unexplained.length > 0) {
      const list = unexplained.map((each) => `  ${each}\n`).join('');
      process.stderr.write(
        `Skipped for none of the reasons in test/skips.ts, so this run has failed:\n${list}`,
      );
      process.exitCode = 1;
    }
  }
}

/** A test's name, with what it said when it skipped itself. */
function textOf(test: TestCase): string {
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  return note === undefined ? test.fullName : `${test.fullName} (${note})`;
}
