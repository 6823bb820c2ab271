import { describe, expect, it } from 'vitest';
import { EVENT } from '../../../src/events/index.js';
import { compileCondition, parseFilter } from '../../../src/rules/index.js';
import { MOMENTS } from '../../fields/moments.js';
import { Scene } from '../../fields/scene.js';
import type { Moment } from '../../../src/state/index.js';

function holds(text: string, moment: Moment): boolean {
  return compileCondition(parseFilter(text), 'syscall')(moment);
}

describe.each(['fd.cip.name', 'fd.sip.name', 'fd.lip.name', 'fd.rip.name'])(
  '%s, which a replay never looks up',
  (field) => {
    it.each([
      [`${field} != example.org`, true],
      [`${field} != ""`, true],
      [`${field} exists`, true],
      [`not ${field} in (example.org, other.example)`, true],
      [`${field} = example.org`, false],
      [`${field} = ""`, false],
      [`${field} in (example.org, "")`, false],
      [`${field} contains ""`, false],
      [`${field} glob *`, false],
    ])('%s is %s of a connection', (text, expected) => {
      expect(holds(text, MOMENTS.tcp())).toBe(expected);
    });

    it.each([
      ['a file', MOMENTS.file],
      ['a socket that listens', MOMENTS.listener],
      ['a socket without a role', MOMENTS.udp6],
      ['a unix socket', MOMENTS.unix],
    ])('is no other name where there is no address: %s', (_, moment) => {
      expect(holds(`${field} != example.org`, moment())).toBe(false);
      expect(holds(`${field} exists`, moment())).toBe(true);
    });

    it('does not exist without a descriptor', () => {
      expect(holds(`${field} exists`, MOMENTS.stranger())).toBe(false);
      expect(holds(`${field} != example.org`, MOMENTS.stranger())).toBe(false);
    });
  },
);

describe('the environment of an ancestor by its number, in a condition', () => {
  /** A thread of a process that was never listed, nor seen to begin. */
  const lostThread = (): Moment =>
    new Scene().at({
      code: EVENT.CLONE_20_X,
      tid: 901,
      params: {
        res: 0,
        exe: 'x',
        args: [],
        tid: 901,
        pid: 900,
        ptid: 200,
        comm: 'x',
        flags: 0x10000,
      },
    });

  it.each(['startswith ""', 'glob "*"', '= ""', 'exists'])(
    'is asked only of an ancestor that is known: %s',
    (question) => {
      expect(holds(`proc.aenv[9] ${question}`, MOMENTS.open())).toBe(false);
      expect(holds(`proc.aenv[1] ${question}`, lostThread())).toBe(false);
    },
  );

  it('is that of the ancestor, empty or not', () => {
    expect(holds('proc.aenv[1] startswith "HOME=/home/ada"', MOMENTS.open())).toBe(true);
    expect(holds('proc.aenv[1] contains PATH', MOMENTS.open())).toBe(false);
    expect(holds('proc.aenv[0] contains PATH', MOMENTS.open())).toBe(true);
    expect(holds('proc.aenv[LANG] = C', MOMENTS.open())).toBe(true);
    expect(holds('proc.aenv contains LANG', MOMENTS.open())).toBe(true);
  });
});
