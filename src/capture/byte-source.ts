/**
 * Where bytes come from: a file or a stream as it is, or what unpacks another source. Sources read
 * into a buffer of the caller, so that a plain file costs no copy.
 */

/** A sequence of bytes with an end. */
export interface ByteSource {
  /**
   * Read up to `end - start` bytes into `into` from index `start`. 0 means that there is no more, now
   * and later. Damage ends a source; it never rejects because of what the bytes are.
   */
  read(into: Buffer, start: number, end: number): Promise<number>;
}
