/**
 * The blocks of a .scap file: one row per block type that any version of the format has used. Reader,
 * writer and salvage are all driven by this table; nothing else in the program knows a block type.
 * To add a block type, add a row. Frame: `type:u32 length:u32 body length:u32`, length counts all.
 */

/** What kind of content a block carries. */
export type BlockContent =
  'section' | 'machine' | 'processes' | 'fds' | 'interfaces' | 'users' | 'event';

/** One block type. */
export interface BlockRow {
  readonly type: number;
  readonly content: BlockContent;
  /** Version of the content's layout. For events: 1 = no parameter count, 2 = with count. */
  readonly version: number;
  /** Events only: a `flags:u32` follows the cpu. */
  readonly hasFlags?: boolean;
  /** Events only: parameter lengths are u32. */
  readonly isLarge?: boolean;
  /** A longer claim is a lie: what the reader is willing to hold in memory for one block. */
  readonly maxBytes: number;
}

const KB = 1024;
const MB = 1024 * KB;

/** Length and type words around a body. */
export const FRAME_BYTES = 12;
export const SECTION_TYPE = 0x0a0d0d0a;
export const SECTION_MAGIC = 0x1a2b3c4d;
/** Claims about blocks that are not in the table are believed up to here. */
export const UNKNOWN_BLOCK_MAX_BYTES = 16 * MB;

// prettier-ignore
export const BLOCKS: readonly BlockRow[] = [
  { type: SECTION_TYPE, content: 'section',    version: 1, maxBytes: MB },
  { type: 0x201,        content: 'machine',    version: 1, maxBytes: MB },
  { type: 0x8002abcd,   content: 'machine',    version: 1, maxBytes: MB },
  { type: 0x202,        content: 'processes',  version: 1, maxBytes: 256 * MB },
  { type: 0x8000abcd,   content: 'processes',  version: 1, maxBytes: 256 * MB },
  { type: 0x207,        content: 'processes',  version: 2, maxBytes: 256 * MB },
  { type: 0x8013abcd,   content: 'processes',  version: 2, maxBytes: 256 * MB },
  { type: 0x209,        content: 'processes',  version: 3, maxBytes: 256 * MB },
  { type: 0x8014abcd,   content: 'processes',  version: 3, maxBytes: 256 * MB },
  { type: 0x210,        content: 'processes',  version: 4, maxBytes: 256 * MB },
  { type: 0x211,        content: 'processes',  version: 5, maxBytes: 256 * MB },
  { type: 0x212,        content: 'processes',  version: 6, maxBytes: 256 * MB },
  { type: 0x213,        content: 'processes',  version: 7, maxBytes: 256 * MB },
  { type: 0x214,        content: 'processes',  version: 8, maxBytes: 256 * MB },
  { type: 0x215,        content: 'processes',  version: 9, maxBytes: 256 * MB },
  { type: 0x203,        content: 'fds',        version: 1, maxBytes: 64 * MB },
  { type: 0x8001abcd,   content: 'fds',        version: 1, maxBytes: 64 * MB },
  { type: 0x218,        content: 'fds',        version: 2, maxBytes: 64 * MB },
  { type: 0x205,        content: 'interfaces', version: 1, maxBytes: 16 * MB },
  { type: 0x8011abcd,   content: 'interfaces', version: 1, maxBytes: 16 * MB },
  { type: 0x219,        content: 'interfaces', version: 2, maxBytes: 16 * MB },
  { type: 0x206,        content: 'users',      version: 1, maxBytes: 64 * MB },
  { type: 0x8012abcd,   content: 'users',      version: 1, maxBytes: 64 * MB },
  { type: 0x220,        content: 'users',      version: 2, maxBytes: 64 * MB },
  // The reference refuses such blocks beyond 64 KB; a large one may hold what a plugin sent.
  { type: 0x204,        content: 'event',      version: 1, maxBytes: MB },
  { type: 0x8010abcd,   content: 'event',      version: 1, maxBytes: MB },
  { type: 0x208,        content: 'event',      version: 1, hasFlags: true, maxBytes: MB },
  { type: 0x216,        content: 'event',      version: 2, maxBytes: MB },
  { type: 0x217,        content: 'event',      version: 2, hasFlags: true, maxBytes: MB },
  { type: 0x221,        content: 'event',      version: 2, isLarge: true, maxBytes: 64 * MB },
  { type: 0x222,        content: 'event',      version: 2, isLarge: true, hasFlags: true, maxBytes: 64 * MB },
];

/** The row of a block type. */
export const BLOCK_BY_TYPE: ReadonlyMap<number, BlockRow> = new Map(
  BLOCKS.map((row) => [row.type, row]),
);

/** The block type that holds the same event with room for its flags; itself where it has that already. */
export function flaggedTypeOf({ type, version, isLarge = false, hasFlags }: BlockRow): number {
  const twin = BLOCKS.find(
    (row) =>
      row.content === 'event' &&
      row.hasFlags === true &&
      row.version === version &&
      (row.isLarge ?? false) === isLarge,
  );
  return hasFlags === true ? type : (twin?.type ?? type);
}

/** Bits of {@link EVENT_SHAPES}. `FLAGS` is also the number of bytes that the flags take. */
export const SHAPE = { EVENT: 1, COUNT: 2, FLAGS: 4, LARGE: 8 } as const;

/** Bits of an event block's flags: the record is there for the machine's state only; its parameter lengths are wide. */
export const EVENT_FLAG = { STATE_ONLY: 1, LARGE: 4 } as const;

/** For the hot path: the event blocks among types 0x200 to 0x23f, indexed by the low six bits. */
export const EVENT_SHAPES: Uint8Array = eventShapes();

/** The {@link SHAPE} bits of an event block. */
export function shapeOf(row: BlockRow): number {
  return (
    SHAPE.EVENT |
    (row.version >= 2 ? SHAPE.COUNT : 0) |
    (row.hasFlags === true ? SHAPE.FLAGS : 0) |
    (row.isLarge === true ? SHAPE.LARGE : 0)
  );
}

function eventShapes(): Uint8Array {
  const shapes = new Uint8Array(64);
  for (const row of BLOCKS) {
    if (row.content === 'event' && (row.type & ~63) === 0x200) {
      shapes[row.type & 63] = shapeOf(row);
    }
  }
  return shapes;
}
