import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { selectRules, switchRules, type Selection } from '../../src/rules/index.js';
import { ruleSetOf, ruleText } from './helpers.js';

const rule = (name: string, priority: string, more = ''): string =>
  ruleText('evt.type = open', more).replace('rule: R', `rule: ${name}`).replace('INFO', priority);
const set = ruleSetOf(
  rule('Shell in container', 'NOTICE', '  tags: [shell, container]\n') +
    rule('Shell (chmod)', 'ERROR', '  tags: [shell]\n  enabled: false\n') +
    rule('Écrit', 'DEBUG', '  tags: [écrit]\n') +
    rule('Okta login', 'INFO', '  source: okta\n'),
);
const names = (selection: Selection): readonly string[] =>
  selectRules(set, selection).map(({ name }) => Buffer.from(name, 'latin1').toString('utf8'));

describe('selectRules', () => {
  it.each<[fact: string, selection: Selection, left: readonly string[]]>([
    ['leaves what is enabled', {}, ['Shell in container', 'Écrit']],
    [
      'takes exactly the named ones, disabled ones too',
      { rules: ['Shell*'] },
      ['Shell in container', 'Shell (chmod)'],
    ],
    ['takes a name as it is', { rules: ['Shell (chmod)'] }, ['Shell (chmod)']],
    [
      'takes what fits any pattern or tag',
      { rules: ['?crit'], tags: ['container'] },
      ['Shell in container', 'Écrit'],
    ],
    [
      'takes tags, disabled rules too',
      { tags: ['shell'] },
      ['Shell in container', 'Shell (chmod)'],
    ],
    ['takes tags that are not ASCII', { tags: ['écrit'] }, ['Écrit']],
    ['leaves out names', { disable: ['Shell*'] }, ['Écrit']],
    ['leaves out tags', { disableTags: ['écrit'] }, ['Shell in container']],
    ['leaves out what is less urgent', { minPriority: 'Notice' }, ['Shell in container']],
    [
      'leaves out of the named ones too',
      { rules: ['*'], disable: ['Écrit'], minPriority: 'Error' },
      ['Shell (chmod)'],
    ],
    ['takes nothing where only an idle rule fits', { rules: ['Okta*'] }, []],
  ])('%s', (_fact, selection, left) => {
    expect(names(selection)).toEqual(left);
  });

  it('gives rules that are enabled', () => {
    expect(selectRules(set, { tags: ['shell'] }).every(({ isEnabled }) => isEnabled)).toBe(true);
  });

  it.each<[fact: string, selection: Selection, code: string, fix: string]>([
    [
      'a name that no rule has',
      { rules: ['Shell in contaner'] },
      'RULE_UNKNOWN',
      'did you mean "Shell in container"?',
    ],
    [
      'a pattern that fits nothing',
      { disable: ['Z*'] },
      'RULE_UNKNOWN',
      'run "tiercel rules list" to see every rule',
    ],
    ['a tag that no rule has', { tags: ['sell'] }, 'TAG_UNKNOWN', 'did you mean "shell"?'],
    [
      'a tag to leave out that no rule has',
      { disableTags: ['écrits'] },
      'TAG_UNKNOWN',
      'did you mean "écrit"?',
    ],
    [
      'tags together with what to leave out',
      { tags: ['shell'], disable: ['*'] },
      'SELECTION_CONFLICT',
      'give either --tag, or --disable and --disable-tag',
    ],
  ])('refuses %s', (_fact, selection, code, fix) => {
    const attempt = (): unknown => selectRules(set, selection);
    expect(attempt).toThrow(UserError);
    try {
      attempt();
    } catch (error) {
      expect((error as UserError).story).toMatchObject({ code, fix });
    }
  });
});

describe('switchRules', () => {
  const isEnabled = (...switches: Parameters<typeof switchRules>[1]): readonly boolean[] =>
    switchRules(set, switches).rules.map((each) => each.isEnabled);

  it('lets the last word about a rule count', () => {
    const all = { isEnabled: false, rule: '*', tag: undefined };
    expect(isEnabled(all)).toEqual([false, false, false]);
    expect(isEnabled(all, { isEnabled: true, rule: undefined, tag: 'shell' })).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('passes over words that fit nothing', () => {
    expect(isEnabled({ isEnabled: false, rule: 'No such rule', tag: 'nor tag' })).toEqual([
      true,
      false,
      true,
    ]);
  });
});
