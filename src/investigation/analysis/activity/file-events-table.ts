/**
 * The calls that do something to a file by its path, or through a descriptor: a row each says where the call has what, and
 * what it does. To count another call, add a row.
 */
import { EVENT, paramsOf } from '../../../events/index.js';

/** Where a path is: its parameter, and that of the directory it is relative to (-1: the working directory). */
export interface PathAt {
  readonly path: number;
  readonly dirfd: number;
}

/** What a call does; `moves`, `links` and `points` have a second path, that of the new name. */
export type Deed = 'makes' | 'removes' | 'moves' | 'links' | 'points' | 'sets-mode' | 'sets-owner';

/** A call that names files. */
export interface FileCall {
  readonly deed: Deed;
  /** The file; `undefined`: the descriptor that the event is about. */
  readonly at: PathAt | undefined;
  /** The new name. */
  readonly to?: PathAt;
  /** What is set: a mode, or user and group. */
  readonly values?: readonly number[];
}

function here(path: number): PathAt {
  return { path, dirfd: -1 };
}

const RENAME = paramsOf(EVENT.RENAME_X);
const RENAMEAT = paramsOf(EVENT.RENAMEAT_X);
const RENAMEAT2 = paramsOf(EVENT.RENAMEAT2_X);
const LINK = paramsOf(EVENT.LINK_2_X);
const LINKAT = paramsOf(EVENT.LINKAT_2_X);
const SYMLINK = paramsOf(EVENT.SYMLINK_X);
const SYMLINKAT = paramsOf(EVENT.SYMLINKAT_X);
const UNLINK = paramsOf(EVENT.UNLINK_2_X);
const UNLINKAT = paramsOf(EVENT.UNLINKAT_2_X);
const RMDIR = paramsOf(EVENT.RMDIR_2_X);
const MKDIR = paramsOf(EVENT.MKDIR_2_X);
const MKDIRAT = paramsOf(EVENT.MKDIRAT_X);
const MKNOD = paramsOf(EVENT.MKNOD_X);
const MKNODAT = paramsOf(EVENT.MKNODAT_X);
const CHMOD = paramsOf(EVENT.CHMOD_X);
const FCHMOD = paramsOf(EVENT.FCHMOD_X);
const FCHMODAT = paramsOf(EVENT.FCHMODAT_X);
const CHOWN = paramsOf(EVENT.CHOWN_X);
const LCHOWN = paramsOf(EVENT.LCHOWN_X);
const FCHOWN = paramsOf(EVENT.FCHOWN_X);
const FCHOWNAT = paramsOf(EVENT.FCHOWNAT_X);

// prettier-ignore
export const FILE_CALLS: ReadonlyMap<number, FileCall> = new Map<number, FileCall>([
  [EVENT.RENAME_X, { deed: 'moves', at: here(RENAME.oldpath), to: here(RENAME.newpath) }],
  [EVENT.RENAMEAT_X, { deed: 'moves', at: { path: RENAMEAT.oldpath, dirfd: RENAMEAT.olddirfd }, to: { path: RENAMEAT.newpath, dirfd: RENAMEAT.newdirfd } }],
  [EVENT.RENAMEAT2_X, { deed: 'moves', at: { path: RENAMEAT2.oldpath, dirfd: RENAMEAT2.olddirfd }, to: { path: RENAMEAT2.newpath, dirfd: RENAMEAT2.newdirfd } }],
  [EVENT.LINK_2_X, { deed: 'links', at: here(LINK.oldpath), to: here(LINK.newpath) }],
  [EVENT.LINKAT_2_X, { deed: 'links', at: { path: LINKAT.oldpath, dirfd: LINKAT.olddir }, to: { path: LINKAT.newpath, dirfd: LINKAT.newdir } }],
  [EVENT.SYMLINK_X, { deed: 'points', at: here(SYMLINK.target), to: here(SYMLINK.linkpath) }],
  [EVENT.SYMLINKAT_X, { deed: 'points', at: here(SYMLINKAT.target), to: { path: SYMLINKAT.linkpath, dirfd: SYMLINKAT.linkdirfd } }],
  [EVENT.UNLINK_2_X, { deed: 'removes', at: here(UNLINK.path) }],
  [EVENT.UNLINKAT_2_X, { deed: 'removes', at: { path: UNLINKAT.name, dirfd: UNLINKAT.dirfd } }],
  [EVENT.RMDIR_2_X, { deed: 'removes', at: here(RMDIR.path) }],
  [EVENT.MKDIR_2_X, { deed: 'makes', at: here(MKDIR.path) }],
  [EVENT.MKDIRAT_X, { deed: 'makes', at: { path: MKDIRAT.path, dirfd: MKDIRAT.dirfd } }],
  [EVENT.MKNOD_X, { deed: 'makes', at: here(MKNOD.path) }],
  [EVENT.MKNODAT_X, { deed: 'makes', at: { path: MKNODAT.path, dirfd: MKNODAT.dirfd } }],
  [EVENT.CHMOD_X, { deed: 'sets-mode', at: here(CHMOD.filename), values: [CHMOD.mode] }],
  [EVENT.FCHMODAT_X, { deed: 'sets-mode', at: { path: FCHMODAT.filename, dirfd: FCHMODAT.dirfd }, values: [FCHMODAT.mode] }],
  [EVENT.FCHMOD_X, { deed: 'sets-mode', at: undefined, values: [FCHMOD.mode] }],
  [EVENT.CHOWN_X, { deed: 'sets-owner', at: here(CHOWN.path), values: [CHOWN.uid, CHOWN.gid] }],
  [EVENT.LCHOWN_X, { deed: 'sets-owner', at: here(LCHOWN.path), values: [LCHOWN.uid, LCHOWN.gid] }],
  [EVENT.FCHOWNAT_X, { deed: 'sets-owner', at: { path: FCHOWNAT.pathname, dirfd: FCHOWNAT.dirfd }, values: [FCHOWNAT.uid, FCHOWNAT.gid] }],
  [EVENT.FCHOWN_X, { deed: 'sets-owner', at: undefined, values: [FCHOWN.uid, FCHOWN.gid] }],
]);

const OPEN = paramsOf(EVENT.OPEN_X);
const OPENAT = paramsOf(EVENT.OPENAT_2_X);
const OPENAT2 = paramsOf(EVENT.OPENAT2_X);
const CREAT = paramsOf(EVENT.CREAT_X);
const BY_HANDLE = paramsOf(EVENT.OPEN_BY_HANDLE_AT_X);

/** A call that opens files: where its path and its flags are (-1: it always writes). */
export interface OpenCall extends PathAt {
  readonly flags: number;
}

export const OPEN_CALLS: ReadonlyMap<number, OpenCall> = new Map<number, OpenCall>([
  [EVENT.OPEN_X, { path: OPEN.name, dirfd: -1, flags: OPEN.flags }],
  [EVENT.OPENAT_2_X, { path: OPENAT.name, dirfd: OPENAT.dirfd, flags: OPENAT.flags }],
  [EVENT.OPENAT2_X, { path: OPENAT2.name, dirfd: OPENAT2.dirfd, flags: OPENAT2.flags }],
  [EVENT.CREAT_X, { path: CREAT.name, dirfd: -1, flags: -1 }],
  [EVENT.OPEN_BY_HANDLE_AT_X, { path: BY_HANDLE.path, dirfd: -1, flags: BY_HANDLE.flags }],
]);

/** A call that copies from one descriptor to another inside the kernel. */
export interface CopyCall {
  readonly from: number;
  readonly to: number;
}

const SENDFILE = paramsOf(EVENT.SENDFILE_X);
const SPLICE = paramsOf(EVENT.SPLICE_X);
const COPY = paramsOf(EVENT.COPY_FILE_RANGE_X);

export const COPY_CALLS: ReadonlyMap<number, CopyCall> = new Map<number, CopyCall>([
  [EVENT.SENDFILE_X, { from: SENDFILE.in_fd, to: SENDFILE.out_fd }],
  [EVENT.SPLICE_X, { from: SPLICE.fd_in, to: SPLICE.fd_out }],
  [EVENT.COPY_FILE_RANGE_X, { from: COPY.fdin, to: COPY.fdout }],
]);

/** Bits of open flags, as captures encode them. */
export const OPEN_BITS = {
  READ: 1,
  WRITE: 2,
  CREATE: 4,
  TMPFILE: 1 << 13,
  CREATED: 1 << 14,
} as const;
/** An open with one of them can change something. */
export const CHANGING_OPEN =
  OPEN_BITS.WRITE | OPEN_BITS.CREATE | OPEN_BITS.TMPFILE | OPEN_BITS.CREATED;
