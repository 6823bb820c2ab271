/** Characters without a look of their own, shown. Used by the page too. */

const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}]/gu;

/**
 * Text in which controls, and whatever shows as nothing or turns the order of a line around, stand as their numbers: with
 * U+202E in it a line would show other names than the capture has.
 */
export function showHidden(text: string): string {
  return text.replace(
    HIDDEN,
    (character) =>
      `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}
