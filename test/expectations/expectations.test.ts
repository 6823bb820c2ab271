import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import {
  compareSnapshot,
  fieldsAskedFor,
  judge,
  parseTestFile,
  snapshotLines,
  snapshotText,
  testFileText,
  type SeenAlert,
} from '../../src/expectations/index.js';

const parse = (text: string) => parseTestFile('/tests/a.test.yaml', text);
const alert = (rule: string, fields: Record<string, string> = {}): SeenAlert => ({
  rule,
  line: JSON.stringify({ rule, ...fields }),
  text: `an alert of ${rule}`,
  fields: new Map(Object.entries(fields)),
});
const outcomes = (text: string, ...alerts: SeenAlert[]) =>
  judge(parse(`capture: a.scap\n${text}`), alerts).map(({ outcome, rule, found }) => [
    outcome,
    rule,
    found,
  ]);
const mistakeIn = (text: string): string | undefined => {
  try {
    parse(text);
  } catch (error) {
    return error instanceof UserError ? error.story.where : String(error);
  }
  return undefined;
};

describe('a test file', () => {
  it('that was written for what fired reads back, and passes on exactly that', () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.integer({ min: 1, max: 9 }), { noNullPrototype: true }),
        fc.stringMatching(/^[^/\0]{1,20}$/).filter((file) => file !== '.' && file !== '..'),
        (counts, file) => {
          const fired = new Map(Object.entries(counts));
          const path = '/tests/a.test.yaml';
          const text = testFileText({
            path,
            capture: `/captures/${file}`,
            rules: ['/tests/r.yaml', `/${file}`],
            fired,
          });
          const test = parse(text);
          expect(test.captures).toEqual([`/captures/${file}`]);
          expect(test.rules).toEqual(['/tests/r.yaml', `/${file}`]);
          const alerts = [...fired].flatMap(([rule, count]) =>
            Array.from({ length: count }, () => alert(rule)),
          );
          expect(judge(test, alerts).map(({ outcome }) => outcome)).toEqual(
            [...fired].map(() => 'passed'),
          );
          expect(judge(test, [...alerts, alert('another rule')]).at(-1)?.outcome).toBe('failed');
        },
      ),
    );
  });

  it('names captures and rules relative to its own folder', () => {
    const test = parse('capture: [../a.scap, b/*.scap]\nrules: r.yaml\n');
    expect(test.captures).toEqual(['/a.scap', '/tests/b/*.scap']);
    expect(test.rules).toEqual(['/tests/r.yaml']);
    expect([test.match, test.unexpected, test.snapshot]).toEqual(['all', 'fail', undefined]);
  });

  it.each([
    ['is no YAML', 'capture: [', ':1:11'],
    ['has no capture', 'match: all', ':1:1'],
    ['has an unknown key', 'capture: a\nexpekt: []', ':2:1'],
    ['has a negative count', 'capture: a\nexpect:\n  - rule: r\n    exactly: -1', ':4:14'],
    ['has an expectation without a rule', 'capture: a\nexpect:\n  - exactly: 1', ':3:5'],
    [
      'has two kinds of count',
      'capture: a\nexpect:\n  - {rule: r, exactly: 1, at_most: 2}',
      ':3:5',
    ],
    ['matches neither first nor all', 'capture: a\nmatch: some', ':2:8'],
    ['has a snapshot outside its folder', 'capture: a\nsnapshot: ../x', ':2:11'],
    [
      'expects more at least than at most',
      'capture: a\nexpect:\n  - {rule: r, at_least: 3, at_most: 2}',
      ':3:25',
    ],
    ['names two rules in one expectation', 'capture: a\nexpect:\n  - rule: [r, s]', ':3:11'],
    [
      'has a condition that is no text',
      'capture: a\nexpect:\n  - {rule: r, where: {proc.name: [sh]}}',
      ':3:23',
    ],
    [
      'has a condition without a value',
      'capture: a\nexpect:\n  - rule: r\n    where:\n      proc.name:',
      ':5:7',
    ],
    [
      'takes a Falco configuration, whose outputs would run',
      'capture: a\nconfig: falco.yaml',
      ':2:1',
    ],
    ['is a list', '- capture', ':1:1'],
  ])('that %s is refused at the place of the mistake', (_why, text, where) => {
    expect(mistakeIn(text)).toBe(`/tests/a.test.yaml${where}`);
  });

  it('takes what is written in conditions, and follows aliases', () => {
    const { expectations } = parse(
      'capture: a\nexpect:\n  - {rule: r, where: &w {user.uid: 007, container.image.tag: 1.10, evt.failed: true}}\n' +
        '  - {rule: s, where: *w}\n',
    );
    const where = [['user.uid', '007'], ['container.image.tag', '1.10'], ['evt.failed', 'true']]; // prettier-ignore
    expect(expectations.map((each) => [...each.where])).toEqual([where, where]);
  });

  it('is read or refused, whatever its text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(mistakeIn(text) ?? '/tests/a.test.yaml').toMatch(/^\/tests\/a\.test\.yaml/);
      }),
    );
  });
});

describe('judge', () => {
  it('expects a rule to fire at least once where no count is given', () => {
    expect(outcomes('expect: [{rule: a}]', alert('a'), alert('a'))).toEqual([['passed', 'a', 2]]);
    expect(outcomes('expect: [{rule: a}]')).toEqual([['failed', 'a', 0]]);
  });

  it.each([
    ['exactly: 1', 'failed'],
    ['exactly: 2', 'passed'],
    ['at_least: 3', 'failed'],
    ['at_most: 2', 'passed'],
    ['at_least: 1, at_most: 1', 'failed'],
  ])('holds two alerts against "%s": %s', (count, outcome) => {
    const expectation = `expect: [{rule: a, ${count}}]`;
    expect(outcomes(expectation, alert('a'), alert('a'))).toEqual([[outcome, 'a', 2]]);
  });

  it('tells the alert that differs in one field, and not one that differs in two', () => {
    const test = parse(
      'capture: c\nexpect:\n  - rule: a\n    where: {user.name: root, proc.name: sh}',
    );
    const [verdict] = judge(test, [
      alert('a', { 'user.name': 'eve', 'proc.name': 'sh' }),
      alert('a', { 'user.name': 'eve', 'proc.name': 'vi' }),
    ]);
    expect(verdict?.expected).toBe('at least 1 where user.name=root and proc.name=sh');
    expect(verdict?.nearMisses.map(({ field, found }) => [field, found])).toEqual([
      ['user.name', 'eve'],
    ]);
    expect(fieldsAskedFor([test])).toEqual(['proc.name', 'user.name']);
  });

  it('tells an alert of another rule that has every field', () => {
    const [verdict] = judge(parse('capture: c\nexpect: [{rule: a, where: {proc.name: sh}}]'), [
      alert('b', { 'proc.name': 'sh' }),
      alert('c', { 'proc.name': 'vi' }),
    ]);
    expect(verdict?.nearMisses).toEqual([
      { alert: 'an alert of b', field: 'rule', expected: 'a', found: 'b' },
    ]);
  });

  it('tells the first alerts where too many came, or unexpected ones', () => {
    const test = parse('capture: c\nexpect: [{rule: a, exactly: 0}]');
    const many = Array.from({ length: 9 }, () => alert('a'));
    const verdicts = judge(test, [...many, alert('b')]);
    expect(verdicts.map(({ came }) => came)).toEqual([
      ['an alert of a', 'an alert of a', 'an alert of a'],
      ['an alert of b'],
    ]);
  });

  it.each([
    ['fail', [['failed', 'b', 1]]],
    ['warn', [['warned', 'b', 1]]],
    ['ignore', []],
  ])('treats a rule that is not named as "unexpected: %s" says', (word, verdicts) => {
    expect(outcomes(`unexpected: ${word}`, alert('b'))).toEqual(verdicts);
  });
});

describe('a snapshot', () => {
  it('differs from other lines by what is missing and what is new', () => {
    expect(compareSnapshot(['a', 'a', 'b'], ['a', 'c'])).toEqual([
      { kind: 'missing', lineNumber: 2, line: 'a' },
      { kind: 'missing', lineNumber: 3, line: 'b' },
      { kind: 'new', lineNumber: 2, line: 'c' },
    ]);
  });

  it('differs where the same lines come in another order', () => {
    expect(compareSnapshot(['a', 'b', 'c'], ['b', 'a', 'c'])).toEqual([
      { kind: 'moved', lineNumber: 1, line: 'b' },
      { kind: 'moved', lineNumber: 2, line: 'a' },
    ]);
  });

  it.each(['rules:\n- rule: a\n', '<<<<<<< HEAD\n', '{}\n', '[]\n', 'null\n'])(
    'is not what says %j',
    (text) => {
      expect(snapshotLines(text)).toBe(undefined);
    },
  );

  it('does not differ from itself, and reads back as it was written', () => {
    const line = fc
      .record({ rule: fc.string(), time: fc.string() })
      .map((each) => JSON.stringify(each));
    const lines = fc.array(line);
    fc.assert(
      fc.property(lines, (written) => {
        expect(compareSnapshot(written, written)).toEqual([]);
        expect(snapshotLines(snapshotText(written))).toEqual(written);
      }),
    );
  });
});
