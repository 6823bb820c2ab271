/**
 * What the machine holds, in bytes of memory: what each thing takes when it comes, and the sum of all that is there. The sizes of objects are
 * those that V8 was seen to need on a 64-bit machine, rounded up; texts count a byte a character.
 */
import type { Container } from './container.js';
import type { FdTable } from './fd-table.js';
import type { SharedText } from './shared-text.js';
import type { Thread } from './thread.js';
import type { InterfaceEntry, UserEntry } from '../capture/index.js';

/** A process with its group, its entries in the tables and in its parent's family. */
export const THREAD_BYTES = 1400;
/** An entry of a table of users or groups, and such a table. */
const ACCOUNT_BYTES = 160;
export const ACCOUNTS_BYTES = 400;
const INTERFACE_BYTES = 600;
const CONTAINER_BYTES = 1500;
const MOUNT_BYTES = 200;
const LABEL_BYTES = 120;
const PROBE_BYTES = 100;
const ARGUMENT_BYTES = 40;
/** A command line is also kept as the text that fields show, once with the name and once without. */
const COMMAND_LINE_COPIES = 3;

/** A user, or the name of a group. */
export function accountBytes(account: UserEntry | string): number {
  return typeof account === 'string'
    ? ACCOUNT_BYTES + account.length
    : ACCOUNT_BYTES + account.name.length + account.home.length + account.shell.length;
}

/** Arguments, with the copies that fields keep of them. */
export function commandLineBytes(thread: Thread): number {
  return COMMAND_LINE_COPIES * thread.args.length;
}

/** The names that belong to the thread alone; `cwd` and `root` are never longer than a path. */
export function nameBytes(thread: Thread): number {
  return thread.comm.length + thread.exe.length + thread.cgroups.length;
}

/** A network interface with its three addresses. */
export function interfaceBytes({ name }: InterfaceEntry): number {
  return INTERFACE_BYTES + name.length;
}

function labelBytes(labels: ReadonlyMap<string, string>): number {
  let bytes = 0;
  for (const [name, value] of labels) {
    bytes += LABEL_BYTES + name.length + value.length;
  }
  return bytes;
}

/** A container with all texts of its metadata. */
export function containerBytes(container: Container): number {
  let bytes =
    CONTAINER_BYTES + labelBytes(container.labels) + labelBytes(container.podSandboxLabels);
  for (const value of Object.values(container)) {
    bytes += typeof value === 'string' ? value.length : 0;
  }
  for (const { source, destination, mode, propagation } of container.mounts) {
    bytes += MOUNT_BYTES + source.length + destination.length + mode.length + propagation.length;
  }
  for (const { exe, args } of container.healthProbes) {
    bytes += PROBE_BYTES + exe.length;
    for (const arg of args) {
      bytes += ARGUMENT_BYTES + arg.length;
    }
  }
  return bytes;
}

let countings = 0;

/** One counting: what several hold is counted once. */
class Counting {
  bytes = 0;
  readonly #number: number;
  readonly #tables = new Set<object>();

  constructor() {
    countings += 1;
    this.#number = countings;
  }

  addThread(thread: Thread): void {
    this.bytes += THREAD_BYTES + nameBytes(thread) + commandLineBytes(thread);
    this.#addShared(thread.environment);
    this.#addShared(thread.executable);
    this.#addTable(thread.fds);
  }

  #addShared(text: SharedText): void {
    if (text.countedIn !== this.#number) {
      text.countedIn = this.#number;
      this.bytes += text.text.length;
    }
  }

  #addTable(table: FdTable): void {
    const { sharedPart } = table;
    if (sharedPart === undefined || this.#tables.has(sharedPart)) {
      return;
    }
    this.#tables.add(sharedPart);
    this.bytes += table.tableBytes;
    const shared = table.far?.sharedPart;
    if (shared !== undefined && !this.#tables.has(shared)) {
      this.#tables.add(shared);
      this.bytes += table.far?.sharedBytes ?? 0;
    }
    table.visit((descriptor) => {
      if (descriptor.countedIn !== this.#number) {
        descriptor.countedIn = this.#number;
        this.bytes += descriptor.bytesHeld;
      }
    });
  }
}

/** Where a machine keeps what it holds. */
interface Tables {
  readonly threads: ReadonlyMap<number, Thread>;
  readonly containers: ReadonlyMap<string, Container>;
  readonly users: ReadonlyMap<string, ReadonlyMap<number, UserEntry>>;
  readonly groups: ReadonlyMap<string, ReadonlyMap<number, string>>;
  readonly interfaces: Iterable<InterfaceEntry>;
}

/** What the machine holds now. Takes about 0.2 s where it is full. */
export function countHoldings(world: Tables): number {
  const counting = new Counting();
  for (const thread of world.threads.values()) {
    counting.addThread(thread);
  }
  for (const entry of world.interfaces) {
    counting.bytes += interfaceBytes(entry);
  }
  for (const container of world.containers.values()) {
    counting.bytes += containerBytes(container);
  }
  for (const accounts of [...world.users.values(), ...world.groups.values()]) {
    counting.bytes += ACCOUNTS_BYTES;
    for (const account of accounts.values()) {
      counting.bytes += accountBytes(account);
    }
  }
  return counting.bytes;
}
