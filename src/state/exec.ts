/** A thread becomes another program: execve and execveat. */
import { nanoseconds } from '../units.js';
import { EVENT, paramsOf, type Event } from '../events/index.js';
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

/** `execveat` has the same parameters in the same places, but for the last. */
const EXECVE = paramsOf(EVENT.EXECVE_19_X);
const EXECVE_ENTER = paramsOf(EVENT.EXECVE_19_E);
const EXECVEAT_ENTER = paramsOf(EVENT.EXECVEAT_E);
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
  const path = textOf(enter, EXECVEAT_ENTER.pathname);
  const directory = directoryOf(moment, idOf(enter, EXECVEAT_ENTER.dirfd), path);
  const isDescriptor = (numberOf(enter, EXECVEAT_ENTER.flags) & AT_EMPTY_PATH) !== 0;
  if (directory === UNKNOWN_DIRECTORY || (!isDescriptor && path === NOT_AVAILABLE)) {
    return NOT_AVAILABLE;
  }
  return isDescriptor ? joinPath('', directory) : joinPath(directory, path);
}

/** The executable, as the kernel reports it, or else as the call named it; `undefined` if neither is known. */
function executableOf(moment: Moment, thread: Thread): string | undefined {
  const { world, event } = moment;
  if (event.has(EXECVE.trusted_exepath)) {
    return textOf(event, EXECVE.trusted_exepath);
  }
  const { enter } = event;
  if (enter?.code === EVENT.EXECVEAT_E) {
    return pathOfExecveat(moment, enter);
  }
  if (enter?.has(EXECVE_ENTER.filename) !== true) {
    return undefined;
  }
  const path = textOf(enter, EXECVE_ENTER.filename);
  return path === NOT_AVAILABLE ? path : joinPath(world.cwdOf(thread), path);
}

function readCapabilities(thread: Thread, event: Event): void {
  if (event.has(EXECVE.cap_effective)) {
    thread.capInheritable = event.unsigned64(EXECVE.cap_inheritable) ?? 0n;
    thread.capPermitted = event.unsigned64(EXECVE.cap_permitted) ?? 0n;
    thread.capEffective = event.unsigned64(EXECVE.cap_effective) ?? 0n;
  }
}

function readInode(thread: Thread, event: Event): void {
  if (!event.has(EXECVE.exe_ino_mtime)) {
    return;
  }
  thread.exeInode = event.unsigned64(EXECVE.exe_ino) ?? 0n;
  thread.exeInodeCtime = event.unsigned64(EXECVE.exe_ino_ctime) ?? 0n;
  thread.exeInodeMtime = event.unsigned64(EXECVE.exe_ino_mtime) ?? 0n;
  const cloned: bigint = nanoseconds(thread.cloneTimeHigh, thread.cloneTimeLow);
  if (cloned !== 0n) {
    thread.exeInodeCtimeToCloneNs = (cloned - thread.exeInodeCtime) & WRAP;
  }
  if (thread.pidnsInitStart !== 0n && thread.exeInodeCtime > thread.pidnsInitStart) {
    thread.pidnsStartToExeInodeCtimeNs = thread.exeInodeCtime - thread.pidnsInitStart;
  }
}

function readProgram(thread: Thread, event: Event): void {
  thread.exe = textOf(event, EXECVE.exe);
  thread.comm = event.has(EXECVE.comm) ? textOf(event, EXECVE.comm) : thread.exe;
  thread.args = listOf(event, EXECVE.args);
  thread.execTimeHigh = event.timeHigh;
  thread.execTimeLow = event.timeLow;
  thread.fdLimit = idOf(event, EXECVE.fdlimit);
  readUsage(thread, event);
  if (event.has(EXECVE.env)) {
    thread.environment = new SharedText(listOf(event, EXECVE.env));
  }
  if (event.has(EXECVE.cgroups)) {
    setCgroups(thread, listOf(event, EXECVE.cgroups));
  }
  if (event.has(EXECVE.flags)) {
    const flags = numberOf(event, EXECVE.flags);
    thread.isExeWritable = (flags & EXE.WRITABLE) !== 0;
    thread.isExeUpperLayer = (flags & EXE.UPPER_LAYER) !== 0;
    thread.isExeFromMemfd = (flags & EXE.FROM_MEMFD) !== 0;
    thread.isExeLowerLayer = (flags & EXE.LOWER_LAYER) !== 0;
  }
  readCapabilities(thread, event);
  readInode(thread, event);
}

function readOwner(thread: Thread, event: Event): void {
  thread.tty = event.unsigned(EXECVE.tty) ?? thread.tty;
  thread.vpgid = event.signed(EXECVE.vpgid) ?? thread.vpgid;
  thread.loginuid = event.unsigned(EXECVE.loginuid) ?? thread.loginuid;
  thread.uid = event.unsigned(EXECVE.uid) ?? thread.uid;
  thread.pgid = idOf(event, EXECVE.pgid);
  thread.gid = event.unsigned(EXECVE.gid) ?? thread.gid;
}

/** A placeholder becomes a thread by what its exec says. */
function adoptPlaceholder({ world, event }: Moment, thread: Thread): void {
  thread.ptid = idOf(event, EXECVE.ptid);
  if ((thread.flags & THREAD_FLAG.CHILD_IN_PIDNS) === 0) {
    thread.vtid = thread.tid;
    thread.vpid = thread.pid;
  }
  connectThread(world, thread);
}

/** Exec ends all other threads of the process. */
function endSiblings({ world }: Moment, thread: Thread): void {
  if (thread.group !== undefined && thread.group.aliveCount > 1) {
    for (const sibling of thread.group.threads) {
      if (!sibling.isMain && sibling !== thread) {
        removeThread(world, sibling.tid);
      }
    }
  }
}

function exec(moment: Moment): void {
  const { world, event, thread } = moment;
  if (idOf(event, EXECVE.res) < 0 || thread === undefined) {
    return;
  }
  resurrect(thread);
  enterProcess(world, thread, idOf(event, EXECVE.pid));
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
  world.fdTableOf(thread)?.closeOnExec();
  thread.flags &= KEPT_FLAGS;
  world.threadChanged(thread);
  endSiblings(moment, thread);
  placeThread(world, thread);
}

export const EXEC_HANDLERS: HandlerTable = [
  [EVENT.EXECVE_19_X, exec],
  [EVENT.EXECVEAT_X, exec],
];
