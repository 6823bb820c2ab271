/** How a text of a list or an exception is spelt when it becomes part of a condition. */
import type { Piece, PlacedText } from './source-text.js';

/** As the reference does: what has a blank in it and does not begin with a quote gets quotes. */
export function quotedPieces(text: PlacedText): Piece[] {
  return text.text.includes(' ') && !/^["']/.test(text.text)
    ? [{ text: '"', near: text }, text, { text: '"', near: text }]
    : [text];
}
