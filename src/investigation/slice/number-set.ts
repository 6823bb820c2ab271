/** A set of record numbers, a bit each: a slice may choose millions. */

const FIRST_BYTES = 1 << 12;

/** Members are positive and below 2^31. */
export class NumberSet {
  #bits = new Uint8Array(FIRST_BYTES);
  /** Largest member; 0 for none. */
  largest = 0;
  size = 0;

  add(number: number): void {
    const byte = number >>> 3;
    if (byte >= this.#bits.length) {
      const grown = new Uint8Array(Math.max(byte + 1, this.#bits.length * 2));
      grown.set(this.#bits);
      this.#bits = grown;
    }
    if (!this.has(number)) {
      this.#bits[byte] = (this.#bits[byte] as number) | (1 << (number & 7));
      this.size += 1;
      this.largest = Math.max(this.largest, number);
    }
  }

  has(number: number): boolean {
    return ((this.#bits[number >>> 3] ?? 0) & (1 << (number & 7))) !== 0;
  }
}
