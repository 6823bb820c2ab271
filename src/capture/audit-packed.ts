/** Base64 inside a wrapping, of JSON or of gzip: what subscriptions and queues of cloud services hold. */
import { gunzipSync } from 'node:zlib';
import { ENCODINGS, type Wrapping } from './audit-wrappers-table.js';

/** What a packed text held. */
export interface Unpacked {
  readonly bytes: Buffer;
  readonly encoding: Wrapping;
}

/** Base64 of something that begins as gzip, `{` or `[` does. */
const PACKED = /^(?:H4sI|e[wyn0]|W[wyn3]|WyJ)[A-Za-z0-9+/\s]*={0,2}\s*$/;
const MIN_LENGTH = 16;

/** Whether `text` is base64 that is worth unpacking. */
export function isPacked(text: string): boolean {
  return text.length >= MIN_LENGTH && PACKED.test(text);
}

/**
 * Unpack `text`, for which `isPacked` holds, unless it holds more than `maxBytes`.
 *
 * @returns What it holds; or why it cannot be unpacked, in a few words.
 */
export function unpackText(text: string, maxBytes: number): Unpacked | string {
  const bytes = Buffer.from(text, 'base64');
  if (bytes[0] !== 0x1f) {
    return { bytes, encoding: ENCODINGS.base64 };
  }
  try {
    return { bytes: gunzipSync(bytes, { maxOutputLength: maxBytes }), encoding: ENCODINGS.gzip };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? 'holds more than 16 MiB in gzip'
      : 'holds gzip that is damaged';
  }
}
