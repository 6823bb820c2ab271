import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeJson, escapeLine, escapeText } from '../../src/output/index.js';
import { bytesOfText } from '../../src/units.js';

const EMOJI = new RegExp(String.raw`\p{RGI_Emoji}`, 'gv');
const HIDDEN = /[\x00-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb\p{Default_Ignorable_Code_Point}]/u;

describe('escapeJson', () => {
  it('is the same JSON, with nothing in it that a terminal would obey or not show', () => {
    const text = fc.string({ unit: fc.oneof(fc.constantFrom('\u009b', '\x7f', '\u2028', '\u202e', '\u200b', '\u{e0041}', '"', '\\'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })) }); // prettier-ignore
    fc.assert(
      fc.property(fc.dictionary(text, text), (value) => {
        const json = escapeJson(JSON.stringify(value));

        expect(JSON.parse(json)).toEqual(value);
        expect(json.replaceAll(EMOJI, '')).not.toMatch(HIDDEN);
      }),
    );
  });
});

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
    ['marks of direction', bytesOfText('\u200f\u05d0\u061c'), '\\u200f\u05d0\\u061c'],
    [
      'what shows as nothing',
      bytesOfText('s\u200bu\u2060d\u00ado\ufeff'),
      String.raw`s\u200bu\u2060d\u00ado\ufeff`,
    ],
    ['tags', bytesOfText('a\u{e0041}\u{e007f}'), String.raw`a\u{e0041}\u{e007f}`],
    ['selectors of variants', bytesOfText('a\ufe0f\u{e0100}'), String.raw`a\ufe0f\u{e0100}`],
    ['a letter that is blank', bytesOfText('\u3164'), String.raw`\u3164`],
    ['emoji, which stay', bytesOfText('👨‍👩‍👧 ❤️ 1️⃣ 🇨🇿 🏴󠁧󠁢󠁥󠁮󠁧󠁿'), '👨‍👩‍👧 ❤️ 1️⃣ 🇨🇿 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['letters of any script', bytesOfText('žluť 中 😀'), 'žluť 中 😀'],
  ])('makes %s harmless', (_what, bytes, text) => {
    expect(escapeLine(bytes)).toBe(text);
  });

  it('gives one line without control characters, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const line = escapeLine(Buffer.from(bytes).latin1Slice());

        expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ufffd]/);
      }),
    );
  });

  it('leaves printable text as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!HIDDEN.test(text));
        expect(escapeText(text)).toBe(text);
      }),
    );
  });
});
