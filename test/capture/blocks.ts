/** Captures for tests: blocks as facts, in either byte order, and what a reader makes of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll } from 'vitest';
import { NEXT, openEvidence, type EvidenceReader, type Metadata } from '../../src/capture/index.js';
import type { Diagnostic } from '../../src/diagnostics.js';

/** Packs numbers and strings in a byte order. */
export class Packer {
  private readonly parts: Buffer[] = [];
  private readonly isLittle: boolean;

  constructor(isLittle = true) {
    this.isLittle = isLittle;
  }

  private number(bytes: number, value: bigint | number): this {
    const part = Buffer.alloc(8);
    part.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
    const low = part.subarray(0, bytes);
    this.parts.push(this.isLittle ? low : Buffer.from(low).reverse());
    return this;
  }

  u8(value: number): this {
    return this.number(1, value);
  }

  u16(...values: readonly number[]): this {
    values.forEach((value) => this.number(2, value));
    return this;
  }

  u32(...values: readonly number[]): this {
    values.forEach((value) => this.number(4, value));
    return this;
  }

  u64(...values: readonly (bigint | number)[]): this {
    values.forEach((value) => this.number(8, value));
    return this;
  }

  raw(bytes: Uint8Array | string): this {
    this.parts.push(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes));
    return this;
  }

  string(...texts: readonly string[]): this {
    texts.forEach((text) => this.u16(text.length).raw(text));
    return this;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.parts);
  }
}

/** Little-endian bytes. */
export const pack = () => new Packer();

/** What may be wrong, or different, about a block. */
export interface BlockOddity {
  readonly isLittle?: boolean;
  /** Claims instead of the true length. */
  readonly length?: number;
  readonly trailer?: number;
}

/** A block around a body, padded. */
export function block(type: number, body: Uint8Array, odd: BlockOddity = {}): Buffer {
  const padded = Buffer.concat([body, Buffer.alloc(-body.length & 3)]);
  const length = padded.length + 12;
  return new Packer(odd.isLittle ?? true)
    .u32(type, odd.length ?? length)
    .raw(padded)
    .u32(odd.trailer ?? length).bytes;
}

/** A section header. */
export function section(isLittle = true, major = 1): Buffer {
  const body = new Packer(isLittle).u32(0x1a2b3c4d).u16(major, 2).u64(-1).bytes;
  return block(0x0a0d0d0a, body, { isLittle });
}

/** Facts of an event that tests care about. */
export interface EventShape extends BlockOddity {
  readonly type?: number;
  readonly cpu?: number;
  readonly time?: bigint;
  readonly tid?: bigint | number;
  readonly code?: number;
  readonly params?: readonly (Uint8Array | string)[];
  /** Lies about itself. */
  readonly len?: number;
  readonly count?: number;
  readonly lengths?: readonly number[];
  /** What stands behind the parameters: block options. */
  readonly behind?: Uint8Array;
}

const FLAGGED = new Set([0x208, 0x217, 0x222]);
const COUNTED = new Set([0x216, 0x217, 0x221, 0x222]);
const LARGE = new Set([0x221, 0x222]);

const DEFAULTS = {
  type: 0x216,
  isLittle: true,
  cpu: 0,
  time: 1_700_000_000_123_456_789n,
  tid: 42,
  code: 307,
  params: [],
  behind: '',
} as const;

/** An event block of any type. */
export function event(shape: EventShape = {}): Buffer {
  const facts = { ...DEFAULTS, ...shape };
  const { type, isLittle } = facts;
  const params = facts.params.map((param) => pack().raw(param).bytes);
  const tail = new Packer(isLittle);
  if (COUNTED.has(type)) {
    tail.u32(shape.count ?? params.length);
  }
  const lengths = shape.lengths ?? params.map((param) => param.length);
  if (LARGE.has(type)) {
    tail.u32(...lengths);
  } else {
    tail.u16(...lengths);
  }
  params.forEach((param) => tail.raw(param));
  const body = new Packer(isLittle).u16(facts.cpu);
  if (FLAGGED.has(type)) {
    body.u32(0);
  }
  body.u64(facts.time, facts.tid).u32(shape.len ?? 22 + tail.bytes.length);
  body.u16(facts.code).raw(tail.bytes).raw(facts.behind);
  return block(type, body.bytes, shape);
}

/** A capture of sections, lists and events. */
export const capture = (...blocks: readonly Uint8Array[]): Buffer => Buffer.concat(blocks);

let folder: string | undefined;

/** A path in a folder that is removed when the tests of the file are over. */
export function scratch(name: string): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'tiercel-capture-'));
    folder = made;
    afterAll(() => {
      rmSync(made, { recursive: true, force: true });
    });
  }
  return join(folder, name);
}

let fileCount = 0;

/** Bytes as a file, under a name that tells nothing. */
export function fileOf(bytes: Uint8Array): string {
  fileCount += 1;
  const path = scratch(`evidence-${fileCount}`);
  writeFileSync(path, bytes);
  return path;
}

/** What was seen of an event. */
export interface SeenEvent {
  readonly number: number;
  readonly offset: number;
  readonly cpu: number;
  readonly time: bigint;
  readonly tid: number;
  readonly code: number;
  /** Latin-1; `undefined` where the record has no parameter count. */
  readonly params: readonly string[] | undefined;
}

/** Everything a reader told. */
export interface Reading {
  readonly events: readonly SeenEvent[];
  readonly lists: readonly Metadata[];
  readonly sections: number;
  /** All blocks that were reported, as they are in the file (a byte string: quick to compare). */
  readonly blocks: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly ids: readonly string[];
}

function seen(reader: EvidenceReader): SeenEvent {
  const { record } = reader;
  const { number, offset, cpu, tid, code, view, bytes, paramCount, hasWideLengths } = record;
  const width = hasWideLengths ? 4 : 2;
  const params: string[] = [];
  let at = record.lengthsAt + paramCount * width;
  for (let index = 0; index < paramCount; index += 1) {
    const lengthAt = record.lengthsAt + index * width;
    const length = width === 4 ? view.getUint32(lengthAt, true) : view.getUint16(lengthAt, true);
    const end = Math.min(at + length, record.end);
    params.push(bytes.latin1Slice(at, end));
    at = end;
  }
  const time = (BigInt(record.timeHigh) << 32n) | BigInt(record.timeLow >>> 0);
  return { number, offset, cpu, time, tid, code, params: paramCount < 0 ? undefined : params };
}

/** Read all that `reader` gives. */
export async function readAll(reader: EvidenceReader): Promise<Reading> {
  const events: SeenEvent[] = [];
  const lists: Metadata[] = [];
  const blocks: Buffer[] = [];
  let sections = 0;
  do {
    for (let found = reader.next(); found !== NEXT.NEED_MORE; found = reader.next()) {
      blocks.push(Buffer.from(reader.block()));
      if (found === NEXT.EVENT) {
        events.push(seen(reader));
      } else if (found === NEXT.METADATA) {
        lists.push(reader.metadata);
      } else {
        sections += 1;
      }
    }
  } while (await reader.fill());
  const { diagnostics } = reader;
  const ids = diagnostics.map(({ id }) => id);
  return { events, lists, sections, blocks: Buffer.concat(blocks).latin1Slice(), diagnostics, ids };
}

/** Read bytes that arrive through a pipe, `pieceBytes` at a time, with a buffer of `chunkBytes`. */
export async function readBytes(
  bytes: Uint8Array,
  { chunkBytes, pieceBytes }: { chunkBytes?: number; pieceBytes?: number } = {},
): Promise<Reading> {
  const size = pieceBytes ?? Math.max(1, bytes.length);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    pieces.push(bytes.subarray(at, at + size));
  }
  const stdin = Readable.from(pieces, { objectMode: true });
  const reader = await openEvidence(
    '-',
    chunkBytes === undefined ? { stdin } : { stdin, chunkBytes },
  );
  const reading = await readAll(reader);
  await reader.close();
  return reading;
}

/** Read a file. */
export async function readFile(path: string): Promise<Reading> {
  const reader = await openEvidence(path);
  const reading = await readAll(reader);
  await reader.close();
  return reading;
}
