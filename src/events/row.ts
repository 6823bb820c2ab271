/** The shape of the event table's rows; the rows are in table.ts. */

/** Encodings of a parameter (format note, "Parameter encodings"). */
export type ParamType =
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'charbuf'
  | 'bytebuf'
  | 'errno'
  | 'sockaddr'
  | 'socktuple'
  | 'fd'
  | 'fd32'
  | 'pid'
  | 'pid32'
  | 'fdlist'
  | 'fspath'
  | 'fsrelpath'
  | 'syscallid'
  | 'sigtype'
  | 'reltime'
  | 'abstime'
  | 'port'
  | 'l4proto'
  | 'sockfamily'
  | 'bool'
  | 'ipv4addr'
  | 'ipv6addr'
  | 'dyn'
  | 'flags8'
  | 'flags16'
  | 'flags32'
  | 'enumflags8'
  | 'enumflags16'
  | 'enumflags32'
  | 'uid'
  | 'gid'
  | 'double'
  | 'sigset'
  | 'charbufarray'
  | 'charbufpairarray'
  | 'mode';

/** How a number is written. */
export type ParamFormat = 'na' | 'dec' | 'hex' | 'oct' | 'padded-dec' | 'dir' | 'id';

/** One parameter of an event. */
export interface ParamRow {
  readonly name: string;
  readonly type: ParamType;
  readonly format: ParamFormat;
  /** Name of the flag table that gives its bits names. */
  readonly flags?: string;
  /** Index of the parameter that holds the directory fd of a relative path. */
  readonly dirfd?: number;
  /** The alternatives of a dynamic parameter, by selector. */
  readonly alternatives?: readonly ParamRow[];
}

/** One event number. */
export interface EventRow {
  /** Event code, 0 to 453. */
  readonly code: number;
  readonly name: string;
  /** Bit set as in the format note: class or'ed with origin. */
  readonly category: number;
  /** Bit set as in the format note (creates fd, uses fd, old version, unused ...). */
  readonly flags: number;
  readonly params: readonly ParamRow[];
}
