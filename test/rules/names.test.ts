import { describe, expect, it } from 'vitest';
import { codesOf, conditionOf, listText, macroText, openedText, problemsOf } from './helpers.js';

describe('lists', () => {
  it.each([
    ['become what they hold', listText('l', 'a, b'), 'proc.name in (l)', 'proc.name in (a, b)'],
    [
      'stand beside texts',
      listText('l', 'a, b'),
      'proc.name in (x, l, "y z")',
      'proc.name in (x, a, b, "y z")',
    ],
    [
      'hold lists, defined before',
      listText('a', 'x') + listText('l', 'a, y'),
      'proc.name in (l)',
      'proc.name in (x, y)',
    ],
    [
      'hold lists, defined after',
      listText('l', 'a, y') + listText('a', 'x'),
      'proc.name in (l)',
      'proc.name in (x, y)',
    ],
    [
      'hold lists that hold lists',
      listText('a', 'x') + listText('b', 'a') + listText('l', 'b, b'),
      'proc.name in (l)',
      'proc.name in (x, x)',
    ],
    [
      'may hold a text of their own name',
      listText('ssh', 'ssh, sshd'),
      'proc.name in (ssh)',
      'proc.name in (ssh, sshd)',
    ],
    [
      'in a circle end as text',
      listText('a', 'b, x') + listText('b', 'a, y'),
      'proc.name in (a)',
      'proc.name in (a, y, x)',
    ],
    [
      'may have blanks in their names, as they may there',
      listText('a b', 'x, y'),
      'proc.name in (z, a b)',
      'proc.name in (z, x, y)',
    ],
    ['may be empty', listText('l', ''), 'proc.name in (l)', 'proc.name in ()'],
    ['may be empty beside texts', listText('l', ''), 'proc.name in (x, l)', 'proc.name in (x)'],
    [
      'quote texts with blanks',
      listText('l', 'a b, "\'c d\'"'),
      'proc.name in (l)',
      'proc.name in ("a b", "c d")',
    ],
    [
      'are split at commas inside an item',
      listText('l', '"a,b"'),
      'proc.name in (l)',
      'proc.name in (a, b)',
    ],
    [
      'of one text may stand where one is expected',
      listText('l', 'a'),
      'proc.name = l and fd.name in l',
      'proc.name = a and fd.name in (a)',
    ],
    [
      'are not meant by a quoted text',
      listText('l', 'a, b'),
      'proc.name in ("l")',
      'proc.name in (l)',
    ],
    [
      'are not meant by a part of a text',
      listText('l', 'a, b'),
      'proc.name in (l-x)',
      'proc.name in (l-x)',
    ],
    [
      'may hold numbers and truths',
      listText('l', '1, true, 0x10'),
      'proc.name in (l)',
      'proc.name in (1, true, 0x10)',
    ],
    ['that nobody defined are texts', '', 'proc.name in (nosuchlist)', 'proc.name in (nosuchlist)'],
    [
      'are replaced by a later definition',
      listText('l', 'a') + listText('l', 'b'),
      'proc.name in (l)',
      'proc.name in (b)',
    ],
    [
      'grow by "append"',
      `${listText('l', 'a')}- list: l\n  items: [b]\n  append: true\n`,
      'proc.name in (l)',
      'proc.name in (a, b)',
    ],
    [
      'grow by an override',
      `${listText('l', 'a')}- list: l\n  items: [b]\n  override: {items: append}\n`,
      'proc.name in (l)',
      'proc.name in (a, b)',
    ],
    [
      'are replaced by an override',
      `${listText('l', 'a')}- list: l\n  items: [b]\n  override: {items: replace}\n`,
      'proc.name in (l)',
      'proc.name in (b)',
    ],
    [
      'take modifiers',
      listText('l', 'a, b'),
      'proc.name startswith anyof (l)',
      'proc.name startswith anyof (a, b)',
    ],
  ])('%s', (_fact, lists, condition, understood) => {
    expect(conditionOf(lists + openedText(condition))).toBe(`evt.type = open and ${understood}`);
  });

  it('count where a later file changes them', () => {
    const files = [
      listText('l', 'a') + openedText('proc.name in (l)'),
      `- list: l\n  items: [b]\n  override: {items: append}\n`,
    ];
    expect(conditionOf(...files)).toBe('evt.type = open and proc.name in (a, b)');
  });

  it('count where a later file defines one whose name was a text before', () => {
    expect(conditionOf(openedText('proc.name in (l)'), listText('l', 'a, b'))).toBe(
      'evt.type = open and proc.name in (a, b)',
    );
  });

  it('that grow to more than a million texts are refused', () => {
    const doubling = Array.from({ length: 30 }, (_, index) =>
      listText(`l${index + 1}`, `l${index}, l${index}`),
    );
    const [problem] = problemsOf(
      listText('l0', 'a') + doubling.join('') + openedText('proc.name in (l30)'),
    );
    expect(problem?.message).toMatch(/holds more than 1000000 texts/);
  });
});

describe('macros', () => {
  it.each([
    [
      'become what they stand for',
      macroText('m', 'proc.name = a or proc.name = b'),
      'm and fd.num = 1',
      '(proc.name = a or proc.name = b) and fd.num = 1',
    ],
    [
      'may be negated',
      macroText('m', 'proc.name = a or proc.name = b'),
      'not m',
      'not (proc.name = a or proc.name = b)',
    ],
    [
      'may use macros before them',
      macroText('a', 'proc.name = x') + macroText('m', 'not a'),
      'm',
      'not proc.name = x',
    ],
    ['may come after the rule', '', 'later', 'proc.name = x'],
    [
      'grow by an override',
      `${macroText('m', 'proc.name = a')}- macro: m\n  condition: or proc.name = b\n  override: {condition: append}\n`,
      'm',
      '(proc.name = a or proc.name = b)',
    ],
    [
      'grow by "append"',
      `${macroText('m', 'proc.name = a')}- macro: m\n  condition: or proc.name = b\n  append: true\n`,
      'm',
      '(proc.name = a or proc.name = b)',
    ],
    [
      'are replaced by a later definition',
      macroText('m', 'proc.name = a') + macroText('m', 'proc.name = b'),
      'm',
      'proc.name = b',
    ],
    [
      'may use, once they grew, what came in between',
      `${macroText('m', 'proc.name = a') + macroText('n', 'proc.name = b')}- macro: m\n  condition: or n\n  append: true\n`,
      'm',
      '(proc.name = a or proc.name = b)',
    ],
  ])('%s', (_fact, macros, condition, understood) => {
    const later = macroText('later', 'proc.name = x');
    expect(conditionOf(macros + openedText(condition) + later)).toBe(
      `evt.type = open and ${understood}`,
    );
  });

  it('count where a later file changes them', () => {
    const files = [
      macroText('m', 'proc.name = a') + openedText('m'),
      macroText('m', 'proc.name = b'),
    ];
    expect(conditionOf(...files)).toBe('evt.type = open and proc.name = b');
  });

  it('of a later file are missed in an earlier one', () => {
    expect(codesOf(openedText('m'), macroText('m', 'proc.name = a'))).toEqual([
      'LOAD_ERR_VALIDATE R',
    ]);
  });

  it('that stand for more than a million comparisons are refused', () => {
    const doubling = Array.from({ length: 30 }, (_, index) =>
      macroText(`m${index + 1}`, `m${index} or m${index}`),
    );
    const [problem] = problemsOf(
      macroText('m0', 'proc.name = x') + doubling.join('') + openedText('m30'),
    );
    expect(problem?.message).toMatch(/stands for more than 1000000 comparisons/);
  });
});
