/**
 * Ids that no Linux kernel gives: negative ones, and those that do not fit 32 bits. They are used as they are (a number is a
 * number), and reported, since whoever made the capture made them up.
 */
import type { Thread } from './thread.js';
import type { World } from './world.js';

const MAX_ID = 0x7fff_ffff;
/** Users and groups use all 32 bits. */
const MAX_ACCOUNT_ID = 0xffff_ffff;
/** What recorders and this program write for an id that is not known. */
const UNKNOWN = -1;

function noteId(world: World, what: string, id: number): void {
  if ((id < 0 && id !== UNKNOWN) || id > MAX_ID) {
    world.losses.note('threadIds', `${what} ${id}`);
  }
}

/** The ids of a thread that comes into the world, or that an event gives new ones. */
export function noteThreadIds(world: World, thread: Thread): void {
  noteId(world, 'thread', thread.tid);
  noteId(world, 'process', thread.pid);
  noteId(world, 'parent', thread.ptid);
  noteId(world, 'thread in its namespace', thread.vtid);
  noteId(world, 'process in its namespace', thread.vpid);
  noteId(world, 'session', thread.sid);
  noteId(world, 'process group', thread.pgid);
  noteId(world, 'process group in its namespace', thread.vpgid);
  noteAccount(world, thread.uid);
  noteAccount(world, thread.gid);
  noteAccount(world, thread.loginuid);
}

/** The thread of a record, which may be none that is known. */
export function noteTid(world: World, tid: number): void {
  noteId(world, 'thread', tid);
}

/** The number of a descriptor that is opened or listed. */
export function noteFd(world: World, fd: number): void {
  if (fd < 0 || fd > MAX_ID) {
    world.losses.note('fdNumbers', `descriptor ${fd}`);
  }
}

/** A user or group that is listed, announced, or a thread's. */
export function noteAccount(world: World, id: number): void {
  if (id < 0 || id > MAX_ACCOUNT_ID) {
    world.losses.note('accountIds', `id ${id}`);
  }
}
