/**
 * The machine as the capture describes it: threads, descriptors, users, groups, containers. The only
 * mutable thing of the program. A counter of changes tells `rules` when a kept answer must be asked again.
 */
import type { MachineMetadata, UserEntry } from '../capture/index.js';
import type { Diagnostic } from '../diagnostics.js';
import { Budget } from './budget.js';
import { HOST } from './container-json.js';
import type { Container } from './container.js';
import type { FdTable } from './fd-table.js';
import { countHoldings } from './holdings.js';
import { InterfaceTable } from './interface-table.js';
import { PendingPaths } from './pending-paths.js';
import { noteTid } from './odd-ids.js';
import { Reapers } from './reapers.js';
import type { Supplement } from './supplement.js';
import { RecentExits } from './recent-exits.js';
import { THREAD_FLAG, type Family, type Thread, type ThreadGroup } from './thread.js';

/**
 * Ancestors that a thread has, at most, for all who ask: a rule may ask for all of them at each event, and a hostile capture
 * may have a line of 60,000. Machines have some tens.
 */
export const MAX_ANCESTORS = 512;

/** Descriptions of containers that are kept after they changed: the summary asks what rules could have seen. */
const MAX_SEEN_CONTAINERS = 256;

/** One for a replay; a new section of a capture resets it. */
export class World {
  readonly threads = new Map<number, Thread>();
  /** By process id. */
  readonly threadGroups = new Map<number, ThreadGroup>();
  readonly recentExits = new RecentExits();
  /** By short id; the empty id is the host. */
  readonly containers = new Map<string, Container>([['', HOST]]);
  /** Whether a thread ever ran in a container, described or not; holds for all sections. */
  hadContainedThread = false;
  /** The containers that were ever described, each description once; all of them only where `isAll`. For all sections. */
  readonly seenContainers: { readonly described: Container[]; isAll: boolean } = {
    described: [],
    isAll: true,
  };
  /** By container id (empty for the host), then by user or group id. */
  readonly users = new Map<string, Map<number, UserEntry>>();
  readonly groups = new Map<string, Map<number, string>>();
  /** Container ids of cgroup texts seen lately. */
  readonly containerIds = new Map<string, string>();
  /** How many containers have an address, by its text. */
  readonly containerIps = new Map<string, number>();
  readonly interfaces = new InterfaceTable();
  /** What all of it may take, and what was given up for that. */
  readonly budget = new Budget(() => countHoldings(this));
  readonly losses = this.budget.losses;
  readonly reapers = new Reapers(this.threads, this.losses);
  readonly paths = new PendingPaths();
  machine: MachineMetadata | undefined = undefined;
  /** Names from files, for what the capture does not say. */
  supplement: Supplement | undefined = undefined;
  /** Who counts what goes through descriptors, if anybody does: a `Ledger` (see `ledger.ts`). Fields never ask it. */
  ledger: object | undefined = undefined;
  /** Ports that processes listened on when the capture began: they tell servers' connections. */
  readonly serverPorts = new Set<number>();
  /** Whether listed threads have their parents and listed sockets their roles: at the first event. */
  isPrimed = false;
  /** What the last event leaves to be done before the next one: a thread that exited, a closed descriptor. */
  exitedTid = -1;
  hasExit = false;
  closedFd = -1;
  closedBy: Thread | undefined = undefined;
  /** Number of the last walk over ancestors: where it stands on a thread, a loop begins. */
  #walk = 0;
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

  /** To be called when all members of a family got another parent. */
  familyChanged(family: Family): void {
    this.change += 1;
    family.version = this.change;
  }

  /** To be called when metadata of a container, user or group arrives, changes or leaves. */
  metadataChanged(): void {
    this.change += 1;
    this.metadataChange = this.change;
  }

  /** The thread `tid`, or `undefined` if the capture never mentioned it. */
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
    if (tid !== (tid | 0) || tid < -1) {
      noteTid(this.losses, tid);
    }
    this.#lastTid = tid;
    this.#lastThread = thread;
    return thread;
  }

  /** What was given up, and what is odd. */
  get diagnostics(): readonly Diagnostic[] {
    return this.losses.diagnostics;
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

  /** The parent of `thread` itself, not its main thread. */
  parentThreadOf(thread: Thread): Thread | undefined {
    return thread.family?.parent ?? this.threads.get(thread.ptid);
  }

  /**
   * Main thread of the process `generations` above; 0 is its own process.
   *
   * @returns `undefined` where the line of ancestors is shorter, or generations are more than are looked at.
   */
  ancestorOf(thread: Thread, generations: number): Thread | undefined {
    let main = this.mainThreadOf(thread);
    for (let i = 0; i < generations && main !== undefined; i += 1) {
      if (i === MAX_ANCESTORS) {
        this.#noteDepth(thread);
        return undefined;
      }
      const parent = this.parentThreadOf(main);
      main = parent === undefined ? undefined : this.mainThreadOf(parent);
    }
    return main;
  }

  /**
   * Parents of `thread`, nearest first, by `ptid` (not their main threads); ends where a loop begins.
   *
   * @yields {Thread} Each ancestor once, {@link MAX_ANCESTORS} at most.
   */
  *ancestorsOf(thread: Thread): Generator<Thread> {
    this.#walk += 1;
    const walk = this.#walk;
    let ancestor = this.parentThreadOf(thread);
    for (let seen = 0; ancestor !== undefined && ancestor.walkedIn !== walk; seen += 1) {
      if (seen === MAX_ANCESTORS) {
        this.#noteDepth(thread);
        return;
      }
      ancestor.walkedIn = walk;
      yield ancestor;
      ancestor = this.parentThreadOf(ancestor);
    }
  }

  /** Counted although only somebody who reads asks: it changes nothing that fields show. */
  #noteDepth(thread: Thread): void {
    this.losses.note(
      'ancestors',
      `more than ${MAX_ANCESTORS}, and those beyond were not looked at; the first was that of thread ${thread.tid}`,
    );
  }

  /**
   * Whether neither `thread`, nor its process, nor an ancestor changed after count `since`, so that what was
   * asked about it then still holds. Both lines of ancestors count: by `ptid` as {@link ancestorsOf} walks
   * it, and by main threads as {@link ancestorOf} does; they part where a main thread is not known.
   */
  isUnchanged(thread: Thread, since: number): boolean {
    const main = this.mainThreadOf(thread);
    const hasOwnLine =
      main !== undefined &&
      main !== thread &&
      this.parentThreadOf(main) !== this.parentThreadOf(thread);
    return this.#areUnchanged(thread, since) && (!hasOwnLine || this.#areUnchanged(main, since));
  }

  #areUnchanged(thread: Thread, since: number): boolean {
    let byId: Thread | undefined = thread;
    let byMain = this.mainThreadOf(thread);
    for (let seen = 0; seen <= MAX_ANCESTORS; seen += 1) {
      if (hasChanged(byId, since) || (byMain !== byId && hasChanged(byMain, since))) {
        return false;
      }
      if (byId === undefined && byMain === undefined) {
        return true;
      }
      const isOneLine: boolean = byId === byMain;
      byId = this.#parentById(byId);
      const parent: Thread | undefined = isOneLine ? byId : this.#parentById(byMain);
      if (parent !== byId && hasChanged(parent, since)) {
        return false;
      }
      byMain = parent === undefined ? undefined : this.mainThreadOf(parent);
    }
    return true;
  }

  /** `undefined` above a thread that is its own parent. */
  #parentById(thread: Thread | undefined): Thread | undefined {
    const parent = thread === undefined ? undefined : this.parentThreadOf(thread);
    return parent === thread ? undefined : parent;
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

  /** To be called with each description of a container that fields may show. */
  noteContainer(container: Container): void {
    const { described } = this.seenContainers;
    if (described.length < MAX_SEEN_CONTAINERS) {
      described.push(container);
    } else {
      this.seenContainers.isAll = false;
    }
  }

  userOf(containerId: string, uid: number): UserEntry | undefined {
    return this.users.get(containerId)?.get(uid) ?? this.supplement?.user(containerId, uid)?.value;
  }

  /** Name of a group. */
  groupOf(containerId: string, gid: number): string | undefined {
    return (
      this.groups.get(containerId)?.get(gid) ?? this.supplement?.group(containerId, gid)?.value
    );
  }

  /** Number of the metadata file that names a user; 0 where the capture does, or nobody. */
  userFileOf(containerId: string, uid: number): number {
    return this.supplement === undefined || this.users.get(containerId)?.has(uid) === true
      ? 0
      : (this.supplement.user(containerId, uid)?.file ?? 0);
  }

  /** Whether any user is known. */
  get knowsUsers(): boolean {
    return this.users.size > 0 || this.supplement?.hasAccounts === true;
  }

  /** Forget everything: another section of the capture begins. */
  reset(): void {
    this.forgetLastThread();
    this.budget.reset();
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
    this.containerIps.clear();
    this.interfaces.clear();
    this.machine = undefined;
    this.metadataChanged();
  }
}

/** Whether answers about this thread, or about who is its parent, changed after count `since`. */
function hasChanged(thread: Thread | undefined, since: number): boolean {
  return (
    thread !== undefined &&
    (thread.version > since || (thread.family !== undefined && thread.family.version > since))
  );
}
