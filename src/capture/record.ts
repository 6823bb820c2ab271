/**
 * One event record as it lies in a reader's buffer: `cpu:u16 [flags:u32] ts:u64 tid:u64 len:u32
 * type:u16 [nparams:u32] length[nparams] bytes...`. A cursor that is reused for every record:
 * nothing here outlives the next call of `next()`. Parameters are not interpreted here.
 */
export class EventRecord {
  /** The buffer that the record lies in; replaced whenever the reader refills. */
  bytes: Buffer = Buffer.alloc(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Position among the event records of the file, from 1 (`evt.num`). */
  number = 0;
  /** Where its block begins in the uncompressed evidence, in bytes. */
  offset = 0;
  cpu = 0;
  /**
   * The format's state-only flag: the record changes the machine and is otherwise no event. Filters of other tools, and
   * our slices, leave such records for the state of those that they chose.
   */
  isStateOnly = false;
  /** Upper and lower half of the time in nanoseconds since the epoch, as `nanoseconds()` joins them. */
  timeHigh = 0;
  timeLow = 0;
  /** Thread id; -1 where there is none. Exact to 2^53. */
  tid = 0;
  /** Event code as recorded. */
  code = 0;
  /** Number of parameters, or -1 where the block type does not say (old block types). */
  paramCount = 0;
  /** Index in `bytes` of the array of parameter lengths. */
  lengthsAt = 0;
  /** Whether parameter lengths are u32 (the "large" block types) instead of u16. */
  hasWideLengths = false;
  /**
   * Index in `bytes` behind the last byte that a parameter may have; with a count, padding or block
   * options may lie before it. The lengths may add up to more than that: they are not checked here.
   */
  end = 0;
  /**
   * A plugin event that was made from a line of a log holds the parsed line here, so that it is parsed
   * once; `undefined` for records of a .scap file.
   */
  json: unknown = undefined;
  /**
   * Recorded in the other byte order: what is described above has been converted, parameter bytes
   * have not (nor have the parameter lengths where `paramCount` is -1). `bytes` is then a copy of the
   * block that may be changed.
   */
  isBigEndian = false;
}
