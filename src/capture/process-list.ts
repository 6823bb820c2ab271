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

type Entry = { -readonly [Name in keyof ProcessEntry]: ProcessEntry[Name] };

/**
 * An entry to be filled. One literal with every attribute: put together from parts, entries became hash tables, and a list of
 * 60,000 threads took five seconds to read.
 */
function newEntry(): Entry {
  return {
    tid: 0,
    pid: 0,
    ptid: 0,
    sid: undefined,
    vpgid: undefined,
    comm: '',
    exe: '',
    exepath: undefined,
    args: '',
    cwd: '',
    fdLimit: 0n,
    flags: 0,
    uid: 0,
    gid: 0,
    vmSizeKb: undefined,
    vmRssKb: undefined,
    vmSwapKb: undefined,
    majorFaults: undefined,
    minorFaults: undefined,
    env: undefined,
    vtid: undefined,
    vpid: undefined,
    cgroups: undefined,
    root: undefined,
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
}

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
  const entry = newEntry();
  readHead(entry, cursor, version);
  if (version >= 2) {
    readMemory(entry, cursor);
  }
  entry.env = version >= 3 ? cursor.string() : undefined;
  entry.vtid = version >= 4 ? cursor.i64() : undefined;
  entry.vpid = version >= 4 ? cursor.i64() : undefined;
  entry.cgroups = version >= 4 ? cursor.string() : undefined;
  entry.root = version >= 5 ? cursor.string() : undefined;
  if (lengthBytes > 0) {
    readTail(entry, cursor);
    cursor.at = cursor.end;
    cursor.end = blockEnd;
  }
  return entry;
}

/** Keep the cursor inside an entry; an entry that claims more than its block has is short. */
function limitTo(cursor: ByteCursor, entryEnd: number): void {
  if (entryEnd > cursor.end) {
    cursor.isShort = true;
  } else {
    cursor.end = entryEnd;
  }
}

function readHead(entry: Entry, cursor: ByteCursor, version: number): void {
  entry.tid = cursor.i64();
  entry.pid = cursor.i64();
  entry.ptid = cursor.i64();
  entry.sid = version >= 6 ? cursor.i64() : undefined;
  entry.vpgid = version >= 8 ? cursor.i64() : undefined;
  entry.comm = cursor.string();
  entry.exe = cursor.string();
  entry.exepath = version >= 7 ? cursor.string() : undefined;
  entry.args = cursor.string();
  entry.cwd = cursor.string();
  entry.fdLimit = cursor.u64();
  entry.flags = cursor.u32();
  entry.uid = cursor.u32();
  entry.gid = cursor.u32();
}

function readMemory(entry: Entry, cursor: ByteCursor): void {
  entry.vmSizeKb = cursor.u32();
  entry.vmRssKb = cursor.u32();
  entry.vmSwapKb = cursor.u32();
  entry.majorFaults = cursor.u64();
  entry.minorFaults = cursor.u64();
}

/** The optional fields, each there if the entry's length reaches so far. */
function readTail(entry: Entry, cursor: ByteCursor): void {
  const isOld = cursor.left <= OLD_TAIL_BYTES;
  const u8 = () => (cursor.left >= 1 ? cursor.u8() !== 0 : undefined);
  const u32 = () => (cursor.left >= 4 ? cursor.u32() : undefined);
  const u64 = () => (cursor.left >= 8 ? cursor.u64() : undefined);
  const i64 = () => (cursor.left >= 8 ? cursor.i64() : undefined);
  entry.pidnsInitStart = isOld ? undefined : u64();
  entry.tty = isOld ? undefined : u32();
  entry.loginuid = u32();
  entry.isExeWritable = u8();
  entry.capInheritable = u64();
  entry.capPermitted = u64();
  entry.capEffective = u64();
  entry.isExeUpperLayer = u8();
  entry.exeInode = u64();
  entry.exeInodeCtime = u64();
  entry.exeInodeMtime = u64();
  entry.isExeFromMemfd = u8();
  entry.isExeLowerLayer = u8();
  entry.pgid = i64();
}
