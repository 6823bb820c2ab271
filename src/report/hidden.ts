/** Characters without a look of their own, shown. Used by the page too. */

const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb\p{Default_Ignorable_Code_Point}]/gu;

/** Most texts hold nothing else, and are tested in a fifth of the time. */
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * Text in which controls, and whatever shows as nothing or turns the order of a line around, stand as their numbers: with
 * U+202E in it a line would show other names than the capture has.
 */
export function showHidden(text: string): string {
  return PLAIN.test(text) ? text : text.replace(HIDDEN, numberOf);
}

function numberOf(character: string): string {
  return `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
