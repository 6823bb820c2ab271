/** Parameters of events as the state wants them: with the reference's words for what is not there. */
import type { Params } from '../events/index.js';

/** What the reference puts in place of a text that the recorder could not read. */
export const NOT_AVAILABLE = '<NA>';

/** A text; `<NA>` where it is missing, empty, or was NULL. */
export function textOf(params: Params, index: number): string {
  const text = params.text(index);
  return text === undefined || text === '(NULL)' ? NOT_AVAILABLE : text;
}

/** A NUL-separated list without the NUL at its end; empty where it is missing. */
export function listOf(params: Params, index: number): string {
  const list = params.raw(index) ?? '';
  return list.endsWith('\0') ? list.slice(0, -1) : list;
}

/**
 * A result, a descriptor or an id; -1 where it is missing. As `signed`, but small numbers of eight bytes, which
 * nearly all are, never become floating-point on the way: the hot path asks this twice an event.
 */
export function idOf(params: Params, index: number): number {
  if (index >= params.paramCount || params.lengths[index] !== 8) {
    return params.signed(index) ?? -1;
  }
  const at = params.starts[index] as number;
  const low = params.view.getInt32(at, true);
  const high = params.view.getInt32(at + 4, true);
  return high === low >> 31 ? low : high * 4294967296 + (low >>> 0);
}

/** An unsigned number; 0 where it is missing. Small ones of eight bytes stay integers, as in {@link idOf}. */
export function numberOf(params: Params, index: number): number {
  if (index < params.paramCount && params.lengths[index] === 8) {
    const at = params.starts[index] as number;
    const low = params.view.getInt32(at, true);
    if (low >= 0 && params.view.getInt32(at + 4, true) === 0) {
      return low;
    }
  }
  return params.unsigned(index) ?? 0;
}
