/** The recipes of CONTRIBUTING are true: each is followed in a copy of the sources, which is then built and run. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'tiercel-recipes-'));

/** An edit: what is put in front of a place in a file. */
interface Edit {
  readonly file: string;
  readonly before: string;
  readonly text: string;
}

const versions = readFileSync(join(ROOT, 'src/store/migrations-table.ts'), 'utf8');
const NEXT_VERSION = [...versions.matchAll(/^ {2}\{ version: (\d+),/gm)].length + 1;

// prettier-ignore
const RECIPES: Readonly<Record<string, readonly Edit[]>> = {
  'an event': [
    { file: 'src/events/table.ts', before: '] as const satisfies readonly CompactRow[];',
      text: "  [454, 'NA', 0, UNUSED, ''],\n  [455, 'recipe_call', OTHER | SYSCALL, 0, 'res:errno size:uint32'],\n" },
  ],
  'a field': [
    { file: 'src/fields/group-catalog.ts', before: '];\n\nexport const GROUP_CATALOGUE',
      text: "  { name: 'group.recipe', type: 'charbuf', subject: 'thread', doc: 'Always the same.', read: () => 'as the recipe says' },\n" },
  ],
  'an output format': [
    { file: 'src/output/alert-formats.ts', before: '  none: () =>',
      text: "  recipe: () => ({ begin: nothing, alert: (sink) => { sink.writeText('an alert\\n'); }, end: nothing }),\n" },
    { file: 'src/commands/analyze.ts', before: '  none: true,', text: '  recipe: true,\n' },
  ],
  'a table': [
    { file: 'src/store/migrations-table.ts', before: '] as const satisfies readonly MigrationRow[];',
      text: `  { version: ${NEXT_VERSION}, doc: 'Recipes.', steps: [] },\n` },
    { file: 'src/store/tables-table.ts', before: '} as const satisfies Readonly<Record<string, Table>>;',
      text: `  recipes: {\n    doc: 'Nothing yet.',\n    since: ${NEXT_VERSION},\n    columns: {\n      recipe_id: key('Number of the recipe in this case.'),\n      run_id: ofRun(),\n      name: text('What it is for.'),\n    },\n  },\n` },
  ],
};

function apply({ file, before, text }: Edit): void {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  const at = source.indexOf(before);
  expect(at, `${file} has a place for it`).toBeGreaterThan(0);
  writeFileSync(path, source.slice(0, at) + text + source.slice(at));
}

function run(...words: readonly string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: copy, encoding: 'utf8' });
  return stdout + stderr;
}

const build = (): string => run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');

describe('following the recipes', () => {
  beforeAll(() => {
    for (const name of ['src', 'bin', 'package.json', 'tsconfig.json', 'tsconfig.build.json']) {
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    }
    for (const name of ['node_modules', 'fixtures', 'rules']) {
      symlinkSync(join(ROOT, name), join(copy, name));
    }
  });

  afterAll(() => {
    rmSync(copy, { recursive: true });
  });

  it('takes the files that CONTRIBUTING names', () => {
    const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
    const named = Object.values(RECIPES).flat().map(({ file }) => file);
    const missing = named.filter(
      (file) => !text.includes(file) && !text.includes(file.replace(/^.*\//, '')) && !text.includes(file.replace(/[^/]*$/, '')),
    );
    expect(missing).toEqual([]);
  }); // prettier-ignore

  it('does not compile with a format that the command line does not know', () => {
    const [row, word] = RECIPES['an output format'] ?? [];
    expect(row !== undefined && word !== undefined).toBe(true);
    for (const edits of Object.values(RECIPES)) {
      edits.filter((edit) => edit !== word).forEach(apply);
    }
    expect(build()).toMatch(/src\/commands\/analyze\.ts.*\n?.*recipe/);
    apply(word as Edit);
  });

  it('gives a program that compiles', () => {
    expect(build()).toBe('');
  });

  it.each([
    ['an event', ['list', 'events', 'recipe_call'], /455 +recipe_call +res:errno size:uint32/],
    ['a field', ['events', 'fixtures/app-write.scap', 'evt.type=execve', '-p', '%group.recipe', '--limit', '1'], /^as the recipe says\n$/],
    ['an output format', ['analyze', 'fixtures/app-write.scap', '-f', 'recipe', '--no-summary', '-s', 'case.db'], /^an alert\n$/],
    ['a table', ['query', 'case.db', 'SELECT count(*) AS count FROM recipes', '-f', 'json'], /^\{"count":0\}\n$/],
  ])('adds %s', (_, words, printed) => {
    expect(run('bin/run.js', ...words)).toMatch(printed);
  }); // prettier-ignore
});
