/**
 * Process list blocks, V1 to V9: one entry per thread. Each version added fields; V9 also begins each
 * entry with its length, so that later fields can be there or not, as far as that length reaches.
 */
import type { ByteCursor } from './byte-cursor.js';
import type { ProcessEntry } from './metadata.js';

/**
 * libs 0.10 put `pidns_init_start_ts` and `tty` in the middle of the optional tail: entries whose
 * tail is not longer than this were written before that.
 */
const OLD_TAIL_BYTES = 29;

type Tail = Pick<
  ProcessEntry,
  | 'pidnsInitStart'
  | 'tty'
  | 'loginuid'
  | 'isExeWritable'
  | 'capInheritable'
  | 'capPermitted'
  | 'capEffective'
  | 'isExeUpperLayer'
  | 'exeInode'
  | 'exeInodeCtime'
  | 'exeInodeMtime'
  | 'isExeFromMemfd'
  | 'isExeLowerLayer'
  | 'pgid'
>;

/**
 * The next entry of a process list of layout `version`, 1 to 9. Sets the cursor's `isShort` where the
 * entry goes beyond the block; what it returns then is not to be used.
 */
export function readProcess(cursor: ByteCursor, version: number): ProcessEntry {
  const start = cursor.at;
  const blockEnd = cursor.end;
  const lengthBytes = version >= 9 ? cursor.u32() : 0;
  if (lengthBytes > 0) {
    limitTo(cursor, start + lengthBytes);
  }
  const head = readHead(cursor, version);
  const memory = version >= 2 ? readMemory(cursor) : NO_MEMORY;
  const env = version >= 3 ? cursor.string() : undefined;
  const vtid = version >= 4 ? cursor.i64() : undefined;
  const vpid = version >= 4 ? cursor.i64() : undefined;
  const cgroups = version >= 4 ? cursor.string() : undefined;
  const root = version >= 5 ? cursor.string() : undefined;
  const tail = lengthBytes > 0 ? readTail(cursor) : NO_TAIL;
  if (lengthBytes > 0) {
    cursor.at = cursor.end;
    cursor.end = blockEnd;
  }
  return { ...head, ...memory, env, vtid, vpid, cgroups, root, ...tail };
}

/** Keep the cursor inside an entry; an entry that claims more than its block has is short. */
function limitTo(cursor: ByteCursor, entryEnd: number): void {
  if (entryEnd > cursor.end) {
    cursor.isShort = true;
  } else {
    cursor.end = entryEnd;
  }
}

function readHead(cursor: ByteCursor, version: number) {
  return {
    tid: cursor.i64(),
    pid: cursor.i64(),
    ptid: cursor.i64(),
    sid: version >= 6 ? cursor.i64() : undefined,
    vpgid: version >= 8 ? cursor.i64() : undefined,
    comm: cursor.string(),
    exe: cursor.string(),
    exepath: version >= 7 ? cursor.string() : undefined,
    args: cursor.string(),
    cwd: cursor.string(),
    fdLimit: cursor.u64(),
    flags: cursor.u32(),
    uid: cursor.u32(),
    gid: cursor.u32(),
  };
}

const NO_MEMORY = {
  vmSizeKb: undefined,
  vmRssKb: undefined,
  vmSwapKb: undefined,
  majorFaults: undefined,
  minorFaults: undefined,
};

function readMemory(cursor: ByteCursor) {
  return {
    vmSizeKb: cursor.u32(),
    vmRssKb: cursor.u32(),
    vmSwapKb: cursor.u32(),
    majorFaults: cursor.u64(),
    minorFaults: cursor.u64(),
  };
}

const NO_TAIL: Tail = {
  pidnsInitStart: undefined,
  tty: undefined,
  loginuid: undefined,
  isExeWritable: undefined,
  capInheritable: undefined,
  capPermitted: undefined,
  capEffective: undefined,
  isExeUpperLayer: undefined,
  exeInode: undefined,
  exeInodeCtime: undefined,
  exeInodeMtime: undefined,
  isExeFromMemfd: undefined,
  isExeLowerLayer: undefined,
  pgid: undefined,
};

/** The optional fields, each there if the entry's length reaches so far. */
function readTail(cursor: ByteCursor): Tail {
  const isOld = cursor.left <= OLD_TAIL_BYTES;
  const u8 = () => (cursor.left >= 1 ? cursor.u8() !== 0 : undefined);
  const u32 = () => (cursor.left >= 4 ? cursor.u32() : undefined);
  const u64 = () => (cursor.left >= 8 ? cursor.u64() : undefined);
  const i64 = () => (cursor.left >= 8 ? cursor.i64() : undefined);
  return {
    pidnsInitStart: isOld ? undefined : u64(),
    tty: isOld ? undefined : u32(),
    loginuid: u32(),
    isExeWritable: u8(),
    capInheritable: u64(),
    capPermitted: u64(),
    capEffective: u64(),
    isExeUpperLayer: u8(),
    exeInode: u64(),
    exeInodeCtime: u64(),
    exeInodeMtime: u64(),
    isExeFromMemfd: u8(),
    isExeLowerLayer: u8(),
    pgid: i64(),
  };
}
