/** Parameters of events as the state wants them: with the reference's words for what is not there. */
import type { Params } from '../events/index.js';
import { isPlainPath } from './path.js';

/** What the reference puts in place of a text that the recorder could not read. */
export const NOT_AVAILABLE = '<NA>';

/** A text; `<NA>` where it is missing, empty, or was NULL. */
export function textOf(params: Params, index: number): string {
  const text = params.text(index);
  return text === undefined || text === '(NULL)' ? NOT_AVAILABLE : text;
}

const NUL = 0;
const LEFT_PARENTHESIS = 0x28;

/**
 * A path. As {@link textOf}, but looks at each byte once: the hot path reads a path at every open.
 */
export function pathOf(params: Params, index: number): string {
  const length = index < params.paramCount ? (params.lengths[index] as number) : 0;
  if (length <= 0) {
    return NOT_AVAILABLE;
  }
  const start = params.starts[index] as number;
  const last = start + length - 1;
  const { bytes } = params;
  const end = bytes[last] === NUL ? last : last + 1;
  const text = bytes.latin1Slice(start, end);
  return isPlainPath(text) && text.charCodeAt(0) !== LEFT_PARENTHESIS
    ? text
    : textOf(params, index);
}

/** A NUL-separated list without the NUL at its end; empty where it is missing. */
export function listOf(params: Params, index: number): string {
  const list = params.raw(index) ?? '';
  return list.endsWith('\0') ? list.slice(0, -1) : list;
}

/** A number; 0 where it is missing. */
export function numberOf(params: Params, index: number): number {
  return params.unsigned(index) ?? 0;
}
