/** What alerts say is packed for the page, and comes back as it was. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fieldsOf, packAlertTexts } from '../../src/report/alert-texts.js';
import { AlertTexts } from '../../src/report/page/alert-texts.js';
import { Rows } from '../../src/report/rows.js';
import type { PackedAlertTexts } from '../../src/report/tables.js';

interface Alert {
  readonly time: bigint;
  readonly rule: bigint;
  readonly line: string;
  readonly fields: string;
}

/** Through the page and back. */
function carried(alerts: readonly Alert[]): AlertTexts {
  const rows = new Rows('alerts', {
    count: alerts.length,
    columns: {
      time_ns: alerts.map(({ time }) => time),
      rule_id: alerts.map(({ rule }) => rule),
      output: alerts.map(({ line }) => line),
      fields: alerts.map(({ fields }) => fields),
    },
  });
  const packed = JSON.parse(JSON.stringify(packAlertTexts(rows))) as PackedAlertTexts;
  return new AlertTexts(packed, (row) => {
    const time = alerts[row]?.time ?? 0n;
    return { seconds: Number(time / 1_000_000_000n), ns: Number(time % 1_000_000_000n) };
  });
}

const NAMES = ['evt.time', 'fd.name', 'proc.name', 'user.uid', '0', 'a b'];
const WORDS = ['root', 'cat', '/etc/shadow', '1', 'a', '', '<NA>', '\u0000\u202e', '日本', '-1'];
const word = fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'binary', maxLength: 8 }));
const value = fc.oneof(
  word.map((text) => JSON.stringify(text)),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map(String),
  fc.constantFrom('null', 'true', '[1,"a",18446744073709551615]', '{"a":1}', '0.5'),
);
const clock = fc.constantFrom('', '02:20:42.886212816: Warning ', '23:59:59.000000001: ', '99:99:99.886212816: '); // prettier-ignore
const alert: fc.Arbitrary<Alert> = fc.record({
  time: fc.constantFrom(1_795_314_042_886_212_816n, 86_399_000_000_001n, 0n),
  rule: fc.constantFrom(1n, 2n),
  line: fc
    .tuple(clock, fc.array(word, { maxLength: 12 }), fc.constantFrom(' ', '=', ''))
    .map(([front, words, between]) => front + words.join(between)),
  fields: fc
    .uniqueArray(fc.tuple(fc.constantFrom(...NAMES), value), { selector: ([name]) => name })
    .map((pairs) => `{${pairs.map(([name, text]) => `"${name}":${text}`).join(',')}}`),
});

it('gives every line and every field as they were, whatever stands in them', () => {
  fc.assert(
    fc.property(fc.array(alert, { maxLength: 12 }), (alerts) => {
      const texts = carried(alerts);
      alerts.forEach(({ line, fields }, row) => {
        expect(texts.line(row)).toBe(line);
        expect(texts.fields(row)).toEqual(fieldsOf(fields));
      });
    }),
    { numRuns: 300 },
  );
});

it('keeps numbers that no double holds', () => {
  expect(fieldsOf('{"evt.time":1795314042886212816,"a":[18446744073709551615],"b":"12345678901234567890","c":null}')).toEqual([
    ['evt.time', '1795314042886212816'],
    ['a', '[18446744073709551615]'],
    ['b', '12345678901234567890'],
    ['c', undefined],
  ]); // prettier-ignore
});

it('takes what is no object for one field, as somebody left it', () => {
  expect([fieldsOf('[1]'), fieldsOf('{"a":')]).toEqual([
    [['fields', '[1]']],
    [['fields', '{"a":']],
  ]);
});

it('keeps one template where only values differ', () => {
  const alerts = Array.from({ length: 50 }, (_, at): Alert => ({
    time: BigInt(at) * 1_000_000_007n,
    rule: 1n,
    line: `00:00:${String(at).padStart(2, '0')}.${String(at * 7).padStart(9, '0')}: Notice opened (file=/x/${at} user=u${at % 3})`,
    fields: `{"fd.name":"/x/${at}","user.name":"u${at % 3}"}`,
  })); // prettier-ignore
  const rows = new Rows('alerts', {
    count: alerts.length,
    columns: {
      time_ns: alerts.map(({ time }) => time),
      rule_id: alerts.map(({ rule }) => rule),
      output: alerts.map(({ line }) => line),
      fields: alerts.map(({ fields }) => fields),
    },
  });
  expect(packAlertTexts(rows).templates).toEqual([
    [{ clock: 0 }, ': Notice opened (file=', 0, ' user=', 1, ')'],
  ]);
});
