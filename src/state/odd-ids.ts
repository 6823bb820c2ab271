/**
 * Ids that no Linux kernel gives: negative ones, and those that do not fit 32 bits. They are used as they are (a number is a
 * number), and reported, since whoever made the capture made them up.
 */
import type { Thread } from './thread.js';
import type { Losses } from './losses.js';

const MAX_ID = 0x7fff_ffff;
/** Users and groups use all 32 bits. */
const MAX_ACCOUNT_ID = 0xffff_ffff;
/** What recorders and this program write for an id that is not known. */
const UNKNOWN = -1;

function noteId(losses: Losses, what: string, id: number): void {
  if ((id < 0 && id !== UNKNOWN) || id > MAX_ID) {
    losses.note('threadIds', `${what} ${id}`);
  }
}

/** The ids of a thread that comes into the world, or that an event gives new ones. */
export function noteThreadIds(losses: Losses, thread: Thread): void {
  noteId(losses, 'thread', thread.tid);
  noteId(losses, 'process', thread.pid);
  noteId(losses, 'parent', thread.ptid);
  noteId(losses, 'thread in its namespace', thread.vtid);
  noteId(losses, 'process in its namespace', thread.vpid);
  noteId(losses, 'session', thread.sid);
  noteId(losses, 'process group', thread.pgid);
  noteId(losses, 'process group in its namespace', thread.vpgid);
  noteAccount(losses, thread.uid);
  noteAccount(losses, thread.gid);
  noteAccount(losses, thread.loginuid);
}

/** The thread of a record, which may be none that is known. */
export function noteTid(losses: Losses, tid: number): void {
  noteId(losses, 'thread', tid);
}

/** The number of a descriptor that is opened or listed. */
export function noteFd(losses: Losses, fd: number): void {
  if (fd < 0 || fd > MAX_ID) {
    losses.note('fdNumbers', `descriptor ${fd}`);
  }
}

/** A user or group that is listed, announced, or a thread's. */
export function noteAccount(losses: Losses, id: number): void {
  if (id < 0 || id > MAX_ACCOUNT_ID) {
    losses.note('accountIds', `id ${id}`);
  }
}
