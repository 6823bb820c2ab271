/**
 * What a capture says about the machine before (or between) the events: facts, not yet a world.
 * Absent attributes (older block versions) are `undefined`. Text is a byte string (see units.ts).
 */

/** The recorded machine (block 0x201). */
export interface MachineMetadata {
  readonly kind: 'machine';
  readonly cpuCount: number;
  readonly memoryBytes: bigint;
  readonly hostname: string;
  /** Nanoseconds since the epoch; `undefined` in older files. */
  readonly bootTime: bigint | undefined;
}

/** One thread of the process list (all versions of the block, V1 to V9). */
export interface ProcessEntry {
  readonly tid: number;
  readonly pid: number;
  readonly ptid: number;
  readonly sid: number | undefined;
  readonly vpgid: number | undefined;
  readonly comm: string;
  readonly exe: string;
  readonly exepath: string | undefined;
  /** NUL-separated, as recorded. */
  readonly args: string;
  readonly cwd: string;
  readonly fdLimit: bigint;
  readonly flags: number;
  readonly uid: number;
  readonly gid: number;
  readonly vmSizeKb: number | undefined;
  readonly vmRssKb: number | undefined;
  readonly vmSwapKb: number | undefined;
  readonly majorFaults: bigint | undefined;
  readonly minorFaults: bigint | undefined;
  /** NUL-separated, as recorded. */
  readonly env: string | undefined;
  readonly vtid: number | undefined;
  readonly vpid: number | undefined;
  /** NUL-separated `subsystem=path`, as recorded. */
  readonly cgroups: string | undefined;
  readonly root: string | undefined;
  readonly pidnsInitStart: bigint | undefined;
  readonly tty: number | undefined;
  readonly loginuid: number | undefined;
  readonly isExeWritable: boolean | undefined;
  readonly capInheritable: bigint | undefined;
  readonly capPermitted: bigint | undefined;
  readonly capEffective: bigint | undefined;
  readonly isExeUpperLayer: boolean | undefined;
  readonly exeInode: bigint | undefined;
  readonly exeInodeCtime: bigint | undefined;
  readonly exeInodeMtime: bigint | undefined;
  readonly isExeFromMemfd: boolean | undefined;
  readonly isExeLowerLayer: boolean | undefined;
  readonly pgid: number | undefined;
}

/**
 * What an entry of the fd list says of one descriptor. Addresses are 4 or 16 bytes. The one address
 * of a listening socket (types 5, 6) is its source.
 */
export interface FdEntry {
  readonly fd: number;
  readonly inode: bigint;
  /** Type number of the format note (1 file, 2 directory, 3 IPv4 socket, ...). */
  readonly type: number;
  readonly name: string | undefined;
  readonly openFlags: number | undefined;
  readonly dev: number | undefined;
  readonly sourceAddress: Uint8Array | undefined;
  readonly destinationAddress: Uint8Array | undefined;
  readonly sourcePort: number | undefined;
  readonly destinationPort: number | undefined;
  readonly l4proto: number | undefined;
  /** Kernel addresses of the two ends of a unix socket. */
  readonly unixSource: bigint | undefined;
  readonly unixDestination: bigint | undefined;
}

/** A network interface of the machine. */
export interface InterfaceEntry {
  readonly name: string;
  readonly address: Uint8Array;
  readonly netmask: Uint8Array;
  readonly broadcast: Uint8Array;
  readonly linkSpeed: bigint | undefined;
}

/** A user of the host. */
export interface UserEntry {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  readonly home: string;
  readonly shell: string;
}

/** A group of the host. */
export interface GroupEntry {
  readonly gid: number;
  readonly name: string;
}

/** The content of one metadata block. */
export type Metadata =
  | MachineMetadata
  | { readonly kind: 'processes'; readonly processes: readonly ProcessEntry[] }
  | { readonly kind: 'fds'; readonly tid: number; readonly fds: readonly FdEntry[] }
  | { readonly kind: 'interfaces'; readonly interfaces: readonly InterfaceEntry[] }
  | {
      readonly kind: 'users';
      readonly users: readonly UserEntry[];
      readonly groups: readonly GroupEntry[];
    };
