/** The lines of ../shared/cases/README.md about logs, as they stand there: skipped where ../shared is missing. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SHARED, scratchFolder, tiercel, type Outcome } from '../commands/run.js';

const CASES = join(SHARED, 'cases');
const README = join(CASES, 'README.md');
const folder = scratchFolder();

/** Inputs of the table's rows below logs/, each with its row's commands. */
function rows(): readonly (readonly [string, readonly string[]])[] {
  const lines = existsSync(README) ? readFileSync(README, 'utf8').split('\n') : [];
  return lines
    .filter((line) => line.startsWith('| logs/'))
    .flatMap((line) => {
      const [, inputs = '', commands = ''] = line
        .split(' | ')
        .map((cell) => cell.replace('| ', ''));
      const names = line.split(' | ')[0]?.replace('| logs/', '').split(', ') ?? [];
      const words = [...(inputs + commands).matchAll(/`T ([^`]+)`/g)].map(([, each = '']) => each);
      return names.map((name) => [name, words] as const);
    });
}

/** What the README expects of an input, as the program says it: exit code, and text in what it prints. */
const EXPECTED: Readonly<Record<string, { readonly code: number; readonly says: readonly RegExp[] }>> = {
  'k8s-only-timestamp.log': { code: 0, says: [/2026-02-01T10:00:00\.0+Z/, /their time is that of timestamp \(audit\/old-time\)/] },
  'k8s-bad-time.log': { code: 4, says: [/line 1 has no usable stageTimestamp/] },
  'k8s-eks-cloudwatch-tail.log': { code: 0, says: [/1 event taken out of lines of aws logs tail/, /Create Privileged Pod/] },
  'k8s-docker-json.log': { code: 0, says: [/1 event taken out of docker json-file entries/, /Create Privileged Pod/] },
  'k8s-aks-diagnostics.json': { code: 0, says: [/1 event taken out of AKS diagnostic records/, /Create Privileged Pod/] },
  'k8s-utf16.log': { code: 0, says: [/the log is UTF-16LE/, /Create Privileged Pod/] },
  'ct-eventbridge.json': { code: 0, says: [/1 event taken out of EventBridge events/, /CloudTrail Logging Disabled/] },
  'ct-newest-first.json': { code: 0, says: [/first event +2026-02-01T10:00:10/, /last event +2026-02-01T10:00:50/, /3 alerts/] },
  'ct-offset-time.json': { code: 0, says: [/2026-02-01T10:00:00\.0+Z/, /CloudTrail Logging Disabled/] },
}; // prettier-ignore

describe.skipIf(!existsSync(README))(
  'the cases about logs (skipped where ../shared is missing)',
  () => {
    it('all have an expectation here', () => {
      expect(
        rows()
          .map(([name]) => name)
          .sort(),
      ).toEqual(Object.keys(EXPECTED).sort());
    });

    it.each(rows())('%s is read as its row says', async (name, commands) => {
      const runs: Outcome[] = [];
      for (const command of commands) {
        const words = command
          .split(' ')
          .map((word) => (word === 'F' ? join(CASES, 'logs', name) : word));
        runs.push(await tiercel(folder, words.includes('info') ? words : [...words, '--no-store']));
      }
      expect(runs.map(({ code }) => code)).toEqual(runs.map(() => EXPECTED[name]?.code));
      const text = runs.map(({ out, err }) => out + err).join('');
      for (const pattern of EXPECTED[name]?.says ?? []) {
        expect(text).toMatch(pattern);
      }
    });
  },
);
