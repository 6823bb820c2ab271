/**
 * `tiercel record --expect`: the test file for a recording, with what fired in it. What can be wrong with the
 * test or its rules is reported before anything is recorded.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { reasonOf, UserError } from '../../errors.js';
import { testFileText } from '../../expectations/index.js';
import { escapeText, openOutput, say } from '../../output/index.js';
import { selectRules } from '../../rules/index.js';
import { loadRuleFiles, type LoadedRules } from '../rules/rule-files.js';
import { replayWith } from './replay-job.js';

/** What the command line says of the test. */
export interface ExpectRequest {
  readonly path: string;
  readonly capture: string;
  /** Empty: the rules that ship with the program. */
  readonly rules: readonly string[];
  readonly force: boolean;
}

/** Everything is ready for the test to be written. */
export interface PreparedTest {
  /** Replay the capture, and write the test. */
  write(): Promise<void>;
}

/**
 * Check what the test needs.
 *
 * @throws {UserError} `EXPECT_NAME`, `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`, or a mistake in the rules
 */
export async function prepareTest(request: ExpectRequest): Promise<PreparedTest> {
  checkName(request);
  checkPlace(request);
  const loaded = await loadRuleFiles(request.rules);
  return { write: () => write(request, loaded) };
}

function checkName({ path, capture }: ExpectRequest): void {
  const mistake = (why: string, fix: string): UserError =>
    new UserError({
      code: 'EXPECT_NAME',
      what: 'Cannot write a test for this recording',
      where: `--expect ${path}`,
      why,
      fix,
    });
  if (capture === '-') {
    throw mistake('a test names its capture, and this one goes to stdout', 'give -w a file name');
  }
  if (!/\.test\.ya?ml$/.test(path)) {
    throw mistake(
      'tests are files that end in .test.yaml; "tiercel test" finds no others',
      `call it ${path.replace(/(\.test)?(\.ya?ml)?$/, '')}.test.yaml`,
    );
  }
  if (resolve(path) === resolve(capture)) {
    throw mistake('the capture is to be written there', 'give the two files different names');
  }
}

function checkPlace({ path, force }: ExpectRequest): void {
  const unwritable = { what: 'Cannot write a test for this recording', where: `--expect ${path}` };
  if (existsSync(path) && !force) {
    throw new UserError({
      ...unwritable,
      code: 'OUTPUT_EXISTS',
      why: 'a file is there already',
      fix: 'choose another name, or add --force to replace it',
    });
  }
  try {
    accessSync(existsSync(path) ? path : dirname(resolve(path)), constants.W_OK);
  } catch (error) {
    throw new UserError({
      ...unwritable,
      code: 'OUTPUT_UNWRITABLE',
      why: reasonOf(error as NodeJS.ErrnoException),
      fix: 'choose a place that can be written',
    });
  }
}

async function write(request: ExpectRequest, loaded: LoadedRules): Promise<void> {
  const { path, capture, rules, force } = request;
  const chosen = selectRules(loaded.ruleSet, {});
  const { alerts, findings } = await replayWith(chosen, { capture, rules, fields: [] });
  const fired = new Map<string, number>();
  for (const { rule } of alerts) {
    fired.set(rule, (fired.get(rule) ?? 0) + 1);
  }
  const sink = openOutput(path, force, true); // names of rules are no evidence
  sink.writeText(testFileText({ path, capture, rules, fired }));
  sink.close();
  findings.forEach(({ text }) => {
    say(`note: ${escapeText(`${capture}: ${text}`)}`);
  });
  const [count, total] = [fired.size, alerts.length];
  say(
    `${escapeText(path)}: ${count} ${count === 1 ? 'rule' : 'rules'} fired, ${total} ${total === 1 ? 'alert' : 'alerts'}; "tiercel test ${escapeText(path)}" expects exactly these`,
  );
}
