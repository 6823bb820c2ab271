/** Files that people wrote for Falco's stock rules change ours in the same places. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { loadRules, readRulesFiles } from '../../src/rules/index.js';
import { WELL_KNOWN_NAMES } from './well-known-names-table.js';

const quoted = (name: string): string => JSON.stringify(name);
const NOTHING = '(evt.num = 0)';

/** What is wrong, at all, when this text is loaded after the file. */
function problems(file: string, text: string): readonly string[] {
  const { files } = loadRules([...readRulesFiles([file]), { path: 'local.yaml', text }]);
  return files.flatMap(({ errors, warnings }) =>
    [...errors, ...warnings].map(({ code, message }) => `${code}: ${message}`),
  );
}

/** What only a replaced list or macro used is not used any more. */
const isMoreThanUnused = (problem: string): boolean => !problem.startsWith('LOAD_UNUSED_');

const listItem = (list: string): { name: string; item: string } => {
  const [name = '', item = 'x'] = list.split('=');
  return { name, item: item === 'x' ? item : `'${item}'` };
};

describe.each(Object.entries(WELL_KNOWN_NAMES))('%s', (file, { rules, macros, lists }) => {
  it('lets every list be appended to, and be replaced', () => {
    const items = lists.map(listItem);
    const appended = items.map(
      ({ name, item }) => `- list: ${name}\n  items: [${item}]\n  override: {items: append}\n`,
    );
    const replaced = items.map(({ name, item }) => `- list: ${name}\n  items: [${item}]\n`);
    expect(problems(file, appended.join(''))).toEqual([]);
    expect(problems(file, replaced.join('')).filter(isMoreThanUnused)).toEqual([]);
  });

  it('lets every macro that is made for it be appended to, and be replaced', () => {
    const appended = macros.map(
      (name) => `- macro: ${name}\n  condition: or ${NOTHING}\n  override: {condition: append}\n`,
    );
    expect(problems(file, appended.join(''))).toEqual([]);
    const replaced = macros.map((name) => `- macro: ${name}\n  condition: ${NOTHING}\n`);
    expect(problems(file, replaced.join('')).filter(isMoreThanUnused)).toEqual([]);
  });

  it('lets every rule be switched, narrowed and made louder', () => {
    const changes = rules.map(
      (name) => `- rule: ${quoted(name)}
  condition: and not ${NOTHING}
  output: " and more"
  priority: WARNING
  tags: [ours]
  enabled: true
  override: {condition: append, output: append, priority: replace, tags: append, enabled: replace}
`,
    );
    expect(problems(file, changes.join(''))).toEqual([]);
  });
});

const STOCK = '../shared/rules/falco-5.1.0/';
const FILES: Readonly<Record<string, readonly string[]>> = {
  'rules/tiercel_rules.yaml': ['falco_rules', 'falco-incubating_rules', 'falco-sandbox_rules'],
  'rules/k8s_audit_rules.yaml': ['k8s_audit_rules'],
  'rules/aws_cloudtrail_rules.yaml': ['aws_cloudtrail_rules'],
};

describe.skipIf(!existsSync(STOCK))("the names of Falco's own files (in ../shared)", () => {
  it.each(Object.entries(FILES))('%s has all of them in its table', (file, stock) => {
    const items = stock.flatMap((name) =>
      parseAllDocuments(readFileSync(`${STOCK}${name}.yaml`, 'utf8')).flatMap(
        (document) => document.toJS() as Readonly<Record<string, unknown>>[],
      ),
    );
    const named = (kind: string): unknown[] =>
      items.flatMap((item) => (item[kind] === undefined ? [] : [item[kind]]));
    const table = WELL_KNOWN_NAMES[file];
    expect(table?.rules).toEqual(expect.arrayContaining(named('rule')));
    expect(table?.lists.map((list) => listItem(list).name)).toEqual(
      expect.arrayContaining(named('list')),
    );
  });
});
