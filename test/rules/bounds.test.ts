/** Rules files may be anything: what is too much is refused at once, by its size and by what it holds. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkFiles } from '../../src/rules/index.js';
import { atOnce } from '../../src/steps.js';
import { listText, loadFiles, openedText, problemsOf, ruleText } from './helpers.js';

const folder = mkdtempSync(join(tmpdir(), 'rules-bounds-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('rules files', () => {
  it('are refused beyond 4 MB that are no items of long lists', () => {
    const path = written('large.yaml', `# ${'x'.repeat(4_000_000)}\n`);
    const [problem] = atOnce(checkFiles([path])).files.flatMap(({ errors }) => errors);
    expect(problem?.code).toBe('LOAD_ERR_YAML_PARSE');
    expect(problem?.message).toContain('more than 4 MB');
  });

  it('are refused beyond 24 MB, without being read any further', () => {
    const path = written('larger.yaml', `# ${'x'.repeat(24_000_000)}\n`);
    const [problem] = atOnce(checkFiles([path])).files.flatMap(({ errors }) => errors);
    expect(problem?.code).toBe('LOAD_ERR_FILE_READ');
    expect(problem?.message).toContain('more than 24 MB');
  });

  it('are refused where they never end', () => {
    const [problem] = atOnce(checkFiles(['/dev/zero'])).files.flatMap(({ errors }) => errors);
    expect(problem?.message).toContain('more than 24 MB');
  });

  it.each([
    ['a list of 200,000 texts of several words', listText('l', 'x y, '.repeat(200_000))],
    ['a hundred thousand empty items', '- list: l\n  items:\n' + '  -\n'.repeat(300_001)],
    ['brackets', `- list: l\n  items: [${'[], '.repeat(150_000)}]\n`],
  ])('are refused where they hold too much: %s', (_, text) => {
    const [problem] = problemsOf(text);
    expect(problem?.code).toBe('LOAD_ERR_YAML_PARSE');
    expect(problem?.message).toContain('more than 300000 keys');
  });

  it('are bounded together, not only each', () => {
    const half = listText('l', 'x y, '.repeat(100_000));
    expect(problemsOf(half).map(({ severity }) => severity)).not.toContain('error');
    expect(loadFiles([half, half]).files.map(({ successful }) => successful)).toEqual([
      true,
      false,
    ]);
  });

  it('may hold 200,000 values in one text', () => {
    const values = Array.from({ length: 200_000 }, (_, at) => `v${at}`).join(', ');
    expect(problemsOf(openedText(`proc.name in (${values})`))).toEqual([]);
  });

  it('get a thousand errors reported, all files together, and the number of the others', () => {
    const text = Array.from({ length: 700 }, (_, at) =>
      ruleText(`evt.type = open and proc.nme = ${at}`).replace('rule: R', `rule: R${at}`),
    ).join('');
    const { files, omitted } = loadFiles([text, text.replaceAll('rule: R', 'rule: S')]);
    const errors = files.flatMap((file) => file.errors);
    expect(errors).toHaveLength(1_000);
    expect(omitted).toEqual({ error: 400, warning: 0, notice: 0 });
    expect(errors[0]?.fix).toContain('proc.name');
  });
});
