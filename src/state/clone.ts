/**
 * New threads: clone, fork, vfork. The call returns twice, in the parent and in the child, in any order, and
 * either may be missing; in a pid namespace only the child's return gives its real id.
 */
import { EVENT, paramsOf, type Event } from '../events/index.js';
import { placeThread } from './containment.js';
import { setCgroups } from './lists.js';
import type { HandlerTable } from './handler.js';
import type { Moment } from './moment.js';
import { idOf, listOf, numberOf, textOf } from './parameters.js';
import { keepTexts } from './program-texts.js';
import { addThread, connectThread, removeThread, threadOrPlaceholder } from './thread-table.js';
import { Thread, THREAD_FLAG } from './thread.js';
import { readUsage } from './usage.js';
import type { World } from './world.js';

/** All calls that begin a thread have the same parameters in the same places. */
const CLONE = paramsOf(EVENT.CLONE_20_X);
/** A thread that began longer ago cannot be the child that an event is about: its id was used again. */
const STALE_NS = 2e9;

const IN_CONTAINER =
  THREAD_FLAG.CHILD_IN_PIDNS | THREAD_FLAG.CLONE_NEWPID | THREAD_FLAG.CLONE_PARENT;

/** What parent and child say alike about the child. */
function readChild(child: Thread, event: Event): void {
  child.exe = textOf(event, CLONE.exe);
  child.args = listOf(event, CLONE.args);
  child.comm = event.has(CLONE.comm) ? textOf(event, CLONE.comm) : child.exe;
  child.fdLimit = idOf(event, CLONE.fdlimit);
  readUsage(child, event);
  child.uid = numberOf(event, CLONE.uid);
  child.gid = numberOf(event, CLONE.gid);
  if (event.has(CLONE.cgroups)) {
    setCgroups(child, listOf(event, CLONE.cgroups));
  }
  child.cloneTimeHigh = event.timeHigh;
  child.cloneTimeLow = event.timeLow;
}

/** What a child has from the thread that it was copied from. */
function inherit(child: Thread, from: Thread): void {
  child.executable = from.executable;
  child.isExeWritable = from.isExeWritable;
  child.isExeUpperLayer = from.isExeUpperLayer;
  child.isExeLowerLayer = from.isExeLowerLayer;
  child.isExeFromMemfd = from.isExeFromMemfd;
  child.root = from.root;
  child.sid = from.sid;
  child.vpgid = from.vpgid;
  child.pgid = from.pgid;
  child.tty = from.tty;
  child.loginuid = from.loginuid;
  child.capPermitted = from.capPermitted;
  child.capInheritable = from.capInheritable;
  child.capEffective = from.capEffective;
  child.exeInode = from.exeInode;
  child.exeInodeCtime = from.exeInodeCtime;
  child.exeInodeMtime = from.exeInodeMtime;
  child.exeInodeCtimeToCloneNs = from.exeInodeCtimeToCloneNs;
}

/** What a new process has from the one that made it; threads share their main thread's instead. */
function inheritProcess(world: World, child: Thread, from: Thread): void {
  const table = world.fdTableOf(from);
  if (table !== undefined) {
    child.fds.copyFrom(table);
  }
  child.cwd = world.cwdOf(from);
  child.environment = from.environment;
}

/** What we did not know of a thread, from what its clone says of the child. */
function describe(thread: Thread, child: Thread): void {
  thread.exe = child.exe;
  thread.comm = child.comm;
  thread.args = child.args;
}

/** The thread that called clone: known, or made known by the event. */
function callerOf({ world, event }: Moment): { caller: Thread; wasKnown: boolean } | undefined {
  const caller = threadOrPlaceholder(world, event.tid);
  if (caller === undefined) {
    return undefined;
  }
  const wasKnown = !caller.isPlaceholder;
  if (!wasKnown) {
    caller.pid = idOf(event, CLONE.pid);
    caller.ptid = idOf(event, CLONE.ptid);
    const hasVirtual = event.has(CLONE.vpid);
    caller.vtid = hasVirtual ? idOf(event, CLONE.vtid) : event.tid;
    caller.vpid = hasVirtual ? idOf(event, CLONE.vpid) : -1;
    connectThread(world, caller);
    world.threadChanged(caller);
  }
  return { caller, wasKnown };
}

/** Whether the child is none of the parent's business: its own return says more, or it is gone already. */
function isLeftToChild({ world, event }: Moment, caller: Thread, childTid: number): boolean {
  const flags = numberOf(event, CLONE.flags);
  if ((flags & IN_CONTAINER) !== 0 || caller.tid !== caller.vtid) {
    return true;
  }
  if ((flags & THREAD_FLAG.CLONE_VFORK) !== 0 || event.code === EVENT.VFORK_20_X) {
    return true;
  }
  const { timeHigh, timeLow } = event;
  if (world.recentExits.has(childTid, { ptid: caller.tid, timeHigh, timeLow })) {
    return true;
  }
  const existing = world.threads.get(childTid);
  if (existing !== undefined) {
    if ((existing.flags & THREAD_FLAG.CLONE_INVERTED) !== 0) {
      return true;
    }
    removeThread(world, childTid);
  }
  return false;
}

/** The call returned in the parent. */
function returnInParent(moment: Moment, childTid: number): void {
  const { world, event } = moment;
  const found = callerOf(moment);
  moment.thread = found?.caller;
  if (found === undefined || isLeftToChild(moment, found.caller, childTid)) {
    return;
  }
  const { caller, wasKnown } = found;
  const flags = numberOf(event, CLONE.flags);
  const isProcess = (flags & THREAD_FLAG.CLONE_THREAD) === 0;
  const child = new Thread(childTid, isProcess ? childTid : caller.pid, world.budget);
  child.flags = isProcess ? flags : flags | THREAD_FLAG.CLONE_FILES;
  child.ptid = isProcess ? caller.tid : caller.ptid;
  child.vtid = childTid;
  child.vpid = child.pid;
  readChild(child, event);
  if (wasKnown) {
    inherit(child, caller);
    if (isProcess) {
      inheritProcess(world, child, caller);
    }
  } else {
    describe(caller, child);
  }
  if (!isProcess) {
    child.execTimeHigh = caller.execTimeHigh;
    child.execTimeLow = caller.execTimeLow;
  }
  keepTexts(world, child);
  addThread(world, child);
  // removing the thread that had the child's id may have taken the caller with it
  moment.thread = world.threads.get(event.tid);
}

/** Whether `thread` is the child of this very clone, entered by its parent's return. */
function isFresh(thread: Thread, { timeHigh, timeLow }: Event): boolean {
  const age =
    (timeHigh - thread.cloneTimeHigh) * 4294967296 +
    ((timeLow >>> 0) - (thread.cloneTimeLow >>> 0));
  return age >= 0 && age < STALE_NS;
}

function hasCloneTime(thread: Thread): boolean {
  return thread.cloneTimeHigh !== 0 || thread.cloneTimeLow !== 0;
}

/** The child as its own return describes it, not yet completed from its parent or main thread. */
function childOf(world: World, event: Event): Thread {
  const child = new Thread(event.tid, idOf(event, CLONE.pid), world.budget);
  child.ptid = idOf(event, CLONE.ptid);
  const hasVirtual = event.has(CLONE.vpid);
  child.vtid = hasVirtual ? idOf(event, CLONE.vtid) : child.tid;
  child.vpid = hasVirtual ? idOf(event, CLONE.vpid) : -1;
  child.flags = numberOf(event, CLONE.flags) | THREAD_FLAG.CLONE_INVERTED;
  readChild(child, event);
  if ((child.flags & THREAD_FLAG.CLONE_NEWPID) !== 0 || child.isInPidNamespace) {
    // the start of the host's own namespace is not reported: the reference has it for listed threads only
    const sinceBoot = event.unsigned64(CLONE.pidns_init_start_ts);
    child.pidnsInitStart =
      sinceBoot === undefined ? 0n : sinceBoot + (world.machine?.bootTime ?? 0n);
  }
  return child;
}

/** The call returned in the child. */
function returnInChild(moment: Moment): void {
  const { world, event } = moment;
  const known = moment.thread;
  if (known !== undefined && hasCloneTime(known)) {
    if (isFresh(known, event)) {
      return;
    }
    removeThread(world, event.tid);
    moment.thread = undefined;
  }
  const child = childOf(world, event);
  const isProcess = (child.flags & THREAD_FLAG.CLONE_THREAD) === 0;
  if (!isProcess) {
    child.flags |= THREAD_FLAG.CLONE_FILES;
  }
  const model = threadOrPlaceholder(world, isProcess ? child.ptid : child.pid);
  if (model === undefined) {
    moment.thread = undefined;
    return;
  }
  if (!model.isPlaceholder) {
    inherit(child, model);
    if (isProcess) {
      inheritProcess(world, child, model);
    } else {
      child.execTimeHigh = model.execTimeHigh;
      child.execTimeLow = model.execTimeLow;
    }
  } else if (!isProcess) {
    model.pid = child.pid;
    model.ptid = child.ptid;
    model.vpid = child.vpid;
    model.vtid = child.vpid;
    describe(model, child);
    connectThread(world, model);
    world.threadChanged(model);
  }
  keepTexts(world, child);
  moment.thread = addThread(world, child) ? child : undefined;
}

function clone(moment: Moment): void {
  const { world, event } = moment;
  const result = idOf(event, CLONE.res);
  if (result < 0) {
    return;
  }
  if (result === 0) {
    returnInChild(moment);
  } else {
    returnInParent(moment, result);
  }
  const thread = world.threads.get(event.tid);
  if (thread !== undefined) {
    placeThread(world, thread);
  }
}

export const CLONE_HANDLERS: HandlerTable = [
  [EVENT.CLONE_20_X, clone],
  [EVENT.FORK_20_X, clone],
  [EVENT.VFORK_20_X, clone],
  [EVENT.CLONE3_X, clone],
];
