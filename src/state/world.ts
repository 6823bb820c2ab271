/**
 * The machine as the capture describes it: threads, descriptors, users, groups, containers. The only
 * mutable thing of the program. A counter of changes tells `rules` when a kept answer must be asked again.
 */
import type { InterfaceEntry, MachineMetadata, UserEntry } from '../capture/index.js';
import type { Diagnostic } from '../diagnostics.js';
import { HOST } from './container-json.js';
import type { Container } from './container.js';
import type { FdTable } from './fd-table.js';
import { LatePaths } from './late-paths.js';
import { RecentExits } from './recent-exits.js';
import { THREAD_FLAG, type Thread, type ThreadGroup } from './thread.js';

/** Ancestors looked at before a walk gives up: parents may form a loop in damaged or hostile captures. */
const MAX_ANCESTORS = 10_000;
/** Ancestors looked at to see whether answers still hold; behind a longer line they never do. */
const MAX_CHECKED_ANCESTORS = 256;

/** One for a replay; a new section of a capture resets it. */
export class World {
  readonly threads = new Map<number, Thread>();
  /** By process id. */
  readonly threadGroups = new Map<number, ThreadGroup>();
  readonly recentExits = new RecentExits();
  /** By short id; the empty id is the host. */
  readonly containers = new Map<string, Container>([['', HOST]]);
  /** By container id (empty for the host), then by user or group id. */
  readonly users = new Map<string, Map<number, UserEntry>>();
  readonly groups = new Map<string, Map<number, string>>();
  /** Container ids of cgroup texts seen lately. */
  readonly containerIds = new Map<string, string>();
  readonly interfaces: InterfaceEntry[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly paths = new LatePaths();
  machine: MachineMetadata | undefined = undefined;
  /** Ports that processes listened on when the capture began: they tell servers' connections. */
  readonly serverPorts = new Set<number>();
  /** Whether listed threads have their parents and listed sockets their roles: at the first event. */
  isPrimed = false;
  /** What the last event leaves to be done before the next one: a thread that exited, a closed descriptor. */
  exitedTid = -1;
  hasExit = false;
  closedFd = -1;
  closedBy: Thread | undefined = undefined;
  #lastTid = -1;
  #lastThread: Thread | undefined = undefined;
  /**
   * Counts what changes answers that `rules` keeps about threads. Each change of a thread (and its birth)
   * stamps `Thread.version` with the new count, so an answer from count N still holds while neither the
   * thread nor its process's main thread nor an ancestor has a version above N.
   */
  change = 0;
  /** Count at which metadata of a container, user or group last changed: older answers are void. */
  metadataChange = 0;

  /**
   * To be called for every change of an attribute of `thread` that a field shows (exec, rename, chdir,
   * setuid ...), when it is made, when its parent changes, and for each child of a thread that leaves.
   */
  threadChanged(thread: Thread): void {
    this.change += 1;
    thread.version = this.change;
    if (thread.children === undefined && thread.tid > 0) {
      return;
    }
    // descendants ask it too, and find it through its main thread; 0 and -1 are also the parents of orphans and
    // placeholders, without listing them
    const main = this.mainThreadOf(thread);
    if (main === undefined || thread.tid <= 0) {
      this.metadataChange = this.change;
    } else {
      main.version = this.change;
    }
  }

  /** To be called when metadata of a container, user or group arrives, changes or leaves. */
  metadataChanged(): void {
    this.change += 1;
    this.metadataChange = this.change;
  }

  /** The thread `tid`, or `undefined` if the capture never told of it. */
  thread(tid: number): Thread | undefined {
    return this.threads.get(tid);
  }

  /** The cached answer of {@link World.lookUp} may be wrong from now on. */
  forgetLastThread(): void {
    this.#lastTid = -1;
    this.#lastThread = undefined;
  }

  /** As {@link World.thread}, remembering the last answer: most events follow one of the same thread. */
  lookUp(tid: number): Thread | undefined {
    if (tid === this.#lastTid && this.#lastThread !== undefined) {
      return this.#lastThread;
    }
    const thread = this.threads.get(tid);
    this.#lastTid = tid;
    this.#lastThread = thread;
    return thread;
  }

  /** Main thread of the process that `thread` belongs to. */
  mainThreadOf(thread: Thread): Thread | undefined {
    if (thread.isMain) {
      return thread;
    }
    return thread.group?.main;
  }

  /** The parent process's main thread, as far as it is known and still there. */
  parentOf(thread: Thread): Thread | undefined {
    return this.ancestorOf(thread, 1);
  }

  /**
   * Main thread of the process `generations` above; 0 is its own process.
   *
   * @returns `undefined` where the line of ancestors is shorter.
   */
  ancestorOf(thread: Thread, generations: number): Thread | undefined {
    let main = this.mainThreadOf(thread);
    for (let i = 0; i < generations && main !== undefined; i += 1) {
      const parent = this.threads.get(main.ptid);
      main = parent === undefined ? undefined : this.mainThreadOf(parent);
    }
    return main;
  }

  /**
   * Parents of `thread`, nearest first, by `ptid` (not their main threads); ends where a loop begins.
   *
   * @yields {Thread} Each ancestor once.
   */
  *ancestorsOf(thread: Thread): Generator<Thread> {
    let slow = this.threads.get(thread.ptid);
    let fast = slow === undefined ? undefined : this.threads.get(slow.ptid);
    for (let seen = 0; slow !== undefined && seen < MAX_ANCESTORS; seen += 1) {
      yield slow;
      slow = this.threads.get(slow.ptid);
      for (let step = 0; step < 2; step += 1) {
        fast = fast === undefined ? undefined : this.threads.get(fast.ptid);
        if (slow !== undefined && (slow === fast || slow.tid === slow.ptid)) {
          return;
        }
      }
    }
  }

  /**
   * Whether neither `thread`, nor its process, nor an ancestor changed after count `since`, so that what was
   * asked about it then still holds. Both lines of ancestors count: by `ptid` as {@link ancestorsOf} walks
   * it, and by main threads as {@link ancestorOf} does; they part where a main thread is not known.
   */
  isUnchanged(thread: Thread, since: number): boolean {
    let byId: Thread | undefined = thread;
    let byMain = this.mainThreadOf(thread);
    for (let seen = 0; seen < MAX_CHECKED_ANCESTORS; seen += 1) {
      if ((byId?.version ?? 0) > since || (byMain?.version ?? 0) > since) {
        return false;
      }
      if (byId === undefined && byMain === undefined) {
        return true;
      }
      byId = this.#parentById(byId);
      const parent = this.#parentById(byMain);
      byMain = parent === undefined ? undefined : this.mainThreadOf(parent);
    }
    return false;
  }

  /** `undefined` above a thread that is its own parent. */
  #parentById(thread: Thread | undefined): Thread | undefined {
    return thread === undefined || thread.ptid === thread.tid
      ? undefined
      : this.threads.get(thread.ptid);
  }

  /** Descriptors that `thread` sees: its own, or its main thread's. */
  fdTableOf(thread: Thread): FdTable | undefined {
    return (thread.flags & THREAD_FLAG.CLONE_FILES) === 0
      ? thread.fds
      : this.mainThreadOf(thread)?.fds;
  }

  /** Working directory, ending in `/`; `./` where the main thread is not known. */
  cwdOf(thread: Thread): string {
    return this.mainThreadOf(thread)?.cwd ?? './';
  }

  /** Environment, NUL-separated. */
  environmentOf(thread: Thread): string {
    return (this.mainThreadOf(thread) ?? thread).env;
  }

  /** The container that `thread` runs in (the host has an entry too), if anything is known of it. */
  containerOf(thread: Thread): Container | undefined {
    return this.containers.get(thread.containerId);
  }

  userOf(containerId: string, uid: number): UserEntry | undefined {
    return this.users.get(containerId)?.get(uid);
  }

  /** Name of a group. */
  groupOf(containerId: string, gid: number): string | undefined {
    return this.groups.get(containerId)?.get(gid);
  }

  /** Forget everything: another section of the capture begins. */
  reset(): void {
    this.forgetLastThread();
    this.threads.clear();
    this.threadGroups.clear();
    this.recentExits.clear();
    this.serverPorts.clear();
    this.isPrimed = false;
    this.hasExit = false;
    this.closedBy = undefined;
    this.containers.clear();
    this.containers.set('', HOST);
    this.containerIds.clear();
    this.users.clear();
    this.groups.clear();
    this.interfaces.length = 0;
    this.machine = undefined;
    this.metadataChanged();
  }
}
