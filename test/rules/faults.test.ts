import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadRules } from '../../src/rules/index.js';
import { FAULT_ROWS } from './faults-table.js';
import { changeText, itemOf, loadFiles, problemsOf, ruleText } from './helpers.js';

const MARK = '¶';

function placeOfMark(text: string): string {
  const lines = text.slice(0, text.indexOf(MARK)).split('\n');
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}

describe('a mistake in a rules file', () => {
  it.each(FAULT_ROWS)('is named, placed and explained: $why', (row) => {
    const { files, ruleSet } = loadFiles([row.text.replace(MARK, '')]);
    const told = files[0]?.errors.map(({ code, context, at, message, fix }) => ({
      code,
      item: itemOf(context),
      place: `${at.line}:${at.column}`,
      message,
      fix,
    }));
    const { code, item, message, fix } = row;
    expect(told).toEqual([{ code, item, place: placeOfMark(row.text), message, fix }]);
    expect(ruleSet).toBeUndefined();
  });

  it('is underlined in its line', () => {
    const [problem] = problemsOf(ruleText('evt.type = open and proc.nme = x'));
    expect(problem?.snippet).toBe(
      '  condition: evt.type = open and proc.nme = x\n                                 ^~~~~~~~\n',
    );
  });

  it('is underlined in the part of a long line around it', () => {
    const [problem] = problemsOf(
      ruleText(`evt.type = open and ${'proc.pid != 1 and '.repeat(50)}proc.nme = x`),
    );
    const [line, mark] = problem?.snippet.split('\n') ?? [];
    expect(line?.startsWith('...')).toBe(true);
    expect(line?.slice(mark?.indexOf('^'), (mark?.lastIndexOf('~') ?? 0) + 1)).toBe('proc.nme');
  });

  it('does not hide those in the condition and output of the same item', () => {
    const text = ruleText('evt.type = open and proc.nme = x', '  enabled: maybe\n')
      .replace('%evt.num', '%evt.nmu')
      .replace('INFO', 'LOUD');
    expect(problemsOf(text).map(({ code, at }) => `${code} ${at.line}:${at.column}`)).toEqual([
      'LOAD_ERR_YAML_VALIDATE 5:13',
      'LOAD_ERR_YAML_VALIDATE 6:12',
      'LOAD_ERR_COMPILE_OUTPUT 4:15',
      'LOAD_ERR_COMPILE_CONDITION 3:34',
    ]);
    const withoutOutput =
      '- rule: R\n  desc: d\n  condition: evt.type = open and (a\n  priority: INFO\n';
    expect(problemsOf(withoutOutput).map(({ at }) => `${at.line}:${at.column}`)).toEqual([
      '1:3',
      '3:34',
    ]);
  });

  it('does not hide those in the condition of a change', () => {
    const change = changeText(
      '  condition: and proc.nme = x\n  priority: LOUD\n  override: {condition: append, priority: replace}\n',
    );
    const problems = problemsOf(ruleText('evt.type = open') + change);
    expect(problems.map(({ code, at }) => `${code} ${at.line}:${at.column}`)).toEqual([
      'LOAD_ERR_YAML_VALIDATE 8:13',
      'LOAD_ERR_COMPILE_CONDITION 7:18',
    ]);
  });

  it('does not hide the others in the file', () => {
    const problems = problemsOf(
      ruleText('evt.type = open and proc.nme = x and fd.nun = 1').replace('%evt.num', '%evt.nmu'),
      '- macro: m\n  condition: proc.name like x\n- rule: S\n  priority: LOUD\n  tags: x\n',
    );
    expect(problems.map(({ at }) => `${at.file}:${at.line}`)).toEqual([
      '1.yaml:4',
      '1.yaml:3',
      '1.yaml:3',
      '2.yaml:4',
      '2.yaml:5',
      '2.yaml:3',
      '2.yaml:2',
    ]);
  });

  it('in a macro is reported once, and the rules that use it are not blamed for it', () => {
    const rule = (name: string): string => ruleText('evt.type = open and m').replace('R', name);
    const problems = problemsOf(
      `- macro: m\n  condition: proc.name like x\n${rule('A')}${rule('B')}`,
    );
    expect(problems.map(({ context }) => itemOf(context))).toEqual(['m']);
  });

  it('in an item leaves the items that refer to it without blame', () => {
    const problems = problemsOf(
      `- macro: m\n- list: l\n  items: x\n${ruleText('evt.type = open and m and proc.name in (l)')}`,
    );
    expect(problems.map(({ context }) => itemOf(context))).toEqual(['m', 'l > items']);
  });

  it('in one file loads nothing of the others', () => {
    const { ruleSet, files } = loadFiles([ruleText('evt.type = open'), '- rule: S\n']);
    expect(files.map(({ successful }) => successful)).toEqual([true, false]);
    expect(ruleSet).toBeUndefined();
  });
});

const shared = new URL('../../../shared/', import.meta.url);
const oracle = new URL('oracle/rules-faults.json', shared);

interface Expected {
  readonly successful: boolean;
  readonly error?: string;
  readonly errors: readonly ExpectedProblem[];
  readonly warnings: readonly ExpectedProblem[];
}
interface ExpectedProblem {
  readonly code: string;
  readonly locations: readonly { readonly item_name: string }[];
}

function expectedFiles(): readonly (readonly [name: string, path: string, expected: Expected])[] {
  if (!existsSync(oracle)) {
    return [];
  }
  const read = (file: string, folder: string) =>
    Object.entries(
      JSON.parse(readFileSync(new URL(`oracle/${file}`, shared), 'utf8')) as Record<
        string,
        Expected
      >,
    ).map(([name, expected]) => [name, `rules/${folder}${name}`, expected] as const);
  return [...read('rules-faults.json', 'faults/'), ...read('rules-stock.json', '')].filter(
    ([, , expected]) => expected.error === undefined,
  );
}

describe.skipIf(!existsSync(oracle))('rules files that Falco has judged (../shared)', () => {
  it.each(expectedFiles())('%s is judged as Falco does', (_name, path, expected) => {
    const text = readFileSync(new URL(path, shared), 'utf8');
    const { files } = loadRules([{ path, text }]);
    const told = (['errors', 'warnings'] as const).flatMap((kind) =>
      (files[0]?.[kind] ?? []).map(({ code, context }) => `${kind} ${code} ${itemOf(context)}`),
    );
    const wanted = (['errors', 'warnings'] as const).flatMap((kind) =>
      expected[kind].map(({ code, locations }) => {
        const names = locations.map((location) => location.item_name).filter((name) => name !== '');
        return `${kind} ${code} ${names.join(' > ')}`;
      }),
    );
    expect(told.sort()).toEqual(wanted.sort());
    expect(files[0]?.successful).toBe(expected.successful);
  });
});
