import { describe, expect, it } from 'vitest';
import { describeRule, loadRules } from '../../src/rules/index.js';
import { printCondition } from '../../src/rules/print-condition.js';
import { codesOf, loadFiles, problemsOf, ruleOf, ruleSetOf, ruleText } from './helpers.js';

const conditionOf = (...texts: readonly string[]): string =>
  printCondition(ruleOf(texts).condition);
const list = (name: string, items: string): string => `- list: ${name}\n  items: [${items}]\n`;
const macro = (name: string, condition: string): string =>
  `- macro: ${name}\n  condition: ${condition}\n`;
const opened = (rest: string): string => ruleText(`evt.type = open and ${rest}`);
const change = (lines: string): string => `- rule: R\n${lines}`;
const withExceptions = (lines: string): string =>
  ruleText('evt.type = open', `  exceptions:\n${lines}`);

describe('lists', () => {
  it.each([
    ['become what they hold', list('l', 'a, b'), 'proc.name in (l)', 'proc.name in (a, b)'],
    [
      'stand beside texts',
      list('l', 'a, b'),
      'proc.name in (x, l, "y z")',
      'proc.name in (x, a, b, "y z")',
    ],
    [
      'hold lists, defined before',
      list('a', 'x') + list('l', 'a, y'),
      'proc.name in (l)',
      'proc.name in (x, y)',
    ],
    [
      'hold lists, defined after',
      list('l', 'a, y') + list('a', 'x'),
      'proc.name in (l)',
      'proc.name in (x, y)',
    ],
    [
      'hold lists that hold lists',
      list('a', 'x') + list('b', 'a') + list('l', 'b, b'),
      'proc.name in (l)',
      'proc.name in (x, x)',
    ],
    [
      'may hold a text of their own name',
      list('ssh', 'ssh, sshd'),
      'proc.name in (ssh)',
      'proc.name in (ssh, sshd)',
    ],
    [
      'in a circle end as text',
      list('a', 'b, x') + list('b', 'a, y'),
      'proc.name in (a)',
      'proc.name in (a, y, x)',
    ],
    ['may be empty', list('l', ''), 'proc.name in (l)', 'proc.name in ()'],
    ['may be empty beside texts', list('l', ''), 'proc.name in (x, l)', 'proc.name in (x)'],
    [
      'quote texts with blanks',
      list('l', 'a b, "\'c d\'"'),
      'proc.name in (l)',
      'proc.name in ("a b", "c d")',
    ],
    [
      'are split at commas inside an item',
      list('l', '"a,b"'),
      'proc.name in (l)',
      'proc.name in (a, b)',
    ],
    [
      'of one text may stand where one is expected',
      list('l', 'a'),
      'proc.name = l and fd.name in l',
      'proc.name = a and fd.name in (a)',
    ],
    ['are not meant by a quoted text', list('l', 'a, b'), 'proc.name in ("l")', 'proc.name in (l)'],
    [
      'are not meant by a part of a text',
      list('l', 'a, b'),
      'proc.name in (l-x)',
      'proc.name in (l-x)',
    ],
    [
      'may hold numbers and truths',
      list('l', '1, true, 0x10'),
      'proc.name in (l)',
      'proc.name in (1, true, 0x10)',
    ],
    ['that nobody defined are texts', '', 'proc.name in (nosuchlist)', 'proc.name in (nosuchlist)'],
    [
      'are replaced by a later definition',
      list('l', 'a') + list('l', 'b'),
      'proc.name in (l)',
      'proc.name in (b)',
    ],
    [
      'grow by "append"',
      `${list('l', 'a')}- list: l\n  items: [b]\n  append: true\n`,
      'proc.name in (l)',
      'proc.name in (a, b)',
    ],
    [
      'grow by an override',
      `${list('l', 'a')}- list: l\n  items: [b]\n  override: {items: append}\n`,
      'proc.name in (l)',
      'proc.name in (a, b)',
    ],
    [
      'are replaced by an override',
      `${list('l', 'a')}- list: l\n  items: [b]\n  override: {items: replace}\n`,
      'proc.name in (l)',
      'proc.name in (b)',
    ],
    [
      'take modifiers',
      list('l', 'a, b'),
      'proc.name startswith anyof (l)',
      'proc.name startswith anyof (a, b)',
    ],
  ])('%s', (_fact, lists, condition, understood) => {
    expect(conditionOf(lists + opened(condition))).toBe(`evt.type = open and ${understood}`);
  });

  it('count where a later file changes them', () => {
    const files = [
      list('l', 'a') + opened('proc.name in (l)'),
      `- list: l\n  items: [b]\n  override: {items: append}\n`,
    ];
    expect(conditionOf(...files)).toBe('evt.type = open and proc.name in (a, b)');
  });

  it('count where a later file defines one whose name was a text before', () => {
    expect(conditionOf(opened('proc.name in (l)'), list('l', 'a, b'))).toBe(
      'evt.type = open and proc.name in (a, b)',
    );
  });

  it('that grow to more than a million texts are refused', () => {
    const doubling = Array.from({ length: 30 }, (_, index) =>
      list(`l${index + 1}`, `l${index}, l${index}`),
    );
    const [problem] = problemsOf(
      list('l0', 'a') + doubling.join('') + opened('proc.name in (l30)'),
    );
    expect(problem?.message).toMatch(/holds more than 1000000 texts/);
  });
});

describe('macros', () => {
  it.each([
    [
      'become what they stand for',
      macro('m', 'proc.name = a or proc.name = b'),
      'm and fd.num = 1',
      '(proc.name = a or proc.name = b) and fd.num = 1',
    ],
    [
      'may be negated',
      macro('m', 'proc.name = a or proc.name = b'),
      'not m',
      'not (proc.name = a or proc.name = b)',
    ],
    [
      'may use macros before them',
      macro('a', 'proc.name = x') + macro('m', 'not a'),
      'm',
      'not proc.name = x',
    ],
    ['may come after the rule', '', 'later', 'proc.name = x'],
    [
      'grow by an override',
      `${macro('m', 'proc.name = a')}- macro: m\n  condition: or proc.name = b\n  override: {condition: append}\n`,
      'm',
      '(proc.name = a or proc.name = b)',
    ],
    [
      'grow by "append"',
      `${macro('m', 'proc.name = a')}- macro: m\n  condition: or proc.name = b\n  append: true\n`,
      'm',
      '(proc.name = a or proc.name = b)',
    ],
    [
      'are replaced by a later definition',
      macro('m', 'proc.name = a') + macro('m', 'proc.name = b'),
      'm',
      'proc.name = b',
    ],
    [
      'may use, once they grew, what came in between',
      `${macro('m', 'proc.name = a') + macro('n', 'proc.name = b')}- macro: m\n  condition: or n\n  append: true\n`,
      'm',
      '(proc.name = a or proc.name = b)',
    ],
  ])('%s', (_fact, macros, condition, understood) => {
    const later = macro('later', 'proc.name = x');
    expect(conditionOf(macros + opened(condition) + later)).toBe(
      `evt.type = open and ${understood}`,
    );
  });

  it('count where a later file changes them', () => {
    const files = [macro('m', 'proc.name = a') + opened('m'), macro('m', 'proc.name = b')];
    expect(conditionOf(...files)).toBe('evt.type = open and proc.name = b');
  });

  it('of a later file are missed in an earlier one', () => {
    expect(codesOf(opened('m'), macro('m', 'proc.name = a'))).toEqual(['LOAD_ERR_VALIDATE R']);
  });

  it('that stand for more than a million comparisons are refused', () => {
    const doubling = Array.from({ length: 30 }, (_, index) =>
      macro(`m${index + 1}`, `m${index} or m${index}`),
    );
    const [problem] = problemsOf(macro('m0', 'proc.name = x') + doubling.join('') + opened('m30'));
    expect(problem?.message).toMatch(/stands for more than 1000000 comparisons/);
  });
});

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
        change('  condition: and fd.num = 1\n  output: and %fd.num\n  desc: more\n  tags: [a]\n') +
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
        change(
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
        change(
          '  condition: and fd.num = 1\n  priority: ERROR\n  override: {condition: append, priority: replace}\n',
        ),
    );
    expect(rule).toMatchObject({
      conditionText: 'evt.type = open and fd.num = 1',
      priority: 'Error',
    });
  });

  it('are switched by an item with nothing but "enabled", with a warning', () => {
    const texts = [ruleText('evt.type = open'), change('  enabled: false\n')];
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

describe('exceptions', () => {
  const e = (lines: string): string => `    - name: e\n${lines.replace(/^(?=.)/gm, '      ')}`;
  it.each([
    [
      'rows of values',
      e('fields: [proc.name, fd.name]\nvalues: [[a, /x], [b, /y]]\n'),
      'proc.name = a and fd.name = /x or proc.name = b and fd.name = /y',
    ],
    [
      'operators',
      e('fields: [proc.name, fd.name]\ncomps: [startswith, in]\nvalues: [[a, [/x, /y]]]\n'),
      'proc.name startswith a and fd.name in (/x, /y)',
    ],
    ['one field', e('fields: proc.name\nvalues: [a, b c]\n'), 'proc.name in (a, "b c")'],
    [
      'one field and an operator',
      e('fields: fd.name\ncomps: pmatch\nvalues: [/x, /y]\n'),
      'fd.name pmatch (/x, /y)',
    ],
    [
      'one field and an operator with a modifier',
      e('fields: proc.name\ncomps: startswith anyof\nvalues: [a, b]\n'),
      'proc.name startswith anyof (a, b)',
    ],
    [
      'a field in a function',
      e('fields: [tolower(proc.name)]\nvalues: [[a]]\n'),
      'tolower(proc.name) = a',
    ],
    [
      'a field with an argument',
      e('fields: ["proc.aname[2]"]\nvalues: [[a]]\n'),
      'proc.aname[2] = a',
    ],
    [
      'a list by its name',
      e('fields: [proc.name]\ncomps: [in]\nvalues: [[shells]]\n'),
      'proc.name in (sh, bash)',
    ],
    [
      'a written list',
      e('fields: [proc.name]\ncomps: [in]\nvalues: [["(a, b)"]]\n'),
      'proc.name in (a, b)',
    ],
    [
      'operators with blanks around them',
      e('fields: [proc.name]\ncomps: [" = "]\nvalues: [[a]]\n'),
      'proc.name = a',
    ],
  ])('take %s out of the condition', (_what, lines, taken) => {
    const understood = conditionOf(list('shells', 'sh, bash') + withExceptions(lines));
    expect(understood).toBe(
      `evt.type = open and not ${taken.includes(' and ') || taken.includes(' or ') ? `(${taken})` : taken}`,
    );
  });

  it('without values take nothing out', () => {
    expect(conditionOf(withExceptions(e('fields: [proc.name]\n')))).toBe('evt.type = open');
  });

  it('are each taken out', () => {
    const two = `${e('fields: proc.name\nvalues: [a]\n')}    - {name: f, fields: fd.num, values: [1]}\n`;
    expect(conditionOf(withExceptions(two))).toBe(
      'evt.type = open and not proc.name in (a) and not fd.num in (1)',
    );
  });

  it('guard the whole condition, whatever binds how in it', () => {
    const text = withExceptions(e('fields: proc.name\nvalues: [a]\n')).replace(
      'open',
      'open or evt.type = dup',
    );
    expect(conditionOf(text)).toBe('(evt.type = open or evt.type = dup) and not proc.name in (a)');
  });

  it.each([
    ['get values later', 'values: [[b]]', '(proc.name = a or proc.name = b)'],
    [
      'get several values later',
      'values: [[b], [c]]',
      '(proc.name = a or proc.name = b or proc.name = c)',
    ],
  ])('%s', (_fact, values, taken) => {
    const text = withExceptions(e('fields: [proc.name]\nvalues: [[a]]\n'));
    for (const how of ['append: true', 'override: {exceptions: append}']) {
      const later = change(`  exceptions:\n    - {name: e, ${values}}\n  ${how}\n`);
      expect(conditionOf(text, later)).toBe(`evt.type = open and not ${taken}`);
    }
  });

  it('are added by appending one of another name', () => {
    const later = change(
      '  exceptions:\n    - {name: f, fields: fd.num, values: [1]}\n  override: {exceptions: append}\n',
    );
    expect(conditionOf(withExceptions(e('fields: proc.name\nvalues: [a]\n')), later)).toBe(
      'evt.type = open and not proc.name in (a) and not fd.num in (1)',
    );
  });

  it('are replaced as a whole', () => {
    const later = change(
      '  exceptions:\n    - {name: f, fields: fd.num, values: [1]}\n  override: {exceptions: replace}\n',
    );
    expect(conditionOf(withExceptions(e('fields: proc.name\nvalues: [a]\n')), later)).toBe(
      'evt.type = open and not fd.num in (1)',
    );
  });

  it('are checked in the fields that they name', () => {
    expect(
      ruleOf(withExceptions(e('fields: [proc.name, fd.name]\nvalues: [[a, b]]\n'))).exceptionFields,
    ).toEqual(['fd.name', 'proc.name']);
  });
});

describe('warnings', () => {
  it.each([
    [
      'a key that no rule has',
      ruleText('evt.type = open', '  prioritty: x\n'),
      'LOAD_UNKNOWN_KEY R',
    ],
    [
      'a merge key, which means nothing',
      '- &a {macro: m, condition: proc.name = x}\n' +
        ruleText('evt.type = open and m', '  <<: *a\n'),
      'LOAD_UNKNOWN_KEY R',
    ],
    ['an item of no known kind', '- ruel: R\n' + ruleText('evt.type = open'), 'LOAD_UNKNOWN_ITEM'],
    ['a condition about no event types', ruleText('proc.name = x'), 'LOAD_NO_EVTTYPE R'],
    ['a condition about all but one type', ruleText('not evt.type = open'), 'LOAD_NO_EVTTYPE R'],
    [
      'a condition about no type at all',
      ruleText('evt.type = open and evt.type = close'),
      'LOAD_NO_EVTTYPE R',
    ],
    [
      'a comparison with <NA>',
      ruleText('ka.user.name = "<NA>"', '  source: k8s_audit\n'),
      'LOAD_UNSAFE_NA_CHECK R',
    ],
    [
      'a regular expression that needs none',
      ruleText("evt.type = open and proc.name regex '.*bash'"),
      'LOAD_COMPILE_CONDITION R',
    ],
    [
      'a field as a text',
      ruleText('evt.type = open and proc.name = proc.pname'),
      'LOAD_COMPILE_CONDITION R',
    ],
    [
      'a function as a text',
      ruleText('evt.type = open and proc.name = "tolower(proc.pname)"'),
      'LOAD_COMPILE_CONDITION R',
    ],
    [
      'a field that nothing fills any more',
      ruleText('evt.type = open and evt.latency > 5'),
      'LOAD_DEPRECATED_ITEM R',
    ],
    [
      'a field in an output that nothing fills',
      ruleText('evt.type = open').replace('%evt.num', '%evt.dir'),
      'LOAD_DEPRECATED_ITEM R',
    ],
    [
      'the old name for a container',
      ruleText('evt.type = open').replace('%evt.num', '%container.info'),
      'LOAD_DEPRECATED_ITEM R',
    ],
    ['a macro that nobody uses', macro('m', 'proc.name = x'), 'LOAD_UNUSED_MACRO m'],
    ['a list that nobody uses', list('l', 'a'), 'LOAD_UNUSED_LIST l'],
  ])('tell of %s', (_what, text, code) => {
    expect(codesOf(text)).toEqual([code]);
    expect(loadFiles([text]).ruleSet).toBeDefined();
  });

  it.each([
    [
      'a condition about a third of all types',
      ruleText('evt.type in (open, openat, openat2, execve, execveat, clone)'),
    ],
    [
      'a condition that says that it is about all',
      ruleText('proc.name = x', '  warn_evttypes: false\n'),
    ],
    [
      'a regular expression that is needed',
      ruleText("evt.type = open and proc.name regex '[a-z]+sh'"),
    ],
    [
      'a macro that only another macro uses',
      macro('a', 'proc.name = x') + macro('m', 'a') + opened('m'),
    ],
    ['an empty file', ''],
    ['a file of comments', '# nothing\n'],
    [
      'several documents',
      `${ruleText('evt.type = open')}---\n${ruleText('evt.type = dup').replace('R', 'S')}...\n---\n`,
    ],
  ])('do not tell of %s', (_what, text) => {
    expect(codesOf(text)).toEqual([]);
  });

  it('tell of what is unused only when all files are read', () => {
    expect(codesOf(macro('m', 'proc.name in (l)') + list('l', 'a'), opened('m'))).toEqual([]);
  });

  it('come once, although rules are compiled after each file', () => {
    expect(codesOf(ruleText('proc.name = x'), '- list: l\n  items: []\n')).toEqual([
      'LOAD_NO_EVTTYPE R',
      'LOAD_UNUSED_LIST l',
    ]);
  });
});

describe('required versions', () => {
  it.each([
    ['an engine as a number', '- required_engine_version: 26\n'],
    ['the engine that this is', '- required_engine_version: 0.62.0\n'],
    ['an engine as a quoted version', '- required_engine_version: "0.31.0"\n'],
    ['a plugin', '- required_plugin_versions:\n  - {name: json, version: 0.7.0}\n'],
    [
      'an alternative that is there',
      '- required_plugin_versions:\n  - {name: k8saudit-eks, version: 0.4.0, alternatives: [{name: k8saudit, version: 0.7.0}]}\n',
    ],
    [
      'several plugins',
      '- required_plugin_versions:\n  - {name: cloudtrail, version: 0.2.3}\n  - {name: container, version: 0.4.0}\n',
    ],
  ])('are met by %s', (_what, text) => {
    expect(codesOf(text)).toEqual([]);
  });

  it('of another major number are not met', () => {
    expect(codesOf('- required_engine_version: 1.0.0\n')).toEqual(['LOAD_ERR_VALIDATE']);
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
    const text = `- list: a\n  items: &items [x, y]\n- list: b\n  items: *items\n${opened('proc.name in (a, b)')}`;
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

  it('with a byte order mark or carriage returns has the same places', () => {
    const text = ruleText('evt.type = open and proc.nme = x').replaceAll('\n', '\r\n');
    const [problem] = problemsOf(text);
    expect(problem?.at).toEqual({ file: '1.yaml', line: 3, column: 34 });
    expect(problem?.snippet.split('\n')[0]).toBe('  condition: evt.type = open and proc.nme = x');
  });
});

describe('loadRules', () => {
  it('gives the same result twice', () => {
    const inputs = [{ path: 'a.yaml', text: list('l', 'a, b') + opened('proc.name in (l)') }];
    expect(JSON.stringify(loadRules(inputs))).toBe(JSON.stringify(loadRules(inputs)));
  });

  it('remembers what the rules are made of', () => {
    const set = ruleSetOf(
      list('l', 'a') + macro('inner', 'proc.name in (l)') + macro('m', 'inner') + opened('m'),
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
