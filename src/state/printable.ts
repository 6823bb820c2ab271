/**
 * Bytes that a terminal can show: printable ASCII and whole UTF-8 sequences. The reference puts U+FFFD in
 * place of everything else in names that it makes, one for each maximal part of a broken sequence.
 */

/** U+FFFD as a byte string. */
export const REPLACEMENT = '\xef\xbf\xbd';

/** Ranges of the byte after the first one, by first byte; other first bytes take 0x80 to 0xBF. */
const SECOND_BYTE: Readonly<Record<number, readonly [number, number]>> = {
  0xe0: [0xa0, 0xbf],
  0xed: [0x80, 0x9f],
  0xf0: [0x90, 0xbf],
  0xf4: [0x80, 0x8f],
};

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

function isShown(codePoint: number): boolean {
  return (
    codePoint > 0x9f &&
    !(codePoint >= 0xfdd0 && codePoint <= 0xfdef) &&
    (codePoint & 0xffff) < 0xfffe
  );
}

/** Bytes of the sequence that `lead` begins, from 2 to 4; 1 where it begins none. */
function lengthOf(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) {
    return 1;
  }
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/**
 * What stands at `at` of a byte string.
 *
 * @returns the length (1 to 4) of a sequence that can be shown, or minus the length of one that cannot.
 */
export function sequenceAt(bytes: string, at: number): number {
  const lead = bytes.charCodeAt(at);
  if (lead < 0x80) {
    return lead >= 0x20 && lead !== 0x7f ? 1 : -1;
  }
  const length = lengthOf(lead);
  if (length === 1) {
    return -1;
  }
  let codePoint = lead & (0xff >> (length + 1));
  const range = SECOND_BYTE[lead] ?? [0x80, 0xbf];
  for (let i = 1; i < length; i += 1) {
    // NaN at the end of the text fails every comparison
    const next = bytes.charCodeAt(at + i);
    const isInRange = i === 1 ? next >= range[0] && next <= range[1] : isContinuation(next);
    if (!isInRange) {
      return -i;
    }
    codePoint = (codePoint << 6) | (next & 0x3f);
  }
  return isShown(codePoint) ? length : -length;
}

/** The text with U+FFFD for what cannot be shown. */
export function printableOf(bytes: string): string {
  let clean = '';
  let from = 0;
  for (let at = 0; at < bytes.length;) {
    const length = sequenceAt(bytes, at);
    if (length < 0) {
      clean += bytes.slice(from, at) + REPLACEMENT;
      from = at - length;
    }
    at += Math.abs(length);
  }
  return from === 0 ? bytes : clean + bytes.slice(from);
}
