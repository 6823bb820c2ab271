/**
 * Puts lines together that a container engine cut into parts: containerd and CRI-O at 8 or 16 KiB (`P` ... `F`), docker
 * at 16 KiB (an entry without a newline at its end). Parts of stdout and stderr may alternate.
 */

/** Lines that have begun, one for each engine and stream. */
export class LineParts {
  readonly #maxBytes: number;
  readonly #open = new Map<string, OpenLine>();

  /** @param maxBytes - Longest line that is kept. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Streams with a line whose end has not been seen. */
  get streams(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** Whether a line of this stream has begun. */
  has(stream: string): boolean {
    return this.#open.has(stream);
  }

  /** A part that is not the last one: `[start, end)` of `bytes`, which is copied. */
  add(stream: string, part: Part): void {
    const line = this.#open.get(stream) ?? new OpenLine(part.line, part.offset);
    this.#open.set(stream, line);
    line.add(part, this.#maxBytes);
  }

  /** The line is whole, or given up. Its bytes are valid until the next line of the stream begins. */
  take(stream: string): OpenLine | undefined {
    const line = this.#open.get(stream);
    this.#open.delete(stream);
    return line;
  }
}

/** A part of a line, and where it lies on disk. */
export interface Part {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly offset: number;
}

/** A line of which parts were seen. */
export class OpenLine {
  /** Where its first part lies. */
  readonly line: number;
  readonly offset: number;
  length = 0;
  /** It is longer than what is kept. */
  isOversized = false;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(line: number, offset: number) {
    this.line = line;
    this.offset = offset;
  }

  /** What was put together so far. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  add({ bytes, start, end }: Part, maxBytes: number): void {
    const length = this.length + end - start;
    if (this.isOversized || length > maxBytes) {
      this.isOversized = true;
      this.#bytes = Buffer.alloc(0);
      this.length = 0;
      return;
    }
    if (length > this.#bytes.length) {
      const room = Buffer.allocUnsafe(length * 2);
      this.#bytes.copy(room, 0, 0, this.length);
      this.#bytes = room;
    }
    bytes.copy(this.#bytes, this.length, start, end);
    this.length = length;
  }
}
