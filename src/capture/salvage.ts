/**
 * What to do where a block's length cannot be right. A block is believed if both of its length words
 * agree; otherwise its true length is looked for in what it holds and in what follows it; if that
 * fails too, reading goes on at the next place where a whole block of a known type lies.
 */
import {
  BLOCK_BY_TYPE,
  FRAME_BYTES,
  SECTION_MAGIC,
  SECTION_TYPE,
  SHAPE,
  UNKNOWN_BLOCK_MAX_BYTES,
  shapeOf,
} from './block-table.js';

/** What is known about a place where no block could be read. */
export interface Loss {
  /** Offset in the uncompressed evidence. */
  readonly offset: number;
  readonly reason: string;
  /** What the broken block says in front. */
  readonly claimed: number;
  /** Where to go on searching, as an index. */
  searchAt: number;
  /** Whether the broken block is still wholly in memory. */
  canRestore: boolean;
}

/** The part of the evidence that is in memory. */
export interface Window {
  readonly view: DataView;
  /** Index behind the last byte that is there. */
  readonly limit: number;
  /** No more bytes will follow. */
  readonly isComplete: boolean;
  readonly isLittle: boolean;
}

/** Answers that are no length and no position. */
export const VERDICT = {
  /** More bytes are needed to tell. */
  UNCLEAR: -1,
  NO: -2,
  /** The block is as it should be, and the evidence ends inside it. */
  TORN: -3,
} as const;

/** Byte order of the section header at `at`; `undefined` if its magic number is neither. */
export function sectionOrder(view: DataView, at: number): boolean | undefined {
  const magic = view.getUint32(at + 8, true);
  if (magic === SECTION_MAGIC) {
    return true;
  }
  return view.getUint32(at + 8, false) === SECTION_MAGIC ? false : undefined;
}

/** Whether a block of that type may have that length. */
export function isSaneLength(type: number, length: number): boolean {
  const most = BLOCK_BY_TYPE.get(type)?.maxBytes ?? UNKNOWN_BLOCK_MAX_BYTES;
  return length >= FRAME_BYTES && length % 4 === 0 && length <= most;
}

/** Whether a block of a known type begins at `at`, by its header alone. 8 bytes have to be there. */
function looksLikeHeader(window: Window, at: number): boolean {
  const type = window.view.getUint32(at, window.isLittle);
  if (type === SECTION_TYPE) {
    return true;
  }
  return (
    BLOCK_BY_TYPE.has(type) && isSaneLength(type, window.view.getUint32(at + 4, window.isLittle))
  );
}

/** Whether a block may end at `end`: the evidence ends there, or another block begins. */
function isBoundary(window: Window, end: number): boolean | typeof VERDICT.UNCLEAR {
  if (end + 8 > window.limit) {
    return window.isComplete ? end === window.limit : VERDICT.UNCLEAR;
  }
  return looksLikeHeader(window, end);
}

/** Length of the event block at `at`, as the event itself gives it; 0 if it is no event. */
function lengthInside(window: Window, at: number): number {
  const row = BLOCK_BY_TYPE.get(window.view.getUint32(at, window.isLittle));
  if (row?.content !== 'event') {
    return 0;
  }
  const start = at + 10 + (shapeOf(row) & SHAPE.FLAGS);
  if (start + 20 > window.limit) {
    return 0;
  }
  const end = start + window.view.getUint32(start + 16, window.isLittle) + 4;
  const length = Math.ceil((end - at) / 4) * 4;
  return isSaneLength(row.type, length) ? length : 0;
}

/**
 * The true length of the event block at `at`, whose two length words disagree or whose claim, in the
 * first of them, cannot be. Its own length is believed if the second word, the first or a block
 * behind it bears it out. (What lies inside an event is never searched before that: it may hold a
 * capture.)
 *
 * @returns The length, or a {@link VERDICT}.
 */
export function eventLength(window: Window, at: number, claimed: number): number {
  const inside = lengthInside(window, at);
  if (inside === 0) {
    return VERDICT.NO;
  }
  if (at + inside > window.limit) {
    if (!window.isComplete) {
      return VERDICT.UNCLEAR;
    }
    return inside === claimed ? VERDICT.TORN : VERDICT.NO;
  }
  if (inside === claimed || window.view.getUint32(at + inside - 4, window.isLittle) === inside) {
    return inside;
  }
  const verdict = isBoundary(window, at + inside);
  if (verdict === VERDICT.UNCLEAR) {
    return VERDICT.UNCLEAR;
  }
  return verdict ? inside : VERDICT.NO;
}

/** Whether a whole block of a known type lies at `at`: both of its lengths agree. */
function isBlock(window: Window, at: number): boolean | typeof VERDICT.UNCLEAR {
  const { view, limit } = window;
  const type = view.getUint32(at, window.isLittle);
  if (!BLOCK_BY_TYPE.has(type)) {
    return false;
  }
  const isLittle = type === SECTION_TYPE ? sectionOrder(view, at) : window.isLittle;
  if (isLittle === undefined) {
    return false;
  }
  const length = view.getUint32(at + 4, isLittle);
  if (!isSaneLength(type, length)) {
    return false;
  }
  if (at + length > limit) {
    return window.isComplete ? false : VERDICT.UNCLEAR;
  }
  return view.getUint32(at + length - 4, isLittle) === length;
}

/** Where a search stopped: at a block, or at the first place that cannot be judged yet. */
export interface Search {
  readonly at: number;
  readonly isFound: boolean;
}

/** Look for the next whole block of a known type, from `from` on, at any alignment. */
export function findBlock(window: Window, from: number): Search {
  const { view, isLittle } = window;
  const last = window.limit - FRAME_BYTES;
  const sectionType = SECTION_TYPE;
  let at = from;
  for (; at <= last; at += 1) {
    const type = view.getUint32(at, isLittle);
    // Sorts out nearly all words: there may be hundreds of megabytes to search.
    if ((type & ~63) === 0x200 || (type & 0xffff) === 0xabcd || type === sectionType) {
      const verdict = isBlock(window, at);
      if (verdict === true) {
        return { at, isFound: true };
      }
      if (verdict === VERDICT.UNCLEAR) {
        return { at, isFound: false };
      }
    }
  }
  return { at: window.isComplete ? window.limit : at, isFound: false };
}
