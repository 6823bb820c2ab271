import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zoneNamed } from '../../src/fields/index.js';
import {
  clockText,
  dateText,
  fractionText,
  instantOf,
  offsetText,
} from '../../src/fields/clock.js';
import { UTC } from '../../src/fields/zone.js';
import { MOMENTS } from './moments.js';
import { field } from './scene.js';

const NS = 1_000_000_000n;

function at(ns: bigint): ReturnType<typeof instantOf> {
  return instantOf(Number(ns >> 32n), Number(ns & 0xffff_ffffn));
}

describe('an instant', () => {
  it('is split exactly, whatever its 64 bits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (ns) => {
        const instant = at(ns);
        expect(BigInt(instant.seconds) * NS + BigInt(instant.nanoseconds)).toBe(ns);
        expect(instant.nanoseconds).toBeLessThan(1_000_000_000);
      }),
    );
  });

  it('has the date and time that Date has', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (ns) => {
        const instant = at(ns);
        const wanted = new Date(instant.seconds * 1000).toISOString();
        expect(`${dateText(instant, UTC)}T${clockText(instant, UTC)}.000Z`).toBe(wanted);
      }),
    );
  });

  it('has nine digits of fraction', () => {
    expect(fractionText(at(5n))).toBe('000000005');
  });
});

describe('a zone', () => {
  it.each([
    ['Europe/Berlin', 1_700_000_000, '23:13:20', '+0100'],
    ['Europe/Berlin', 1_690_000_000, '06:26:40', '+0200'],
    ['America/St_Johns', 1_700_000_000, '18:43:20', '-0330'],
    ['Asia/Kathmandu', 1_700_000_000, '03:58:20', '+0545'],
    ['UTC', 1_700_000_000, '22:13:20', '+0000'],
  ])('%s at %i shows %s (%s)', (name, seconds, clock, offset) => {
    const zone = zoneNamed(name);
    const instant = { seconds, nanoseconds: 0 };
    expect(zone && clockText(instant, zone)).toBe(clock);
    expect(zone && offsetText(instant, zone)).toBe(offset);
  });

  it('changes with the day where summer time begins', () => {
    const zone = zoneNamed('Europe/Berlin') ?? UTC;
    const before = { seconds: 1_711_846_799, nanoseconds: 0 };
    const after = { seconds: 1_711_846_800, nanoseconds: 0 };
    expect([clockText(before, zone), clockText(after, zone)]).toEqual(['01:59:59', '03:00:00']);
  });

  it('is known by the names of IANA, and by "local"', () => {
    expect(zoneNamed('Mars/Olympus')).toBeUndefined();
    expect(zoneNamed('')).toBeUndefined();
    expect(zoneNamed('local')?.name).toBe('local');
  });

  it('never throws on times that no calendar has', () => {
    const zone = zoneNamed('Europe/Berlin') ?? UTC;
    expect(() => clockText(at(2n ** 64n - 1n), zone)).not.toThrow();
  });

  it('decides what clock fields print, and nothing about their JSON', () => {
    const zone = zoneNamed('Asia/Tokyo') ?? UTC;
    const moment = MOMENTS.open();
    expect(field('evt.time', { zone }).read(moment)).toBe('07:13:20.123456789');
    expect(field('evt.datetime', { zone }).read(moment)).toBe('2023-11-15 07:13:20.123456789');
    expect(field('evt.time.iso8601', { zone }).read(moment)).toBe(
      '2023-11-15T07:13:20.123456789+0900',
    );
  });
});
