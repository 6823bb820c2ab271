/**
 * A forgiving reader of packed numbers and strings. Reading beyond the end gives zeros and empty
 * strings and sets `isShort`, so that layouts read straight through and are judged afterwards.
 */

/** Reads forward through part of a buffer, in either byte order. */
export class ByteCursor {
  /** Whether something was asked for beyond `end`. */
  isShort = false;
  at: number;
  end: number;
  private readonly bytes: Buffer;
  private readonly view: DataView;
  private readonly isLittle: boolean;

  constructor(bytes: Buffer, start: number, end: number, isLittle = true) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = start;
    this.end = end;
    this.isLittle = isLittle;
  }

  get left(): number {
    return this.end - this.at;
  }

  /** Start of a field of that many bytes, or -1 where it does not fit. */
  private take(lengthBytes: number): number {
    const start = this.at;
    if (start + lengthBytes > this.end) {
      this.isShort = true;
      this.at = this.end;
      return -1;
    }
    this.at = start + lengthBytes;
    return start;
  }

  u8(): number {
    const start = this.take(1);
    return start < 0 ? 0 : this.view.getUint8(start);
  }

  u16(): number {
    const start = this.take(2);
    return start < 0 ? 0 : this.view.getUint16(start, this.isLittle);
  }

  u32(): number {
    const start = this.take(4);
    return start < 0 ? 0 : this.view.getUint32(start, this.isLittle);
  }

  u64(): bigint {
    const start = this.take(8);
    // a process list is full of zeros: one object for all of them
    return start < 0 || this.isZero(start) ? 0n : this.view.getBigUint64(start, this.isLittle);
  }

  private isZero(start: number): boolean {
    return this.view.getInt32(start) === 0 && this.view.getInt32(start + 4) === 0;
  }

  /**
   * A signed 64-bit number, exact to 2^53: thread ids, process groups, descriptors. Small ones, which nearly all are, never become
   * floating-point on the way: objects that keep them would change their shape, which took 10 us for each thread of a list.
   */
  i64(): number {
    const start = this.take(8);
    if (start < 0) {
      return 0;
    }
    const high = this.view.getInt32(this.isLittle ? start + 4 : start, this.isLittle);
    const low = this.view.getUint32(this.isLittle ? start : start + 4, this.isLittle);
    const small = low | 0;
    return high === small >> 31 ? small : high * 0x1_0000_0000 + low;
  }

  /** A copy of the next bytes: addresses. */
  copy(lengthBytes: number): Uint8Array {
    const start = this.take(lengthBytes);
    return start < 0
      ? new Uint8Array(lengthBytes)
      : Uint8Array.from(this.bytes.subarray(start, this.at));
  }

  /** The byte string of the next bytes. */
  text(lengthBytes: number): string {
    const start = this.take(lengthBytes);
    return start < 0 ? '' : this.bytes.latin1Slice(start, this.at);
  }

  /** A string with its length (u16) in front. */
  string(): string {
    return this.text(this.u16());
  }

  /** Go to `position`, which may lie beyond the end. */
  jump(position: number): void {
    if (position > this.end) {
      this.isShort = true;
    }
    this.at = Math.min(position, this.end);
  }
}
