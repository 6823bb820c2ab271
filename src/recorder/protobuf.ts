/**
 * As much of protocol buffers as the container runtime interface needs: fields with their numbers, texts,
 * embedded messages, numbers. Unknown fields are skipped, as the format wants it.
 */

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Values of one message, by field number, in their order. */
export class Message {
  private readonly fields = new Map<number, (Buffer | bigint)[]>();

  /** Take apart; what is torn or unknown is left out. */
  constructor(bytes: Buffer) {
    let at = 0;
    const varint = (): bigint => {
      let value = 0n;
      for (let shift = 0n; at < bytes.length && shift < 70n; shift += 7n) {
        const byte = bytes[at++] ?? 0;
        value |= BigInt(byte & 0x7f) << shift;
        if (byte < 0x80) {
          break;
        }
      }
      return value;
    };
    while (at < bytes.length) {
      const tag = Number(varint());
      const field = Math.floor(tag / 8);
      switch (tag % 8) {
        case VARINT:
          this.add(field, varint());
          break;
        case BYTES: {
          const length = Number(varint());
          this.add(field, bytes.subarray(at, at + length));
          at += length;
          break;
        }
        case FIXED64:
          at += 8;
          break;
        case FIXED32:
          at += 4;
          break;
        default:
          return;
      }
    }
  }

  private add(field: number, value: Buffer | bigint): void {
    const values = this.fields.get(field);
    if (values === undefined) {
      this.fields.set(field, [value]);
    } else {
      values.push(value);
    }
  }

  private buffers(field: number): readonly Buffer[] {
    return (this.fields.get(field) ?? []).filter((value) => Buffer.isBuffer(value));
  }

  text(field: number): string {
    return this.buffers(field).at(-1)?.toString('utf8') ?? '';
  }

  texts(field: number): readonly string[] {
    return this.buffers(field).map((value) => value.toString('utf8'));
  }

  number(field: number): bigint {
    const value = this.fields.get(field)?.at(-1);
    return typeof value === 'bigint' ? value : 0n;
  }

  message(field: number): Message {
    return new Message(this.buffers(field).at(-1) ?? Buffer.alloc(0));
  }

  messages(field: number): readonly Message[] {
    return this.buffers(field).map((value) => new Message(value));
  }

  /** A `map<string, string>`. */
  map(field: number): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.messages(field).map((entry) => [entry.text(1), entry.text(2)] as const),
    );
  }
}

function varintBytes(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** A field that holds bytes: a text, or a message. */
export function bytesField(field: number, value: Buffer | string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  return Buffer.concat([varintBytes(field * 8 + BYTES), varintBytes(bytes.length), bytes]);
}

/** A field that holds a number; `0 <= value < 2^53`. */
export function numberField(field: number, value: number): Buffer {
  return Buffer.concat([varintBytes(field * 8 + VARINT), varintBytes(value)]);
}
