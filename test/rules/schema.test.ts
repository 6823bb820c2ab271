import { describe, expect, it } from 'vitest';
import { loadResultsJson } from '../../src/rules/index.js';
import { loadFiles, ruleText } from './helpers.js';

/** What `rules check -f json` says of the schema of one file. */
function schemaOf(text: string): { schema_valid?: boolean; schema_warnings?: readonly string[] } {
  const { falco_load_results: results } = loadResultsJson(loadFiles([text])) as {
    falco_load_results: readonly Record<string, unknown>[];
  };
  const { schema_valid, schema_warnings } = results[0] as ReturnType<typeof schemaOf>;
  return schema_valid === undefined ? {} : { schema_valid, schema_warnings: schema_warnings ?? [] };
}

const FITS = { schema_valid: true, schema_warnings: [] };

describe('a rules file that fits the schema', () => {
  it.each([
    ['a rule', ruleText('evt.type = open', '  tags: [a, 1]\n  enabled: false\n')],
    ['a list of texts and numbers', '- list: l\n  items: [a, 1, "b"]\n'],
    ['several documents', `${ruleText('evt.type = open')}---\n- list: l\n  items: []\n`],
    [
      'keys of another kind of item, since the schema has one set',
      '- list: l\n  items: []\n  desc: d\n',
    ],
    ['a rule that does not load', ruleText('evt.type = no-such-type')],
    [
      'a plugin with alternatives',
      '- required_plugin_versions:\n  - {name: json, version: 0.7.0, alternatives: [{name: x, version: 1.0.0}]}\n',
    ],
  ])('%s', (_, text) => {
    expect(schemaOf(text)).toEqual(FITS);
  });
});

describe('a file that does not fit says where', () => {
  it.each([
    [
      'an unknown key',
      ruleText('evt.type = open', '  colour: red\n'),
      '<root>[0]: the key "colour"',
    ],
    [
      'a priority that loads, in another spelling',
      ruleText('evt.type = open').replace('INFO', 'Info'),
      '<root>[0][priority]: one of EMERGENCY, ALERT',
    ],
    [
      'a switch that loads, in other words',
      ruleText('evt.type = open', '  enabled: no\n'),
      '<root>[0][enabled]: true or false',
    ],
    [
      'a number that is none',
      ruleText('evt.type = open', '  capture_duration: 5s\n'),
      '<root>[0][capture_duration]: a whole number',
    ],
    [
      'nothing where a text is expected',
      '- list: l\n  items:\n  - ~\n',
      '<root>[0][items][0]: a text is expected, found nothing',
    ],
    [
      'a text where a list is expected',
      ruleText('evt.type = open', '  tags: a\n'),
      '<root>[0][tags]: a list',
    ],
    [
      'an exception without a name',
      ruleText('evt.type = open', '  exceptions: [{fields: [proc.name]}]\n'),
      '<root>[0][exceptions][0]: the key "name" is missing',
    ],
    [
      'a change that is none',
      '- list: l\n  items: [a]\n  override: {items: prepend}\n',
      '<root>[0][override][items]: one of append, replace',
    ],
    [
      'no change at all',
      '- list: l\n  items: [a]\n  override: {}\n',
      '<root>[0][override]: at least one key',
    ],
    [
      'a key that comes twice',
      '- list: l\n  items: [a]\n  list: m\n',
      '<root>[0]: the key "list" comes twice',
    ],
    [
      'an item that is a text',
      '- hello\n',
      '<root>[0]: keys with values are expected, found a text',
    ],
    ['one item without its dash', 'rule: R\n', '<root>: a list is expected, found a mapping'],
    [
      'the second document',
      `${ruleText('evt.type = open')}---\n- list: l\n  items: a\n`,
      '<root>[0][items]: a list',
    ],
  ])('%s', (_, text, place) => {
    const { schema_valid: isValid, schema_warnings: warnings } = schemaOf(text);
    expect(isValid).toBe(false);
    expect(warnings).toHaveLength(1);
    expect(warnings?.[0]).toContain(`failed for ${place}`);
  });
});

describe('a file that cannot be held against the schema has no word about it', () => {
  it.each([
    ['it is no YAML', '- rule: [a\n'],
    ['it is empty', ''],
    [
      'its rules are texts in Helm values',
      `customRules:\n  mine.yaml: |-\n    ${ruleText('evt.type = open').replaceAll('\n', '\n    ')}\n`,
    ],
  ])('%s', (_, text) => {
    expect(schemaOf(text)).toEqual({});
  });
});

it('quotes no key of a file that holds no rules', () => {
  expect(JSON.stringify(schemaOf('- {secret-word: 1}\n- other: 2\n'))).not.toContain('secret-word');
});
