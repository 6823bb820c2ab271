/** A text in which events are looked for: a line or a record of a log, or what a wrapping held. */

/** Where a text lies, and how it came there. */
export interface Text {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** The same as a byte string, where it is at hand. */
  readonly text?: string | undefined;
  /** Line and offset of it in the file, or of what it was taken out of. */
  readonly line: number;
  readonly offset: number;
  /** How many layers were taken off. */
  readonly depth: number;
  /** `bytes` are those of the file. */
  readonly isOnDisk: boolean;
}

/** `[start, end)` of a text. Written out: to spread the text cost as much as all else that is done for a line. */
export function partOf(text: Text, start: number, end: number, depth: number): Text {
  const { bytes, line, offset, isOnDisk } = text;
  const content = start === text.start ? text.text : undefined;
  return { bytes, start, end, text: content, line, offset, depth, isOnDisk };
}

/** Just behind the last byte of `[start, end)` that is no white space; `start` if all are. */
export function endOfText(bytes: Buffer, start: number, end: number): number {
  let at = end;
  while (at > start && (bytes[at - 1] as number) <= 0x20 && bytes[at - 1] !== 0) {
    at -= 1;
  }
  return at;
}

/** What JSON leaves behind where it is cut or overwritten, and a sentence does not have. */
const CUT = /[\0-\x08\x0e-\x1a\x1c-\x1f]|"\s*:|^[[{]|[\]}]$/;
/** So much at either end of a text is looked at. */
const LOOKED_AT = 4096;

/** Whether `[start, end)`, which is not JSON, may be what is left of an event: losing it is a loss. */
export function looksCut(bytes: Buffer, start: number, end: number): boolean {
  return (
    CUT.test(bytes.latin1Slice(start, Math.min(end, start + LOOKED_AT))) ||
    CUT.test(bytes.latin1Slice(Math.max(start, end - LOOKED_AT), end))
  );
}

/** Room for what wrappings held, one for each layer, so that a list can be read while its records are opened. */
export class Scratch {
  readonly #layers: Buffer[] = [];

  /** The bytes of a byte string: valid until the next text of that depth. */
  hold(depth: number, text: string): Buffer {
    let room = this.#layers[depth];
    if (room === undefined || room.length < text.length) {
      room = Buffer.allocUnsafe(Math.max(64 * 1024, 2 * text.length));
      this.#layers[depth] = room;
    }
    room.latin1Write(text, 0, text.length);
    return room.subarray(0, text.length);
  }
}
