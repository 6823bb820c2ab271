import { describe, expect, it } from 'vitest';
import { codesOf, listText, loadFiles, macroText, openedText, ruleText } from './helpers.js';

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
    ['a macro that nobody uses', macroText('m', 'proc.name = x'), 'LOAD_UNUSED_MACRO m'],
    ['a list that nobody uses', listText('l', 'a'), 'LOAD_UNUSED_LIST l'],
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
      macroText('a', 'proc.name = x') + macroText('m', 'a') + openedText('m'),
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
    expect(
      codesOf(macroText('m', 'proc.name in (l)') + listText('l', 'a'), openedText('m')),
    ).toEqual([]);
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
