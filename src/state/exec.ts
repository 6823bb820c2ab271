/** A thread becomes another program: execve and execveat. */
import { nanoseconds } from '../units.js';
import { EVENT, type Event } from '../events/index.js';
import { placeThread } from './containment.js';
import { directoryOf, UNKNOWN_DIRECTORY } from './directory.js';
import type { HandlerTable } from './handler.js';
import { setCgroups } from './lists.js';
import type { Moment } from './moment.js';
import { idOf, listOf, NOT_AVAILABLE, numberOf, textOf } from './parameters.js';
import { joinPath } from './path.js';
import { connectThread, enterProcess, removeThread, resurrect } from './thread-table.js';
import { THREAD_FLAG, type Thread } from './thread.js';
import { noteThreadIds } from './odd-ids.js';
import { keepInherited, keepTexts } from './program-texts.js';
import { SharedText } from './shared-text.js';
import { readUsage } from './usage.js';

/** Bits of the flags parameter. */
const EXE = { WRITABLE: 1, UPPER_LAYER: 2, FROM_MEMFD: 4, LOWER_LAYER: 8 } as const;
/** What exec leaves of a thread's flags. */
const KEPT_FLAGS =
  THREAD_FLAG.PIPE_SOURCE |
  THREAD_FLAG.PIPE_DESTINATION |
  THREAD_FLAG.MAIN |
  THREAD_FLAG.CLONE_INVERTED;
const AT_EMPTY_PATH = 1;
const DELETED = ' (deleted)';
const WRAP = 0xffff_ffff_ffff_ffffn;

/** The path of an executable, without the kernel's remark that the file is gone. */
export function exepathOf(path: string): string {
  return path.length > DELETED.length && path.endsWith(DELETED)
    ? path.slice(0, -DELETED.length)
    : path;
}

/** The path of an execveat: relative to a descriptor, or the descriptor itself. */
function pathOfExecveat(moment: Moment, enter: NonNullable<Event['enter']>): string {
  const path = textOf(enter, 1);
  const directory = directoryOf(moment, idOf(enter, 0), path);
  const isDescriptor = (numberOf(enter, 2) & AT_EMPTY_PATH) !== 0;
  if (directory === UNKNOWN_DIRECTORY || (!isDescriptor && path === NOT_AVAILABLE)) {
    return NOT_AVAILABLE;
  }
  return isDescriptor ? joinPath('', directory) : joinPath(directory, path);
}

/** The executable, as the kernel tells it, or else as the call named it; `undefined` if neither is known. */
function executableOf(moment: Moment, thread: Thread): string | undefined {
  const { world, event } = moment;
  if (event.has(27)) {
    return textOf(event, 27);
  }
  const { enter } = event;
  if (enter?.code === EVENT.EXECVEAT_E) {
    return pathOfExecveat(moment, enter);
  }
  if (enter?.has(0) !== true) {
    return undefined;
  }
  const path = textOf(enter, 0);
  return path === NOT_AVAILABLE ? path : joinPath(world.cwdOf(thread), path);
}

function readCapabilities(thread: Thread, event: Event): void {
  if (event.has(22)) {
    thread.capInheritable = event.unsigned64(20) ?? 0n;
    thread.capPermitted = event.unsigned64(21) ?? 0n;
    thread.capEffective = event.unsigned64(22) ?? 0n;
  }
}

function readInode(thread: Thread, event: Event): void {
  if (!event.has(25)) {
    return;
  }
  thread.exeInode = event.unsigned64(23) ?? 0n;
  thread.exeInodeCtime = event.unsigned64(24) ?? 0n;
  thread.exeInodeMtime = event.unsigned64(25) ?? 0n;
  const cloned: bigint = nanoseconds(thread.cloneTimeHigh, thread.cloneTimeLow);
  if (cloned !== 0n) {
    thread.exeInodeCtimeToCloneNs = (cloned - thread.exeInodeCtime) & WRAP;
  }
  if (thread.pidnsInitStart !== 0n && thread.exeInodeCtime > thread.pidnsInitStart) {
    thread.pidnsStartToExeInodeCtimeNs = thread.exeInodeCtime - thread.pidnsInitStart;
  }
}

function readProgram(thread: Thread, event: Event): void {
  thread.exe = textOf(event, 1);
  thread.comm = event.has(13) ? textOf(event, 13) : thread.exe;
  thread.args = listOf(event, 2);
  thread.execTimeHigh = event.timeHigh;
  thread.execTimeLow = event.timeLow;
  thread.fdLimit = idOf(event, 7);
  readUsage(thread, event);
  if (event.has(15)) {
    thread.environment = new SharedText(listOf(event, 15));
  }
  if (event.has(14)) {
    setCgroups(thread, listOf(event, 14));
  }
  if (event.has(19)) {
    const flags = numberOf(event, 19);
    thread.isExeWritable = (flags & EXE.WRITABLE) !== 0;
    thread.isExeUpperLayer = (flags & EXE.UPPER_LAYER) !== 0;
    thread.isExeFromMemfd = (flags & EXE.FROM_MEMFD) !== 0;
    thread.isExeLowerLayer = (flags & EXE.LOWER_LAYER) !== 0;
  }
  readCapabilities(thread, event);
  readInode(thread, event);
}

function readOwner(thread: Thread, event: Event): void {
  thread.tty = event.unsigned(16) ?? thread.tty;
  thread.vpgid = event.signed(17) ?? thread.vpgid;
  thread.loginuid = event.unsigned(18) ?? thread.loginuid;
  thread.uid = event.unsigned(26) ?? thread.uid;
  thread.pgid = idOf(event, 28);
  thread.gid = event.unsigned(29) ?? thread.gid;
}

/** A placeholder becomes a thread by what its exec tells. */
function adoptPlaceholder({ world, event }: Moment, thread: Thread): void {
  thread.ptid = idOf(event, 5);
  if ((thread.flags & THREAD_FLAG.CHILD_IN_PIDNS) === 0) {
    thread.vtid = thread.tid;
    thread.vpid = thread.pid;
  }
  connectThread(world, thread);
}

/** Exec ends all other threads of the process. */
function endSiblings({ world }: Moment, thread: Thread): void {
  if (thread.group !== undefined && thread.group.aliveCount > 1) {
    for (const sibling of [...thread.group.threads]) {
      if (!sibling.isMain && sibling !== thread) {
        removeThread(world, sibling.tid);
      }
    }
  }
}

function exec(moment: Moment): void {
  const { world, event, thread } = moment;
  if (idOf(event, 0) < 0 || thread === undefined) {
    return;
  }
  resurrect(thread);
  enterProcess(world, thread, idOf(event, 4));
  if (thread.isPlaceholder) {
    adoptPlaceholder(moment, thread);
  }
  readProgram(thread, event);
  const executable = executableOf(moment, thread);
  if (executable !== undefined) {
    thread.exepath = exepathOf(executable);
  }
  readOwner(thread, event);
  noteThreadIds(world.losses, thread);
  keepTexts(world, thread);
  keepInherited(world, thread);
  world.fdTableOf(thread)?.retain((descriptor) => !descriptor.isClosedOnExec);
  thread.flags &= KEPT_FLAGS;
  world.threadChanged(thread);
  endSiblings(moment, thread);
  placeThread(world, thread);
}

export const EXEC_HANDLERS: HandlerTable = [
  [EVENT.EXECVE_19_X, exec],
  [EVENT.EXECVEAT_X, exec],
];
