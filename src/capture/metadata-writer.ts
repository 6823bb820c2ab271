/**
 * {@link Metadata} -> bodies of the newest block versions. Attributes that are `undefined` become what
 * the reference takes for "not recorded"; at the end of an entry they are left out.
 */
import type { ByteBuilder } from './byte-builder.js';
import { FD_TYPE, PATH_FD_TYPES } from './fd-list.js';
import type {
  FdEntry,
  InterfaceEntry,
  MachineMetadata,
  Metadata,
  ProcessEntry,
} from './metadata.js';

/** Types of the newest version of each block. */
const NEWEST_TYPE: Readonly<Record<Metadata['kind'], number>> = {
  machine: 0x201,
  processes: 0x215,
  fds: 0x218,
  interfaces: 0x219,
  users: 0x220,
};

const HOSTNAME_BYTES = 128;

/** Append the body of the block for `metadata`, and say which block type it is. */
export function buildMetadata(builder: ByteBuilder, metadata: Metadata): number {
  switch (metadata.kind) {
    case 'machine':
      buildMachine(builder, metadata);
      break;
    case 'processes':
      for (const entry of metadata.processes) {
        buildMeasured(builder, () => {
          buildProcess(builder, entry);
        });
      }
      break;
    case 'fds':
      builder.u64(metadata.tid);
      for (const entry of metadata.fds) {
        buildMeasured(builder, () => {
          buildFd(builder, entry);
        });
      }
      break;
    case 'interfaces':
      for (const entry of metadata.interfaces) {
        buildInterface(builder, entry);
      }
      break;
    case 'users':
      buildUsers(builder, metadata);
      break;
  }
  return NEWEST_TYPE[metadata.kind];
}

/** An entry that begins with its length, which counts itself. */
function buildMeasured(builder: ByteBuilder, build: () => void): void {
  const start = builder.length;
  builder.u32(0);
  build();
  builder.patch32(start, builder.length - start);
}

function buildMachine(builder: ByteBuilder, machine: MachineMetadata): void {
  const hostname = Buffer.alloc(HOSTNAME_BYTES);
  hostname.write(machine.hostname.slice(0, HOSTNAME_BYTES - 1), 'latin1');
  builder.u32(machine.cpuCount).u64(machine.memoryBytes).u64(0).raw(hostname);
  builder.u64(machine.bootTime ?? 0n);
  builder.u64(0).u64(0).u64(0); // flags and what is reserved
}

/** How an attribute of a process is written, and what stands for "not recorded". */
interface ProcessField {
  readonly name: keyof ProcessEntry;
  /** Its length in bytes; a text has its own in front. */
  readonly size: 1 | 4 | 8 | 'text';
  readonly missing: number | string;
}

/** What every entry has, in order. */
// prettier-ignore
const HEAD: readonly ProcessField[] = [
  { name: 'tid', size: 8, missing: -1 },
  { name: 'pid', size: 8, missing: -1 },
  { name: 'ptid', size: 8, missing: -1 },
  { name: 'sid', size: 8, missing: -1 },
  { name: 'vpgid', size: 8, missing: -1 },
  { name: 'comm', size: 'text', missing: '' },
  { name: 'exe', size: 'text', missing: '' },
  { name: 'exepath', size: 'text', missing: '' },
  { name: 'args', size: 'text', missing: '' },
  { name: 'cwd', size: 'text', missing: '' },
  { name: 'fdLimit', size: 8, missing: 0 },
  { name: 'flags', size: 4, missing: 0 },
  { name: 'uid', size: 4, missing: 0 },
  { name: 'gid', size: 4, missing: 0 },
  { name: 'vmSizeKb', size: 4, missing: 0 },
  { name: 'vmRssKb', size: 4, missing: 0 },
  { name: 'vmSwapKb', size: 4, missing: 0 },
  { name: 'majorFaults', size: 8, missing: 0 },
  { name: 'minorFaults', size: 8, missing: 0 },
  { name: 'env', size: 'text', missing: '' },
  { name: 'vtid', size: 8, missing: -1 },
  { name: 'vpid', size: 8, missing: -1 },
  { name: 'cgroups', size: 'text', missing: '' },
  { name: 'root', size: 'text', missing: '' },
];

/** The tail that entries had before libs 0.10. */
const OLD_TAIL: readonly ProcessField[] = [
  { name: 'loginuid', size: 4, missing: 0xffffffff },
  { name: 'isExeWritable', size: 1, missing: 0 },
  { name: 'capInheritable', size: 8, missing: 0 },
  { name: 'capPermitted', size: 8, missing: 0 },
  { name: 'capEffective', size: 8, missing: 0 },
];

/** What came with it in front, and since then behind. */
const FRONT_TAIL: readonly ProcessField[] = [
  { name: 'pidnsInitStart', size: 8, missing: 0 },
  { name: 'tty', size: 4, missing: 0 },
];
const LATE_TAIL: readonly ProcessField[] = [
  { name: 'isExeUpperLayer', size: 1, missing: 0 },
  { name: 'exeInode', size: 8, missing: 0 },
  { name: 'exeInodeCtime', size: 8, missing: 0 },
  { name: 'exeInodeMtime', size: 8, missing: 0 },
  { name: 'isExeFromMemfd', size: 1, missing: 0 },
  { name: 'isExeLowerLayer', size: 1, missing: 0 },
  { name: 'pgid', size: 8, missing: -1 },
];

function buildProcess(builder: ByteBuilder, entry: ProcessEntry): void {
  for (const field of [...HEAD, ...tailOf(entry)]) {
    buildField(builder, field, entry[field.name] ?? field.missing);
  }
}

function buildField(
  builder: ByteBuilder,
  { size }: ProcessField,
  value: string | number | bigint | boolean,
): void {
  switch (size) {
    case 'text':
      builder.string(String(value));
      break;
    case 1:
      builder.u8(Number(value));
      break;
    case 4:
      builder.u32(Number(value));
      break;
    case 8:
      builder.u64(BigInt(value));
  }
}

/**
 * As much of the tail as the entry has values for. A reader takes a tail of 29 bytes or less for one without the two
 * fields in front. So with them all of the old fields are written as well.
 */
function tailOf(entry: ProcessEntry): readonly ProcessField[] {
  const isKnown = (field: ProcessField) => entry[field.name] !== undefined;
  const isOld = ![...FRONT_TAIL, ...LATE_TAIL].some(isKnown);
  const optional = isOld ? OLD_TAIL : LATE_TAIL;
  const last = Math.max(-1, ...optional.map((field, index) => (isKnown(field) ? index : -1)));
  const wanted = optional.slice(0, last + 1);
  return isOld ? wanted : [...FRONT_TAIL, ...OLD_TAIL, ...wanted];
}

/** Writes what entries of a type have behind their number, inode and type. */
type BuildRest = (builder: ByteBuilder, entry: FdEntry) => void;

/** By type; the types of {@link PATH_FD_TYPES} have a path, the others nothing. */
const FD_RESTS: Partial<Record<number, BuildRest>> = {
  [FD_TYPE.IPV4_SOCKET]: socketBuilder(4),
  [FD_TYPE.IPV6_SOCKET]: socketBuilder(16),
  [FD_TYPE.IPV4_SERVER]: serverBuilder(4),
  [FD_TYPE.IPV6_SERVER]: serverBuilder(16),
  [FD_TYPE.UNIX_SOCKET]: (builder, entry) => {
    builder.u64(entry.unixSource ?? 0n).u64(entry.unixDestination ?? 0n);
    buildPath(builder, entry);
  },
  [FD_TYPE.FILE_V2]: (builder, entry) => {
    builder.u32(entry.openFlags ?? 0);
    buildPath(builder, entry);
    if (entry.dev !== undefined) {
      builder.u32(entry.dev);
    }
  },
};

function buildFd(builder: ByteBuilder, entry: FdEntry): void {
  builder.u64(entry.fd).u64(entry.inode).u8(entry.type);
  const buildRest = FD_RESTS[entry.type] ?? (PATH_FD_TYPES.has(entry.type) ? buildPath : undefined);
  buildRest?.(builder, entry);
}

function buildPath(builder: ByteBuilder, entry: FdEntry): void {
  builder.string(entry.name ?? '');
}

function socketBuilder(addressBytes: number): BuildRest {
  return (builder, entry) => {
    builder.raw(address(entry.sourceAddress, addressBytes));
    builder.raw(address(entry.destinationAddress, addressBytes));
    builder
      .u16(entry.sourcePort ?? 0)
      .u16(entry.destinationPort ?? 0)
      .u8(entry.l4proto ?? 0);
  };
}

function serverBuilder(addressBytes: number): BuildRest {
  return (builder, entry) => {
    builder.raw(address(entry.sourceAddress, addressBytes));
    builder.u16(entry.sourcePort ?? 0).u8(entry.l4proto ?? 0);
  };
}

/** Exactly so many bytes of an address. */
function address(bytes: Uint8Array | undefined, lengthBytes: number): Uint8Array {
  const exact = new Uint8Array(lengthBytes);
  exact.set((bytes ?? exact).subarray(0, lengthBytes));
  return exact;
}

function buildInterface(builder: ByteBuilder, entry: InterfaceEntry): void {
  const lengthAt = builder.length;
  const addressBytes = entry.address.length === 4 ? 4 : 16;
  const type = (addressBytes === 4 ? 1 : 2) + (entry.linkSpeed === undefined ? 2 : 0);
  builder.u32(0).u16(type).u16(entry.name.length);
  for (const bytes of [entry.address, entry.netmask, entry.broadcast]) {
    builder.raw(address(bytes, addressBytes));
  }
  if (entry.linkSpeed !== undefined) {
    builder.u64(entry.linkSpeed);
  }
  builder.text(entry.name);
  builder.patch32(lengthAt, builder.length - lengthAt - 4); // this length does not count itself
}

function buildUsers(builder: ByteBuilder, list: Metadata & { kind: 'users' }): void {
  for (const user of list.users) {
    buildMeasured(builder, () => {
      builder.u8(0).u32(user.uid).u32(user.gid);
      builder.string(user.name).string(user.home).string(user.shell);
    });
  }
  for (const group of list.groups) {
    buildMeasured(builder, () => {
      builder.u8(1).u32(group.gid).string(group.name);
    });
  }
}
