/**
 * Fd list blocks: `tid u64`, then entries `[length u32 in V2] fd i64, ino u64, type u8`, and what the
 * type says: addresses, kernel addresses of a unix socket, or a path.
 */
import type { ByteCursor } from './byte-cursor.js';
import type { FdEntry } from './metadata.js';

/** Type numbers whose entries are more than a path. */
export const FD_TYPE = {
  IPV4_SOCKET: 3,
  IPV6_SOCKET: 4,
  IPV4_SERVER: 5,
  IPV6_SERVER: 6,
  UNIX_SOCKET: 8,
  FILE_V2: 16,
} as const;

/** Types that carry a path and nothing else. */
export const PATH_FD_TYPES: ReadonlySet<number> = new Set([
  1, 2, 7, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21,
]);

interface Detail {
  readonly name?: string;
  readonly openFlags?: number;
  readonly dev?: number | undefined;
  readonly sourceAddress?: Uint8Array;
  readonly destinationAddress?: Uint8Array;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly l4proto?: number;
  readonly unixSource?: bigint;
  readonly unixDestination?: bigint;
}

const NO_DETAIL = {
  name: undefined,
  openFlags: undefined,
  dev: undefined,
  sourceAddress: undefined,
  destinationAddress: undefined,
  sourcePort: undefined,
  destinationPort: undefined,
  l4proto: undefined,
  unixSource: undefined,
  unixDestination: undefined,
};

/**
 * The next entry of an fd list of layout `version`, 1 or 2. Sets the cursor's `isShort` where the
 * entry goes beyond the block.
 */
export function readFd(cursor: ByteCursor, version: number): FdEntry {
  const start = cursor.at;
  const blockEnd = cursor.end;
  const lengthBytes = version >= 2 ? cursor.u32() : 0;
  if (start + lengthBytes > blockEnd) {
    cursor.isShort = true;
  } else if (lengthBytes > 0) {
    cursor.end = start + lengthBytes;
  }
  const fd = cursor.i64();
  const inode = cursor.u64();
  const type = cursor.u8();
  const detail = readDetail(cursor, type, lengthBytes > 0);
  if (lengthBytes > 0) {
    cursor.at = cursor.end;
    cursor.end = blockEnd;
  }
  return { fd, inode, type, ...NO_DETAIL, ...detail };
}

function readDetail(cursor: ByteCursor, type: number, isMeasured: boolean): Detail {
  switch (type) {
    case FD_TYPE.IPV4_SOCKET:
      return readSocket(cursor, 4);
    case FD_TYPE.IPV6_SOCKET:
      return readSocket(cursor, 16);
    case FD_TYPE.IPV4_SERVER:
      return readServer(cursor, 4);
    case FD_TYPE.IPV6_SERVER:
      return readServer(cursor, 16);
    case FD_TYPE.UNIX_SOCKET:
      return {
        unixSource: cursor.u64(),
        unixDestination: cursor.u64(),
        name: cursor.string(),
      };
    case FD_TYPE.FILE_V2:
      return {
        openFlags: cursor.u32(),
        name: cursor.string(),
        dev: isMeasured && cursor.left >= 4 ? cursor.u32() : undefined,
      };
    default:
      // A type from a newer library: its entry has a length, so that it can be passed over.
      return PATH_FD_TYPES.has(type) ? { name: cursor.string() } : {};
  }
}

function readSocket(cursor: ByteCursor, addressBytes: number): Detail {
  return {
    sourceAddress: cursor.copy(addressBytes),
    destinationAddress: cursor.copy(addressBytes),
    sourcePort: cursor.u16(),
    destinationPort: cursor.u16(),
    l4proto: cursor.u8(),
  };
}

function readServer(cursor: ByteCursor, addressBytes: number): Detail {
  return {
    sourceAddress: cursor.copy(addressBytes),
    sourcePort: cursor.u16(),
    l4proto: cursor.u8(),
  };
}
