/** Captures that lost the names of their containers or users, as recorders leave them that could not ask an engine. */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { BLOCKS } from '../../src/capture/block-table.js';
import { EVENT } from '../../src/events/index.js';

const FRAME_HEAD = 8;
/** `ts:u64 tid:u64 len:u32 code:u16` behind the cpu and, in some blocks, flags. */
const CPU_BYTES = 2;
const FLAG_BYTES = 4;
const CODE_AT = 20;

/** What is taken from the copy. */
interface Loss {
  /** Containers keep their places in the file, as events that say nothing. */
  readonly containers?: boolean;
  readonly users?: boolean;
}

/** Write a copy of the capture at `path`, uncompressed, without names. */
export function writeNameless(path: string, to: string, loss: Loss): string {
  const packed = readFileSync(path);
  const bytes = packed[0] === 0x1f ? gunzipSync(packed) : packed;
  const kept: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const block = bytes.subarray(at, at + bytes.readUInt32LE(at + 4));
    at += block.length;
    const row = BLOCKS.find(({ type }) => type === block.readUInt32LE(0));
    if (loss.users === true && row?.content === 'users') {
      continue;
    }
    if (loss.containers === true && row?.content === 'event') {
      const header = FRAME_HEAD + CPU_BYTES + (row.hasFlags === true ? FLAG_BYTES : 0);
      if (block.readUInt16LE(header + CODE_AT - 0) === EVENT.ASYNCEVENT_E) {
        const name = block.indexOf('container\0', header);
        block.write(name === -1 ? '' : 'countless', Math.max(name, 0));
      }
    }
    kept.push(block);
  }
  writeFileSync(to, Buffer.concat(kept));
  return to;
}
