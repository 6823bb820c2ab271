import { describe, expect, it } from 'vitest';
import { changeText, conditionOf, exceptionsText, listText, ruleOf } from './helpers.js';

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
    const understood = conditionOf(listText('shells', 'sh, bash') + exceptionsText(lines));
    expect(understood).toBe(
      `evt.type = open and not ${taken.includes(' and ') || taken.includes(' or ') ? `(${taken})` : taken}`,
    );
  });

  it('without values take nothing out', () => {
    expect(conditionOf(exceptionsText(e('fields: [proc.name]\n')))).toBe('evt.type = open');
  });

  it('are each taken out', () => {
    const two = `${e('fields: proc.name\nvalues: [a]\n')}    - {name: f, fields: fd.num, comps: in, values: [1]}\n`;
    expect(conditionOf(exceptionsText(two))).toBe(
      'evt.type = open and not proc.name in (a) and not fd.num in (1)',
    );
  });

  it('guard the whole condition, whatever binds how in it', () => {
    const text = exceptionsText(e('fields: proc.name\nvalues: [a]\n')).replace(
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
    const text = exceptionsText(e('fields: [proc.name]\nvalues: [[a]]\n'));
    for (const how of ['append: true', 'override: {exceptions: append}']) {
      const later = changeText(`  exceptions:\n    - {name: e, ${values}}\n  ${how}\n`);
      expect(conditionOf(text, later)).toBe(`evt.type = open and not ${taken}`);
    }
  });

  it('are added by appending one of another name', () => {
    const later = changeText(
      '  exceptions:\n    - {name: f, fields: fd.num, values: [1]}\n  override: {exceptions: append}\n',
    );
    expect(conditionOf(exceptionsText(e('fields: proc.name\nvalues: [a]\n')), later)).toBe(
      'evt.type = open and not proc.name in (a) and not fd.num in (1)',
    );
  });

  it('are replaced as a whole', () => {
    const later = changeText(
      '  exceptions:\n    - {name: f, fields: fd.num, comps: in, values: [1]}\n  override: {exceptions: replace}\n',
    );
    expect(conditionOf(exceptionsText(e('fields: proc.name\nvalues: [a]\n')), later)).toBe(
      'evt.type = open and not fd.num in (1)',
    );
  });

  it('are checked in the fields that they name', () => {
    expect(
      ruleOf(exceptionsText(e('fields: [proc.name, fd.name]\nvalues: [[a, b]]\n'))).exceptionFields,
    ).toEqual(['fd.name', 'proc.name']);
  });
});
