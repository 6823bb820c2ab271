/** `generic` events stand for system calls that have no event of their own. */
import type { EventRecord } from '../capture/index.js';

/** The code that a record of a `generic` event names its system call by; 0 where it names none. */
export function systemCallOf({
  view,
  lengthsAt,
  paramCount,
  hasWideLengths,
  end,
}: EventRecord): number {
  const at = lengthsAt + 2 * paramCount;
  return !hasWideLengths && paramCount > 0 && at + 2 <= end && view.getUint16(lengthsAt, true) === 2
    ? view.getUint16(at, true)
    : 0;
}
