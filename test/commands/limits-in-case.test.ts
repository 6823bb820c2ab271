/** What limits an analysis stands in its case, under a stable id. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createCapture } from '../../src/capture/index.js';
import { put, scratchFolder, tiercel } from './run.js';

const folder = scratchFolder();
const FIXTURE = join(import.meta.dirname, '../../fixtures/exam.scap');
const rule = (name: string, source: string, condition: string): string =>
  `- {rule: ${name}, desc: d, source: ${source}, condition: ${condition}, output: x, priority: INFO}\n`;

async function limitsOf(evidence: string, words: readonly string[] = []): Promise<string[]> {
  const store = `${String(Math.random())}.db`;
  await tiercel(folder, ['analyze', evidence, ...words, '-s', store, '-f', 'none']);
  const sql = "SELECT DISTINCT id FROM diagnostics WHERE id LIKE 'analysis/%' ORDER BY id";
  const { out } = await tiercel(folder, ['query', store, sql, '-f', 'csv', '--no-header']);
  return out.trim().split('\n');
}

it('a narrowed view, rules without a source, and rules in the shadow of others', async () => {
  const rules = put(
    folder,
    'rules.yaml',
    rule('first', 'syscall', 'evt.type = execve') +
      rule('second', 'syscall', 'evt.type = execve and proc.name exists') +
      rule('unheard', 'nobody_knows', 'a.b = c'),
  );
  const found = await limitsOf(FIXTURE, ['-r', rules, '--filter', 'evt.type = execve']);
  for (const id of ['analysis/idle-rules', 'analysis/narrowed', 'analysis/shadowed-rule']) {
    expect(found).toContain(id);
  }
});

it('what evidence lacks', async () => {
  const path = join(folder, 'bare.scap');
  const capture = createCapture(path, { compression: 'none', force: false });
  capture.writeSectionHeader();
  capture.close();
  expect(await limitsOf(path)).toContain('analysis/unknown');
});

it('rules that flags left out, and evidence that could not be opened', async () => {
  expect(await limitsOf(FIXTURE, ['--min-priority', 'emergency'])).toContain(
    'analysis/rules-left-out',
  );
  expect(await limitsOf(FIXTURE, ['no-such-file.scap'])).toContain('analysis/ended-early');
});
