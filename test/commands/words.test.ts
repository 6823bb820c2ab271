import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { worstExit } from '../../src/commands/exit.js';
import { tell } from '../../src/investigation/failure.js';
import { readFalcoDocument } from '../../src/investigation/configuration/falco-document.js';
import { parsePriority } from '../../src/investigation/rules/selection.js';
import {
  parseDuration,
  parseTimePoint,
  TimeRange,
} from '../../src/investigation/evidence/time-range.js';
import { zoneNamed, type Zone } from '../../src/fields/index.js';
import { NumberSet } from '../../src/investigation/slice/number-set.js';

const SECOND = 1_000_000_000n;

describe('times on the command line', () => {
  it.each([
    ['2016-08-04T16:17:57.882054739Z', 1_470_327_477_882_054_739n],
    ['2016-08-04T16:17:57', 1_470_327_477n * SECOND],
    ['2016-08-04 16:17', 1_470_327_420n * SECOND],
    ['2016-08-04', 1_470_268_800n * SECOND],
    ['2016-08-04T18:17:57+0200', 1_470_327_477n * SECOND],
    ['2016-08-04T18:17:57.5+02:00', 1_470_327_477n * SECOND + SECOND / 2n],
    ['1470327477.882054739', 1_470_327_477_882_054_739n],
  ])('%s is an instant', (text, time) => {
    expect(parseTimePoint(text, 'from')).toEqual({ kind: 'absolute', time });
  });

  it.each([
    ['30s', 30n * SECOND],
    ['90', 90n * SECOND],
    ['1m30s', 90n * SECOND],
    ['1.5h', 5400n * SECOND],
    ['250ms', SECOND / 4n],
  ])('%s is a duration', (text, duration) => {
    expect(parseDuration(text, 'last')).toBe(duration);
    expect(parseTimePoint(`+${text}`, 'from')).toEqual({ kind: 'offset', offset: duration });
  });

  it.each(['', 'noon', '2016-13-01', '2016-02-30', '+', '+s', '5 apples', '-30s'])(
    '%j is refused',
    (text) => {
      expect(() => parseTimePoint(text, 'from')).toThrow(UserError);
    },
  );

  const zone = (name: string): Zone => zoneNamed(name) as Zone;
  const instant = (text: string): bigint => BigInt(Date.parse(text)) * 1_000_000n;
  const inRange = (range: TimeRange, text: string): boolean => {
    const time = instant(text);
    return range.contains(Number(time >> 32n), Number(time & 0xffff_ffffn));
  };

  it.each([
    ['of the day of the evidence', '04:49:00', 'UTC', '2026-11-22T04:49:00Z'],
    ['in the zone that is shown', '10:19:00', 'Asia/Kolkata', '2026-11-22T04:49:00Z'],
    ['of the next day, where that is in the evidence', '00:10:00', 'UTC', '2026-11-23T00:10:00Z'],
    ['of the first day, where neither is', '03:00:00', 'UTC', '2026-11-22T03:00:00Z'],
  ])('a time of day is one %s', (_what, text, name, expected) => {
    const range = new TimeRange(parseTimePoint(text, 'from'), undefined, zone(name));
    range.settle({ first: instant('2026-11-22T04:48:00Z'), last: instant('2026-11-23T00:20:00Z') });
    expect(inRange(range, expected)).toBe(true);
    const before = instant(expected) - 1n;
    expect(range.contains(Number(before >> 32n), Number(before & 0xffff_ffffn))).toBe(false);
  });

  it('a range of times of day may go over midnight', () => {
    const [from, to] = [parseTimePoint('23:50', 'from'), parseTimePoint('00:10:00', 'to')];
    const range = new TimeRange(from, to, zone('UTC'));
    range.settle({ first: instant('2026-11-22T23:00:00Z'), last: instant('2026-11-23T01:00:00Z') });
    expect(inRange(range, '2026-11-22T23:49:59Z')).toBe(false);
    expect(inRange(range, '2026-11-23T00:09:59Z')).toBe(true);
    expect(inRange(range, '2026-11-23T00:10:01Z')).toBe(false);
  });

  it('a range holds both its ends, and offsets count from the first event', () => {
    const range = new TimeRange(
      { kind: 'offset', offset: 5n },
      { kind: 'offset', offset: 10n + (1n << 32n) },
      zone('UTC'),
    );
    expect(range.contains(1, 100)).toBe(false);
    expect([104, 105, 4_294_967_295].map((low) => range.contains(1, low))).toEqual([
      false,
      true,
      true,
    ]);
    expect([110, 111].map((low) => range.contains(2, low))).toEqual([true, false]);
  });
});

describe('exit codes', () => {
  it('several at once: interrupted, 3, then 2, then 1, then 4', () => {
    expect(worstExit([])).toBe(0);
    expect(worstExit([4, 1])).toBe(1);
    expect(worstExit([4, 1, 2])).toBe(2);
    expect(worstExit([2, 3, 1])).toBe(3);
    expect(worstExit([4, 130, 2])).toBe(130);
  });
});

describe('a told mistake', () => {
  it('has its parts on lines of their own, which what it quotes cannot forge', () => {
    const text = tell({
      code: 'X',
      what: 'Cannot',
      where: 'a\n  Code: FORGED',
      why: 'because',
      fix: 'mend it',
    });
    expect(text).toBe(
      'Error: Cannot\n  where: a\\n  Code: FORGED\n  why: because\n  Code: X\n  Try this: mend it',
    );
  });
});

describe('priorities', () => {
  it.each(['WARNING', 'warning', 'info', 'Informational'])('%s is one', (word) => {
    expect(['Warning', 'Informational']).toContain(parsePriority(word, '--min-priority'));
  });
});

describe('-o key=value', () => {
  it.each([
    ['a.b.c=1', { a: { b: { c: 1 } } }],
    ['list[]=x', { list: ['x'] }],
    ['list[].rule=x', { list: [{ rule: 'x' }] }],
    ['json_output=true', { json_output: true }],
    ['append_output[]={"extra_output": "a=%b"}', { append_output: [{ extra_output: 'a=%b' }] }],
    ['a.kubernetes\\.io/role=master', { a: { 'kubernetes.io/role': 'master' } }],
  ])('%s sets the key', (override, document) => {
    expect(readFalcoDocument(undefined, [override])).toEqual(document);
  });

  it.each(['nothing', '=x', 'a[x]=1', 'a[999999999]=1', 'a.[0]=1'])('%s is refused', (override) => {
    expect(() => readFalcoDocument(undefined, [override])).toThrow(UserError);
  });

  it('overrides one item of a list, and leaves the others', () => {
    expect(readFalcoDocument(undefined, ['a=[1, 2, 3]', 'a[1]=x'])).toEqual({ a: [1, 'x', 3] });
  });
});

describe('a set of numbers', () => {
  it('holds what was added', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 100_000 })), (numbers) => {
        const set = new NumberSet();
        numbers.forEach((number) => {
          set.add(number);
          set.add(number);
        });
        expect(set.size).toBe(numbers.length);
        expect(numbers.every((number) => set.has(number))).toBe(true);
        expect(set.largest).toBe(Math.max(0, ...numbers));
        expect(set.has(100_001)).toBe(false);
      }),
    );
  });
});
