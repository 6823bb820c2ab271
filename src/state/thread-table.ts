/**
 * Threads come, go, and change parents: the rules of the reference, which follow the kernel's. A thread that
 * events name but nothing described gets a placeholder. The table is bounded: thread ids come from the
 * capture, and may be an attacker's.
 */
import { BOUND, FULL } from './budget.js';
import { THREAD_BYTES } from './holdings.js';
import { noteThreadIds } from './odd-ids.js';
import { Family, Thread, THREAD_FLAG, ThreadGroup } from './thread.js';
import type { World } from './world.js';

/** As many as the reference keeps; threads beyond are not known. */
const MAX_THREADS = 262_144;

/** Connect `thread` to its process and its parent, unless it is a placeholder or connected already. */
export function connectThread(world: World, thread: Thread): void {
  if (thread.isPlaceholder || thread.group !== undefined) {
    return;
  }
  let group = world.threadGroups.get(thread.pid);
  if (group === undefined) {
    group = new ThreadGroup(thread.pid, thread.pid === 1 || thread.vpid === 1);
    world.threadGroups.set(thread.pid, group);
  }
  group.add(thread);
  thread.group = group;
  if (thread.pid === 1) {
    return;
  }
  const parent = world.threads.get(thread.ptid);
  if (parent === undefined || parent.isPlaceholder) {
    thread.ptid = 0;
  } else {
    world.reapers.lineChanged(thread);
    adopt(world, parent, thread);
  }
}

/** Make `child` a child of `parent`. */
function adopt(world: World, parent: Thread, child: Thread): void {
  (parent.children ??= new Family(parent)).add(child);
  world.threadChanged(child);
}

/** `next` has the id of `old` now, whose end was not seen. */
export function supersede(world: World, old: Thread, next: Thread): void {
  leaveProcess(world, old);
  erase(world, old);
  if (old.children !== undefined) {
    world.reapers.lineChanged(old);
    next.children = old.children;
    next.children.parent = next;
    old.children = undefined;
  }
}

/** Whether one more thread, `tid`, may be known; if not, it is counted. */
export function hasRoom(world: World, tid: number): boolean {
  if (world.threads.size >= MAX_THREADS && !world.threads.has(tid)) {
    world.losses.note('threads', `more than ${MAX_THREADS} at once, the first of them is ${tid}`);
    return false;
  }
  if (!world.budget.take(BOUND.THREAD, THREAD_BYTES)) {
    world.losses.note('threads', `the first of them is ${tid}; ${FULL}`);
    return false;
  }
  return true;
}

/**
 * Enter `thread` in the table, instead of what was there, and connect it.
 *
 * @returns `false` if the table is full: the thread is not known then.
 */
export function addThread(world: World, thread: Thread): boolean {
  if (!hasRoom(world, thread.tid)) {
    return false;
  }
  noteThreadIds(world.losses, thread);
  const replaced = world.threads.get(thread.tid);
  if (replaced !== undefined && replaced !== thread) {
    supersede(world, replaced, thread);
  }
  connectThread(world, thread);
  world.threads.set(thread.tid, thread);
  world.threadChanged(thread);
  world.forgetLastThread();
  return true;
}

/** The thread `tid`, or a new placeholder for it; `undefined` if the table is full. */
export function threadOrPlaceholder(world: World, tid: number): Thread | undefined {
  const known = world.threads.get(tid);
  if (known !== undefined) {
    return known;
  }
  const placeholder = new Thread(tid, -1, world.budget);
  placeholder.comm = '<NA>';
  placeholder.exe = '<NA>';
  return addThread(world, placeholder) ? placeholder : undefined;
}

/** Who gets the children of `thread`: the reaper that the kernel named, or the one that we find. */
function heirOf(world: World, thread: Thread): Thread | undefined {
  const named = thread.reaperTid > 0 ? threadOrPlaceholder(world, thread.reaperTid) : undefined;
  const isFit = named !== undefined && !named.isPlaceholder && named !== thread;
  const heir = isFit ? named : world.reapers.heirOf(thread);
  if (heir?.group !== undefined && heir.pid !== thread.pid) {
    makeReaper(world, heir.group, true);
  }
  return heir;
}

/** Orphans of its descendants become children of this process, or do not any more. */
export function makeReaper(world: World, group: ThreadGroup, isReaper: boolean): void {
  if (group.isReaper !== isReaper) {
    group.isReaper = isReaper;
    group.threads.forEach((thread) => {
      world.reapers.lineChanged(thread);
    });
  }
}

/** Another thread, or nobody, is the parent of all children of `thread` from now on. */
function giveChildrenAway(world: World, thread: Thread): void {
  const family = thread.children;
  if (family === undefined || family.size === 0) {
    return;
  }
  const heir = heirOf(world, thread);
  world.reapers.handedOn(thread, heir);
  thread.children = undefined;
  if (heir?.children !== undefined && heir.children.size >= family.size) {
    for (const child of family.members) {
      adopt(world, heir, child);
    }
    return;
  }
  family.parent = heir;
  if (heir !== undefined) {
    for (const child of heir.children?.members ?? []) {
      family.add(child);
    }
    heir.children = family;
  }
  world.familyChanged(family);
}

function erase(world: World, thread: Thread): void {
  thread.leaveFamily();
  thread.reaper = undefined;
  thread.reaperNotedIn = 0;
  thread.group?.remove(thread);
  if (world.threads.get(thread.tid) === thread) {
    world.threads.delete(thread.tid);
    world.threadChanged(thread);
  }
}

/**
 * Take a thread off the table: it exited, or another one has its id now. Its children get another parent. A main
 * thread stays, dead, while other threads of its process live: what they share is its.
 */
export function removeThread(world: World, tid: number): void {
  const thread = world.threads.get(tid);
  if (thread === undefined) {
    return;
  }
  world.forgetLastThread();
  const { group } = thread;
  if (thread.isPlaceholder || group === undefined) {
    erase(world, thread);
    return;
  }
  markDead(thread);
  giveChildrenAway(world, thread);
  world.threadChanged(thread);
  if (group.aliveCount === 0) {
    world.threadGroups.delete(thread.pid);
    const main = world.threads.get(thread.pid);
    if (main !== undefined && main !== thread) {
      giveChildrenAway(world, main);
      erase(world, main);
    }
    erase(world, thread);
  } else if (!thread.isMain) {
    erase(world, thread);
  }
}

/** The thread has exited, though fields may still be asked about it. */
export function markDead(thread: Thread): void {
  if (!thread.isDead) {
    thread.flags |= THREAD_FLAG.DEAD;
    if (thread.group !== undefined && thread.group.aliveCount > 0) {
      thread.group.aliveCount -= 1;
    }
  }
}

/** Take a thread out of its process, which goes when nobody is left in it. */
function leaveProcess(world: World, thread: Thread): void {
  const { group } = thread;
  if (group !== undefined) {
    group.remove(thread);
    group.aliveCount -= thread.isDead ? 0 : 1;
    thread.group = undefined;
    if (group.aliveCount === 0) {
      world.threadGroups.delete(group.pid);
    }
  }
}

/** The thread belongs to process `pid`, whatever we knew of it; a negative id says nothing. */
export function enterProcess(world: World, thread: Thread, pid: number): void {
  if (pid < 0 || pid === thread.pid) {
    return;
  }
  world.reapers.lineChanged(thread);
  leaveProcess(world, thread);
  thread.pid = pid;
  connectThread(world, thread);
}

/** A dead main thread lives again: another thread of its process called exec, and took its id. */
export function resurrect(thread: Thread): void {
  if (thread.isDead) {
    thread.flags &= ~THREAD_FLAG.DEAD;
    if (thread.group !== undefined) {
      thread.group.aliveCount += 1;
    }
  }
}
