/** Builds packed little-endian structures in a buffer that grows: the reverse of ByteCursor. */

const FIRST_BYTES = 4096;
const MAX_STRING_BYTES = 0xffff;

/** Appends numbers and strings. */
export class ByteBuilder {
  length = 0;
  private bytes = Buffer.allocUnsafe(FIRST_BYTES);

  /** Start anew; what `built()` gave is overwritten. */
  clear(): void {
    this.length = 0;
  }

  /** What was appended: a view that is valid until the next change. */
  built(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  u8(value: number): this {
    const at = this.grow(1);
    this.bytes.writeUInt8(value & 0xff, at);
    return this;
  }

  u16(value: number): this {
    const at = this.grow(2);
    this.bytes.writeUInt16LE(value & 0xffff, at);
    return this;
  }

  u32(value: number): this {
    const at = this.grow(4);
    this.bytes.writeUInt32LE(value >>> 0, at);
    return this;
  }

  /** A signed or unsigned 64-bit number. */
  u64(value: bigint | number): this {
    const at = this.grow(8);
    this.bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)), at);
    return this;
  }

  raw(bytes: Uint8Array): this {
    const at = this.grow(bytes.length);
    this.bytes.set(bytes, at);
    return this;
  }

  /** A byte string as it is. */
  text(byteString: string): this {
    return this.raw(Buffer.from(byteString, 'latin1'));
  }

  /** A byte string with its length (u16) in front; what is longer than that can say is cut. */
  string(byteString: string): this {
    const cut = byteString.slice(0, MAX_STRING_BYTES);
    return this.u16(cut.length).text(cut);
  }

  /** Zeros up to a multiple of 4. */
  pad(): this {
    const count = -this.length & 3;
    const start = this.grow(count);
    this.bytes.fill(0, start, start + count);
    return this;
  }

  /** Overwrite a u32 that was appended before. */
  patch32(at: number, value: number): this {
    this.bytes.writeUInt32LE(value >>> 0, at);
    return this;
  }

  /** Make room, perhaps in a new buffer, and say where it begins. */
  private grow(lengthBytes: number): number {
    const start = this.length;
    this.length += lengthBytes;
    if (this.length > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.length, this.bytes.length * 2));
      this.bytes.copy(larger, 0, 0, start);
      this.bytes = larger;
    }
    return start;
  }
}
