/** JSON that is nested as deep as its bytes allow is refused, or read, within the bounds of every other evidence. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { PROGRAM, put, scratchFolder } from '../commands/run.js';

const folder = scratchFolder();
const EVENT =
  '{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a","stage":"ResponseComplete","verb":"get","stageTimestamp":"2026-02-01T10:00:00.000000Z"';

/** Levels that the longest line of a log has room for. */
const LEVELS = 15_900_000;
const LOGS = {
  brackets: `${EVENT}}\n${'['.repeat(LEVELS)}\n`,
  objects: `${EVENT}}\n${'{"a":'.repeat(LEVELS / 5)}1${'}'.repeat(LEVELS / 5)}\n`,
  'brackets inside an event': `${EVENT}}\n${EVENT},"annotations":${'['.repeat(LEVELS / 2)}${']'.repeat(LEVELS / 2)}}\n`,
};

describe('a log line of millions of levels', () => {
  it.each(Object.entries(LOGS))('of %s takes less than 500 MB', (name, text) => {
    const path = put(folder, `${name}.log`, text);
    const script = `process.argv.splice(1, 1);
      process.on('exit', () => console.error('peak ' + process.resourceUsage().maxRSS));
      await import(process.argv[1]);`;
    const words = ['--input-type=module', '-e', script, '--', 'node', PROGRAM, 'info', path];
    const { stderr, stdout, status } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    expect([0, 4]).toContain(status);
    expect(stdout).toContain('first event  2026-02-01T10:00:00');
    expect(Number(/peak (\d+)/.exec(stderr)?.[1])).toBeLessThan(500_000);
  });
});
