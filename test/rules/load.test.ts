import { describe, expect, it } from 'vitest';
import { describeRule, loadRules } from '../../src/rules/index.js';
import { printCondition } from '../../src/rules/print-condition.js';
import {
  changeText,
  codesOf,
  conditionOf,
  listText,
  macroText,
  openedText,
  problemsOf,
  ruleOf,
  ruleSetOf,
  ruleText,
} from './helpers.js';

describe('rules', () => {
  it('have what is usual where nothing is said', () => {
    const rule = ruleOf(ruleText('evt.type = open'));
    expect(rule).toMatchObject({
      name: 'R',
      index: 0,
      description: 'd',
      priority: 'Informational',
      source: 'syscall',
      tags: [],
      isEnabled: true,
      isCaptured: false,
      captureMs: 0,
      conditionText: 'evt.type = open',
      output: 'x %evt.num',
      at: { file: '1.yaml', line: 1, column: 3 },
    });
  });

  it('have what is said', () => {
    const more =
      '  tags: [b, a, b]\n  enabled: no\n  capture: On\n  capture_duration: 0x10\n  source: k8s_audit\n';
    expect(ruleOf(ruleText('ka.verb = get', more))).toMatchObject({
      tags: ['a', 'b'],
      isEnabled: false,
      isCaptured: true,
      captureMs: 16,
      source: 'k8s_audit',
    });
  });

  it('keep their place when they are defined again', () => {
    const other = ruleText('evt.type = close').replace('rule: R', 'rule: S');
    const { rules } = ruleSetOf(ruleText('evt.type = open') + other + ruleText('evt.type = dup'));
    expect(rules.map(({ name, index, conditionText }) => [name, index, conditionText])).toEqual([
      ['R', 0, 'evt.type = dup'],
      ['S', 1, 'evt.type = close'],
    ]);
  });

  it('grow in every key that can be appended to', () => {
    const rule = ruleOf(
      ruleText('evt.type = open', '  tags: [b]\n') +
        changeText(
          '  condition: and fd.num = 1\n  output: and %fd.num\n  desc: more\n  tags: [a]\n',
        ) +
        '  override: {condition: append, output: append, desc: append, tags: append}\n',
    );
    expect(rule).toMatchObject({
      conditionText: 'evt.type = open and fd.num = 1',
      output: 'x %evt.num and %fd.num',
      description: 'd more',
      tags: ['a', 'b'],
    });
  });

  it('change in every key that can be replaced', () => {
    const keys = [
      'condition',
      'output',
      'desc',
      'priority',
      'tags',
      'enabled',
      'capture',
      'capture_duration',
      'warn_evttypes',
      'skip-if-unknown-filter',
      'exceptions',
    ];
    const rule = ruleOf(
      ruleText(
        'evt.type = open',
        '  tags: [b]\n  exceptions:\n    - {name: e, fields: [proc.name], values: [[a]]}\n',
      ) +
        changeText(
          '  condition: fd.num = 1\n  output: y\n  desc: other\n  priority: error\n  tags: [a]\n  enabled: false\n',
        ) +
        '  capture: true\n  capture_duration: 5\n  warn_evttypes: false\n  skip-if-unknown-filter: true\n  exceptions: []\n' +
        `  override: {${keys.map((key) => `${key}: replace`).join(', ')}}\n`,
    );
    expect(printCondition(rule.condition)).toBe('fd.num = 1');
    expect(rule).toMatchObject({
      output: 'y',
      description: 'other',
      priority: 'Error',
      tags: ['a'],
      isEnabled: false,
      isCaptured: true,
      captureMs: 5,
    });
  });

  it('may be appended to and changed by one item', () => {
    const rule = ruleOf(
      ruleText('evt.type = open') +
        changeText(
          '  condition: and fd.num = 1\n  priority: ERROR\n  override: {condition: append, priority: replace}\n',
        ),
    );
    expect(rule).toMatchObject({
      conditionText: 'evt.type = open and fd.num = 1',
      priority: 'Error',
    });
  });

  it('are switched by an item with nothing but "enabled", with a warning', () => {
    const texts = [ruleText('evt.type = open'), changeText('  enabled: false\n')];
    expect(ruleOf(texts).isEnabled).toBe(false);
    expect(codesOf(...texts)).toEqual(['LOAD_DEPRECATED_ITEM R']);
  });

  it('of other sources are kept, and idle', () => {
    const text = ruleText('okta.evt.type = x', '  source: okta\n');
    const { rules, idle } = ruleSetOf(text);
    expect(rules).toEqual([]);
    expect(idle).toEqual([
      {
        name: 'R',
        source: 'okta',
        priority: 'Informational',
        at: { file: '1.yaml', line: 1, column: 3 },
      },
    ]);
    expect(codesOf(text)).toEqual(['LOAD_UNKNOWN_SOURCE R']);
  });

  it('that ask for it are left out where something in them is unknown', () => {
    const skip = '  skip-if-unknown-filter: true\n';
    const { rules } = ruleSetOf(ruleText('proc.nme = x', skip));
    expect(rules).toEqual([]);
    expect(codesOf(ruleText('proc.nme = x', skip))).toEqual(['LOAD_UNKNOWN_FILTER R']);
    expect(codesOf(ruleText('evt.type = opne', skip))).toEqual(['LOAD_UNKNOWN_FILTER R']);
    expect(codesOf(ruleText('evt.type = open', skip).replace('%evt.num', '%evt.nmu'))).toEqual([
      'LOAD_UNKNOWN_FILTER R',
    ]);
    expect(codesOf(ruleText('fd.num = x', skip))).toEqual(['LOAD_ERR_COMPILE_CONDITION R']);
  });

  it('hold byte strings', () => {
    const rule = ruleOf(
      ruleText('evt.type = open and proc.name = ä').replace('rule: R', 'rule: ä'),
      '\u00c3\u00a4',
    );
    expect(rule.conditionText).toBe('evt.type = open and proc.name = \u00c3\u00a4');
  });
});

describe('a Helm values file', () => {
  const values = `replicas: 2
customRules:
  b.yaml: |-
    - macro: m
      condition: proc.name = b
      override: {condition: replace}
  a.yaml: |-
    - macro: m
      condition: proc.name = a
    - rule: R
      desc: d
      condition: evt.type = open and m
      output: x
      priority: INFO
  empty.yaml:
`;

  it('is rules files, in order of their names', () => {
    expect(conditionOf(values)).toBe('evt.type = open and proc.name = b');
  });

  it('gives places in the whole file', () => {
    expect(ruleOf(values).at).toEqual({ file: '1.yaml', line: 10, column: 7 });
    const [problem] = problemsOf(values.replace('evt.type = open', 'evt.type = opne'));
    expect(problem?.at).toEqual({ file: '1.yaml', line: 12, column: 29 });
  });
});

describe('YAML', () => {
  it('takes every scalar for text', () => {
    const rule = ruleOf(
      ruleText('evt.type = open').replace('desc: d', 'desc: 1.50').replace('rule: R', 'rule: 0x1F'),
      '0x1F',
    );
    expect(rule.description).toBe('1.50');
  });

  it('shares what aliases name', () => {
    const text = `- list: a\n  items: &items [x, y]\n- list: b\n  items: *items\n${openedText('proc.name in (a, b)')}`;
    expect(conditionOf(text)).toBe('evt.type = open and proc.name in (x, y, x, y)');
  });

  it('takes the first of two equal keys', () => {
    expect(ruleOf(ruleText('evt.type = open', '  desc: second\n')).description).toBe('d');
  });

  it('refuses aliases that stand for far more than is written', () => {
    const laughs = Array.from(
      { length: 40 },
      (_, index) => `- &a${index + 1} [*a${index}, *a${index}]\n`,
    );
    const [problem] = problemsOf(`- &a0 [x, x]\n${laughs.join('')}`);
    expect(problem?.code).toBe('LOAD_ERR_YAML_PARSE');
    expect(problem?.message).toMatch(/aliases make \d+ nodes of the \d+ that are written/);
  });

  it.each([
    ['brackets', '['.repeat(50_000)],
    ['sequences', '- '.repeat(50_000)],
    ['keys', Array.from({ length: 3_000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
  ])('refuses thousands of %s inside each other', (_what, text) => {
    expect(codesOf(text)).toEqual(['LOAD_ERR_YAML_PARSE']);
  });

  it.each([
    ['as far as their key', '- list: l\n  items: [\n  a,\n  b c, # comment ]\n  "d ] e"\n  ]\n'],
    ['less than their key', '- list: l\n  items: [a,\n b c,\n"d ] e"]\n'],
    ['by tabs', "- list: l\n  items: [\n\ta,\n\tb c,\n\t'd ] e'\n]\n"],
    ['less, twice', '- list: k\n  items: [\nx\n]\n- list: l\n  items: [\na,\nb c,\n"d ] e"]\n'],
  ])('takes lists in brackets whose lines are indented %s', (_how, text) => {
    const more = text.includes('list: k') ? ', k' : '';
    const file = text + openedText(`proc.name in (l${more}) and fd.name = x`);
    expect(conditionOf(file)).toBe(
      `evt.type = open and proc.name in (a, "b c", "d ] e"${more === '' ? '' : ', x'}) and fd.name = x`,
    );
    const [problem] = problemsOf(`${file}- list: m\n  items: {}\n`);
    expect(problem?.at.line).toBe(file.split('\n').length + 1);
  });

  it('with a byte order mark or carriage returns has the same places', () => {
    const text = ruleText('evt.type = open and proc.nme = x').replaceAll('\n', '\r\n');
    const [problem] = problemsOf(text);
    expect(problem?.at).toEqual({ file: '1.yaml', line: 3, column: 34 });
    expect(problem?.snippet.split('\n')[0]).toBe('  condition: evt.type = open and proc.nme = x');
  });
});

describe('loadRules', () => {
  it('gives the same result twice', () => {
    const inputs = [
      { path: 'a.yaml', text: listText('l', 'a, b') + openedText('proc.name in (l)') },
    ];
    expect(JSON.stringify(loadRules(inputs))).toBe(JSON.stringify(loadRules(inputs)));
  });

  it('remembers what the rules are made of', () => {
    const set = ruleSetOf(
      listText('l', 'a') +
        macroText('inner', 'proc.name in (l)') +
        macroText('m', 'inner') +
        openedText('m'),
    );
    const rule = set.rules[0];
    expect(rule?.macros).toEqual(['m']);
    expect(
      rule && describeRule(rule, set).buildings.map(({ kind, name }) => `${kind} ${name}`),
    ).toEqual(['list l', 'macro inner', 'macro m']);
  });

  it('says at which event types a rule can hold', () => {
    const types = (condition: string) => {
      const set = ruleSetOf(ruleText(condition));
      return set.rules[0] && describeRule(set.rules[0], set).eventTypes;
    };
    expect(types('evt.type in (open, close) and not evt.type = close')).toEqual(['open']);
    expect(types('evt.type = open and proc.name = x or evt.type = dup')).toEqual(['dup', 'open']);
    expect(types('proc.name = x')).toBeUndefined();
  });
});
