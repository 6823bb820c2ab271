import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeLine, escapeText } from '../../src/output/index.js';
import { bytesOfText } from '../../src/units.js';

describe('escapeLine', () => {
  it.each([
    ['plain text', 'a b', 'a b'],
    ['a backslash, which stays', 'a\\n', 'a\\n'],
    ['line ends', 'a\r\nb', String.raw`a\r\nb`],
    ['terminal sequences', '\x1b[2J\x07', String.raw`\x1b[2J\a`],
    ['DEL', '\x7f', String.raw`\x7f`],
    ['C1 controls', bytesOfText('\u009b0m'), String.raw`\u009b0m`],
    ['bytes that are not UTF-8', '\xff\xc3(', String.raw`\xff\xc3(`],
    ['overlong forms and surrogates', '\xc0\xaf\xed\xa0\x80', String.raw`\xc0\xaf\xed\xa0\x80`],
    ['an order turned around', bytesOfText('a\u202egpj.sh\u2066'), String.raw`a\u202egpj.sh\u2066`],
    ['separators of lines', bytesOfText('a\u2028b\u2029'), String.raw`a\u2028b\u2029`],
    ['marks that scripts need, which stay', bytesOfText('\u200f\u05d0'), '\u200f\u05d0'],
    ['letters of any script', bytesOfText('žluť 中 😀'), 'žluť 中 😀'],
  ])('makes %s harmless', (_what, bytes, text) => {
    expect(escapeLine(bytes)).toBe(text);
  });

  it('gives one line without control characters, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const line = escapeLine(Buffer.from(bytes).latin1Slice());

        expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffd]/);
      }),
    );
  });

  it('leaves printable text as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/.test(text));
        expect(escapeText(text)).toBe(text);
      }),
    );
  });
});
