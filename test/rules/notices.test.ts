import { describe, expect, it } from 'vitest';
import { loadRules } from '../../src/rules/index.js';
import { itemOf, listText, macroText, openedText, ruleText } from './helpers.js';

/** Notices of one file that must load: `NOTICE_NEVER_TRUE R`. */
function noticesOf(text: string): readonly string[] {
  const { files, ruleSet } = loadRules([{ path: '1.yaml', text }], { isThorough: true });
  expect(ruleSet).toBeDefined();
  return files.flatMap(({ notices }) =>
    notices.map(({ code, context }) => `${code} ${itemOf(context)}`),
  );
}

describe('a condition that can never hold is reported', () => {
  it.each([
    ['a part and its opposite', 'proc.name = a and not proc.name = a'],
    ['two types at once', 'evt.type = close'],
    ['two values of one field', 'proc.name = a and proc.name in (b, c)'],
    ['the only value excluded', 'proc.name = a and not proc.name in (a, b)'],
    [
      'all alternatives excluded',
      '(proc.name = a or fd.name = b) and not proc.name = a and not fd.name = b',
    ],
    [
      'alternatives that are conjunctions',
      '((proc.name = a and fd.name = b) or proc.name = c) and proc.name = d',
    ],
    ['alternatives in a negation', 'proc.name = a and not (proc.name in (a, b) or fd.name = c)'],
    ['an empty list', 'proc.name in ()'],
    ['never_true', 'evt.num = 0'],
  ])('%s', (_, rest) => {
    expect(noticesOf(openedText(rest))).toContain('NOTICE_NEVER_TRUE R');
  });

  it.each([
    ['one alternative is left', '(proc.name = a or fd.name = b) and not proc.name = a'],
    ['a field with several values', 'proc.aname = a and proc.aname = b'],
    ['ranges', 'proc.pid > 3 and not proc.pid > 5'],
    ['two values in alternatives', '(proc.name = a or proc.name = b)'],
    ['arguments differ', 'proc.aname[2] = a and proc.aname[3] = b'],
    ['a field of another name', 'proc.name = a and not proc.pname = a'],
  ])('but not where %s', (_, rest) => {
    expect(noticesOf(openedText(rest))).toEqual([]);
  });

  it('with the values that its macros and lists have', () => {
    const text = listText('names', '') + macroText('named', 'proc.name in (names)');
    expect(noticesOf(text + openedText('named'))).toEqual(['NOTICE_NEVER_TRUE R']);
  });
});

describe('a text that looks like the name of a list is reported', () => {
  it.each([
    ['alone in its parentheses', openedText('proc.name in (our_tools)'), 'R'],
    ['ending like a list', openedText('proc.name = known_procs'), 'R'],
    ['among others', openedText('proc.name in (sh, known_procs)'), 'R'],
    [
      'nearly a list that there is',
      listText('shells_all', 'sh') + openedText('proc.name in (shells_all, x, shells_al)'),
      'R',
    ],
    [
      'in a macro, once',
      macroText('m', 'proc.name in (our_tools)') +
        openedText('m') +
        ruleText('m').replace('R', 'S'),
      'm',
    ],
  ])('%s', (_, text, item) => {
    expect(noticesOf(text).filter((notice) => notice.startsWith('NOTICE_UNDEFINED'))).toEqual([
      `NOTICE_UNDEFINED_LIST ${item}`,
    ]);
  });

  it.each([
    ['it is quoted', openedText('proc.name in ("our_tools")')],
    ['it is a list', listText('our_tools', 'sh') + openedText('proc.name in (our_tools)')],
    [
      'it is a list that comes later',
      openedText('proc.name in (our_tools)') + listText('our_tools', 'sh'),
    ],
    ['it is one of several ordinary texts', openedText('proc.name in (pg_dump, sh)')],
    ['it is a process name cut at 15 bytes', openedText('proc.name in (unicorn_launche)')],
    ['it has no underscore', openedText('proc.name in (sh)')],
  ])('but not where %s', (_, text) => {
    expect(noticesOf(text)).toEqual([]);
  });
});

describe('a plugin with the fields of k8saudit', () => {
  const required = (name: string, version: string): string =>
    `- required_plugin_versions:\n  - name: ${name}\n    version: ${version}\n`;

  it.each(['aks', 'eks', 'gke', 'ovh'])('may be required: k8saudit-%s', (provider) => {
    expect(noticesOf(required(`k8saudit-${provider}`, '0.4.0'))).toEqual([]);
  });

  it.each([
    ['another major version', 'k8saudit-eks', '1.0.0'],
    ['another plugin', 'k8saudit-xyz', '0.4.0'],
  ])('is refused for %s', (_, name, version) => {
    const { ruleSet } = loadRules([{ path: '1.yaml', text: required(name, version) }]);
    expect(ruleSet).toBeUndefined();
  });
});

describe('a system call without a layout of its own', () => {
  const more = '  warn_evttypes: false\n';

  it.each([
    'not evt.type in (getpid)',
    'evt.type != getpid',
    'not (evt.type = getpid or proc.pid = 1)',
  ])('is reported where it is excluded: %s', (condition) => {
    expect(noticesOf(ruleText(condition, more))).toEqual(['NOTICE_GENERIC_EVENTS R']);
  });

  it.each([
    'evt.type in (getpid)',
    'not evt.type != getpid',
    'not evt.type in (open)',
    // it has a layout, and Falco excludes nothing else with it
    'not evt.type in (geteuid)',
  ])('is no matter otherwise: %s', (condition) => {
    expect(noticesOf(ruleText(condition, more))).toEqual([]);
  });
});

describe('a name of an address, which no replay knows', () => {
  it.each(['fd.sip.name = example.org', 'fd.rip.name in (a.example, b.example)'])(
    'makes a condition impossible: %s',
    (rest) => {
      expect(noticesOf(openedText(rest))).toEqual(['NOTICE_NEVER_TRUE R']);
    },
  );

  it.each([
    'fd.sip.name != example.org',
    'fd.sip.name exists',
    'not fd.sip.name in (a.example)',
    '(fd.sip = 10.0.0.1 or fd.sip.name = a.example)',
  ])('does not where something else decides: %s', (rest) => {
    expect(noticesOf(openedText(rest))).toEqual([]);
  });

  it.each(['startswith', 'contains', 'glob', 'endswith'])(
    'is reported with an operator at which Falco ends: %s',
    (operator) => {
      const text = openedText(`(fd.sip.name ${operator} example or proc.name = a)`);
      expect(noticesOf(text)).toEqual(['NOTICE_NAME_OPERATOR R']);
    },
  );
});
