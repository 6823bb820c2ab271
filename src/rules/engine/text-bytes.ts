/**
 * Texts as bytes, for the searches: a byte of an array is read in a third of the time of a text's character, and
 * each open is searched several times. The bytes of its path are still there where it was made; other texts are copied.
 */
import type { PathJoiner } from '../../state/index.js';

const FIRST_BYTES = 4096;

/** The text that was taken last, byte by byte. */
export class TextBytes {
  /** The text's are the first; what lies behind them is anything. */
  bytes: Buffer;
  #copy = Buffer.alloc(FIRST_BYTES);
  #copied = '';

  constructor() {
    this.bytes = this.#copy;
  }

  /** Have the bytes of `text` in `bytes`; `paths` may still have those of the path that was made last. */
  take(text: string, paths: PathJoiner | undefined): void {
    if (paths?.text === text) {
      this.bytes = paths.bytes;
      return;
    }
    if (text !== this.#copied) {
      if (text.length > this.#copy.length) {
        this.#copy = Buffer.alloc(2 * text.length);
      }
      this.#copy.latin1Write(text, 0);
      this.#copied = text;
    }
    this.bytes = this.#copy;
  }
}
