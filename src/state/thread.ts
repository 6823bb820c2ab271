/**
 * A thread (a process is its main thread): attributes as of the event under the cursor. Text is a byte
 * string. -1 is a thread, process, group or session id that is not known, and 4294967295 such a user or
 * group, as the kernel has it and as conditions compare them; everything else that is not known is empty,
 * 0 or `undefined`, as said.
 */
import type { Budget } from './budget.js';
import { FdTable } from './fd-table.js';
import { NO_TEXT, SharedText } from './shared-text.js';

/** A user or group that is not known. */
export const NO_USER = 4294967295;

/** Bits of {@link Thread.flags}: those of clone as captures encode them, and states. */
export const THREAD_FLAG = {
  CLONE_FILES: 1 << 0,
  CLONE_FS: 1 << 1,
  CLONE_NEWPID: 1 << 6,
  CLONE_PARENT: 1 << 8,
  CLONE_THREAD: 1 << 13,
  /** The child's side of the clone was seen before the parent's. */
  CLONE_INVERTED: 1 << 16,
  /** Exited, but kept for its group's sake. */
  DEAD: 1 << 18,
  CLONE_NEWUSER: 1 << 20,
  PIPE_SOURCE: 1 << 21,
  PIPE_DESTINATION: 1 << 22,
  CLONE_VFORK: 1 << 27,
  CHILD_IN_PIDNS: 1 << 29,
  MAIN: 1 << 30,
} as const;

/** What a process is for its container; the probes are as its metadata says. */
export type ThreadCategory =
  'none' | 'container' | 'healthcheck' | 'liveness-probe' | 'readiness-probe';

/** All attributes are set in the constructor, in one order: the hot path wants one shape. */
export class Thread {
  readonly tid: number;
  pid: number;
  /** Whose child it is: the siblings and the parent; `undefined` until it is connected. */
  family: Family | undefined = undefined;
  /** Its neighbours in the family. */
  olderSibling: Thread | undefined = undefined;
  youngerSibling: Thread | undefined = undefined;
  /** Parent's id as the capture gives it, until it is connected; see {@link Thread.ptid}. */
  recordedPtid = -1;
  /** Ids inside its pid namespace. */
  vtid = -1;
  vpid = -1;
  sid = -1;
  vpgid = -1;
  pgid = -1;
  comm = '';
  exe = '';
  executable = NO_TEXT;
  /** NUL-separated, without a NUL at the end; fields split it when they are asked. */
  args = '';
  /** NUL-separated; only main threads have one, see `World.environmentOf`. */
  environment = NO_TEXT;
  /** Ends in `/`; only main threads have one, see `World.cwdOf`. */
  cwd = '';
  root = '';
  /** NUL-separated `subsystem=path` as recorded; see `parseCgroups`. */
  cgroups = '';
  flags = 0;
  uid = NO_USER;
  gid = NO_USER;
  loginuid = NO_USER;
  /** Controlling terminal; 0 for none. */
  tty = 0;
  /** Most descriptors it may open; -1 where not known. Only main threads have it right. */
  fdLimit = -1;
  isExeWritable = false;
  isExeUpperLayer = false;
  isExeLowerLayer = false;
  isExeFromMemfd = false;
  capPermitted = 0n;
  capEffective = 0n;
  capInheritable = 0n;
  /** 0 where not known; times are nanoseconds since the epoch. */
  exeInode = 0n;
  exeInodeCtime = 0n;
  exeInodeMtime = 0n;
  /** How long before the clone the executable's inode changed, in ns; 0 where not known. Wraps at 2^64. */
  exeInodeCtimeToCloneNs = 0n;
  /** How long after its pid namespace began the executable's inode changed, in ns; 0 if it did not. */
  pidnsStartToExeInodeCtimeNs = 0n;
  /** Start of the first process of its pid namespace; 0 where not known. */
  pidnsInitStart = 0n;
  vmSizeKb = 0;
  vmRssKb = 0;
  vmSwapKb = 0;
  majorFaults = 0;
  minorFaults = 0;
  /** Halves of the time of the clone that began it, ns since the epoch; both 0 where not seen. */
  cloneTimeHigh = 0;
  cloneTimeLow = 0;
  /** Halves of the time of its last exec; both 0 where not seen. */
  execTimeHigh = 0;
  execTimeLow = 0;
  /** Descriptor that its event is (or its last event was) about: `fd.num`. */
  lastEventFd = 0;
  /** Processor ticks of the last two procinfo events, user and system; -1 where there was none. */
  cpuUser = -1;
  cpuSystem = -1;
  previousCpuUser = -1;
  previousCpuSystem = -1;
  /** Container that its cgroups name: the short id; empty on the host. See `World.containerOf`. */
  containerId = '';
  category: ThreadCategory = 'none';
  /** Threads of its process; `undefined` for a placeholder. */
  group: ThreadGroup | undefined = undefined;
  /** Threads whose parent it is; `undefined` until it has one, and when it handed them on. */
  children: Family | undefined = undefined;
  /** The thread that the kernel named to inherit its children, when it exited; -1 where it did not. */
  reaperTid = -1;
  /** Its own descriptors; threads that share use their main thread's, see `World.fdTableOf`. */
  readonly fds: FdTable;
  /** Notes of `Reapers`: the nearest reaper above, and when it was found, and when a walk last ended here. */
  reaper: Thread | undefined = undefined;
  reaperNotedIn = 0;
  endedWalkIn = 0;
  /** The last walk over ancestors that came by, see `World.ancestorsOf`. */
  walkedIn = 0;
  /** `World.change` when an answer about this thread itself last changed; see `World.threadChanged`. */
  version = 0;
  /** Kept by `rules`: the answers to all its questions about this thread, and the change they hold for. */
  answers: object | undefined = undefined;
  answersAt = -1;

  constructor(tid: number, pid: number, budget?: Budget) {
    this.tid = tid;
    this.pid = pid;
    this.fds = new FdTable(budget);
  }

  /** Thread that is its parent; 0 where the parent is not known any more. */
  get ptid(): number {
    const { family } = this;
    return family === undefined ? this.recordedPtid : (family.parent?.tid ?? 0);
  }

  /** To be set before it is connected: `connectThread` finds its parent by it. */
  set ptid(tid: number) {
    this.leaveFamily();
    this.recordedPtid = tid;
  }

  /** It goes, but may still be asked who its parent was. */
  leaveFamily(): void {
    if (this.family !== undefined) {
      this.recordedPtid = this.ptid;
      this.family.delete(this);
    }
  }

  get env(): string {
    return this.environment.text;
  }

  get exepath(): string {
    return this.executable.text;
  }

  set exepath(path: string) {
    this.executable = path === '' ? NO_TEXT : new SharedText(path);
  }

  /** A process is its main thread. */
  get isMain(): boolean {
    return this.tid === this.pid || (this.flags & THREAD_FLAG.MAIN) !== 0;
  }

  /** Exited; kept while fields may be asked about it, or while other threads of its process live. */
  get isDead(): boolean {
    return (this.flags & THREAD_FLAG.DEAD) !== 0;
  }

  /** A placeholder for a thread that events name but the capture never described. */
  get isPlaceholder(): boolean {
    return this.tid < 0 || this.pid < 0 || this.ptid < 0;
  }

  get isInPidNamespace(): boolean {
    return (
      (this.flags & THREAD_FLAG.CHILD_IN_PIDNS) !== 0 || (this.tid !== this.vtid && this.vtid >= 0)
    );
  }
}

/** The threads of one process: kept from the first thread of a process to its last. */
export class ThreadGroup {
  readonly pid: number;
  /** Whether orphans of its descendants become its children; who changes it calls `Reapers.lineChanged`. */
  isReaper: boolean;
  /** Threads that have not exited: `proc.nthreads`. */
  aliveCount = 0;
  /** Its main thread, where that is known; it stays, dead, until the last thread goes. */
  main: Thread | undefined = undefined;
  /** All but the main one, in the order of their coming; most processes have none. */
  #others: Set<Thread> | undefined = undefined;

  constructor(pid: number, isReaper: boolean) {
    this.pid = pid;
    this.isReaper = isReaper;
  }

  /** The main one, if it is known, and the others in the order of their coming. */
  get threads(): readonly Thread[] {
    const { main } = this;
    return [...(main === undefined ? [] : [main]), ...(this.#others ?? [])];
  }

  add(thread: Thread): void {
    this.aliveCount += 1;
    const other = thread.isMain ? this.main : thread;
    if (thread.isMain) {
      this.main = thread;
    }
    if (other !== undefined) {
      (this.#others ??= new Set()).add(other);
    }
  }

  remove(thread: Thread): void {
    if (this.main === thread) {
      this.main = undefined;
    }
    this.#others?.delete(thread);
  }

  /** A thread that has not exited, other than `except`: the main one rather than another. */
  firstAlive(except?: Thread): Thread | undefined {
    if (this.main !== undefined && this.main !== except && !this.main.isDead) {
      return this.main;
    }
    for (const thread of this.#others ?? []) {
      if (thread !== except && !thread.isDead) {
        return thread;
      }
    }
    return undefined;
  }
}

/**
 * The children of one thread. When it exits they are handed on as a whole, and none of them is touched: a process may have
 * 50,000 children and hand them to one that hands them on in turn. Two families become one by moving the smaller into the
 * larger, so a thread is moved a few times in its life (about log2 of the number of threads), however often it is handed on.
 */
export class Family {
  /** `undefined` where nobody inherited these orphans. */
  parent: Thread | undefined;
  /** `World.change` when all members last got another parent. */
  version = 0;
  size = 0;
  /** The youngest member; the others follow by {@link Thread.olderSibling}. A set took 300 bytes for one child. */
  #youngest: Thread | undefined = undefined;

  constructor(parent: Thread) {
    this.parent = parent;
  }

  /** Youngest first. */
  get members(): readonly Thread[] {
    const members: Thread[] = [];
    for (let member = this.#youngest; member !== undefined; member = member.olderSibling) {
      members.push(member);
    }
    return members;
  }

  /** Take `child` in, out of the family that it was in. */
  add(child: Thread): void {
    if (child.family === this) {
      return;
    }
    child.family?.delete(child);
    child.family = this;
    child.olderSibling = this.#youngest;
    if (this.#youngest !== undefined) {
      this.#youngest.youngerSibling = child;
    }
    this.#youngest = child;
    this.size += 1;
  }

  /** Let `child` go, which is one of the members. */
  delete(child: Thread): void {
    const { olderSibling, youngerSibling } = child;
    if (youngerSibling === undefined) {
      this.#youngest = olderSibling;
    } else {
      youngerSibling.olderSibling = olderSibling;
    }
    if (olderSibling !== undefined) {
      olderSibling.youngerSibling = youngerSibling;
    }
    child.olderSibling = undefined;
    child.youngerSibling = undefined;
    child.family = undefined;
    this.size -= 1;
  }
}
