/** Values of a case's tables, as JSON is written from them. */
import type { JsonValue } from '../../alerts/index.js';
import type { SqlValue } from '../../store/index.js';
import { bytesOfText } from '../../units.js';

/** Texts as byte strings; what is neither text nor a number as hexadecimal digits. */
export function sqlJson(value: SqlValue): JsonValue {
  if (typeof value === 'string') {
    return bytesOfText(value);
  }
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}
