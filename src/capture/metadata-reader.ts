/**
 * Bodies of metadata blocks -> {@link Metadata}, every version of them. Entries that are cut off or
 * lie about their length end the list; what was read before stays, and the reason is reported.
 */
import type { BlockRow } from './block-table.js';
import type { ByteCursor } from './byte-cursor.js';
import { readFd } from './fd-list.js';
import type {
  GroupEntry,
  InterfaceEntry,
  MachineMetadata,
  Metadata,
  ProcessEntry,
  FdEntry,
  UserEntry,
} from './metadata.js';
import { readProcess } from './process-list.js';

/** More entries than this in one block are a memory bomb, not a machine. */
const MAX_ENTRIES = 1 << 20;
/** Blocks are padded to a multiple of 4: fewer bytes than this are no entry. */
const SMALLEST_ENTRY_BYTES = 4;
const HOSTNAME_BYTES = 128;

/** The content of a metadata block, and why it is incomplete, if it is. */
export interface MetadataResult {
  readonly metadata: Metadata;
  readonly flaw: string | undefined;
}

/** Read the body of a metadata block; `undefined` for rows that hold none. Never throws on hostile bytes. */
export function readMetadata(row: BlockRow, cursor: ByteCursor): MetadataResult | undefined {
  switch (row.content) {
    case 'machine':
      return readMachine(cursor);
    case 'processes': {
      const processes: ProcessEntry[] = [];
      const flaw = readEntries(cursor, () => {
        const entry = readProcess(cursor, row.version);
        return () => processes.push(entry);
      });
      return { metadata: { kind: 'processes', processes }, flaw };
    }
    case 'fds': {
      const tid = cursor.i64();
      const fds: FdEntry[] = [];
      const flaw = readEntries(cursor, () => {
        const entry = readFd(cursor, row.version);
        return () => fds.push(entry);
      });
      return { metadata: { kind: 'fds', tid, fds }, flaw };
    }
    case 'interfaces':
      return readInterfaces(cursor, row.version);
    case 'users':
      return readUsers(cursor, row.version);
    case 'section':
    case 'event':
      return undefined;
  }
}

/** Read entry after entry; each read returns how to keep its entry, used only if it was whole. */
function readEntries(cursor: ByteCursor, readEntry: () => () => void): string | undefined {
  for (let count = 0; cursor.left >= SMALLEST_ENTRY_BYTES; count += 1) {
    if (count === MAX_ENTRIES) {
      return `it holds more than ${MAX_ENTRIES} entries; the others are left out`;
    }
    const keep = readEntry();
    if (cursor.isShort) {
      return `entry ${count + 1} goes beyond its end`;
    }
    keep();
  }
  return undefined;
}

function readMachine(cursor: ByteCursor): MetadataResult {
  const cpuCount = cursor.u32();
  const memoryBytes = cursor.u64();
  cursor.u64(); // the largest process id
  const hostname = untilNul(cursor.text(HOSTNAME_BYTES));
  const flaw = cursor.isShort ? 'it is shorter than any version of it' : undefined;
  const bootTime = cursor.left >= 8 ? cursor.u64() : 0n;
  const metadata: MachineMetadata = {
    kind: 'machine',
    cpuCount,
    memoryBytes,
    hostname,
    // a reserved zero before it had a meaning
    bootTime: bootTime === 0n ? undefined : bootTime,
  };
  return { metadata, flaw };
}

function untilNul(text: string): string {
  const nul = text.indexOf('\0');
  return nul < 0 ? text : text.slice(0, nul);
}

/** Address length and whether there is a link speed, by interface type. */
const INTERFACE_TYPES: ReadonlyMap<number, { addressBytes: number; hasLinkSpeed: boolean }> =
  new Map([
    [1, { addressBytes: 4, hasLinkSpeed: true }],
    [2, { addressBytes: 16, hasLinkSpeed: true }],
    [3, { addressBytes: 4, hasLinkSpeed: false }],
    [4, { addressBytes: 16, hasLinkSpeed: false }],
  ]);

function readInterfaces(cursor: ByteCursor, version: number): MetadataResult {
  const interfaces: InterfaceEntry[] = [];
  const flaw = readEntries(cursor, () => {
    // Unlike in the other lists, this length does not count itself.
    const lengthBytes = version >= 2 ? cursor.u32() : 0;
    const next = cursor.at + lengthBytes;
    const type = INTERFACE_TYPES.get(cursor.u16());
    if (type === undefined) {
      if (version < 2) {
        cursor.isShort = true;
      }
      cursor.jump(next);
      return () => undefined;
    }
    const nameBytes = cursor.u16();
    const address = cursor.copy(type.addressBytes);
    const netmask = cursor.copy(type.addressBytes);
    const broadcast = cursor.copy(type.addressBytes);
    const linkSpeed = type.hasLinkSpeed ? cursor.u64() : undefined;
    const name = untilNul(cursor.text(nameBytes));
    if (version >= 2) {
      cursor.jump(next);
    }
    return () => interfaces.push({ name, address, netmask, broadcast, linkSpeed });
  });
  return { metadata: { kind: 'interfaces', interfaces }, flaw };
}

function readUsers(cursor: ByteCursor, version: number): MetadataResult {
  const users: UserEntry[] = [];
  const groups: GroupEntry[] = [];
  const flaw = readEntries(cursor, () => {
    const start = cursor.at;
    const lengthBytes = version >= 2 ? cursor.u32() : 0;
    const keep = cursor.u8() === 0 ? readUser(cursor, users) : readGroup(cursor, groups);
    if (lengthBytes > 0) {
      if (start + lengthBytes < cursor.at) {
        cursor.isShort = true;
      }
      cursor.jump(start + lengthBytes);
    }
    return keep;
  });
  return { metadata: { kind: 'users', users, groups }, flaw };
}

function readUser(cursor: ByteCursor, users: UserEntry[]): () => void {
  const uid = cursor.u32();
  const gid = cursor.u32();
  const user = { uid, gid, name: cursor.string(), home: cursor.string(), shell: cursor.string() };
  return () => users.push(user);
}

function readGroup(cursor: ByteCursor, groups: GroupEntry[]): () => void {
  const group = { gid: cursor.u32(), name: cursor.string() };
  return () => groups.push(group);
}
