/**
 * An audit event as a plugin event record, laid out as the block that a .scap file would hold: `large V2` event
 * block, event code 322, parameters `plugin_id:u32` and `event_data:bytes`. One scratch block is reused.
 */
import { CODE } from './event-codes.js';
import type { EventRecord } from './record.js';
import type { TimeHalves } from './audit-time.js';

/** Block type: event, V2 (with the number of parameters), large (32-bit lengths). */
const LARGE_EVENT_BLOCK = 0x221;

const EVENT_AT = 10; // behind block type, block length and cpu
const LENGTHS_AT = EVENT_AT + 26;
const PLUGIN_ID_AT = LENGTHS_AT + 8;
const DATA_AT = PLUGIN_ID_AT + 4;

/** Ids under which Falco's plugins are registered. */
export const PLUGIN_IDS = { k8s_audit: 1, cloudtrail: 2 } as const;
/** The logs that are read without a plugin. */
export type AuditFormat = keyof typeof PLUGIN_IDS;

/** Lays events out one after the other in the same bytes. */
export class AuditBlock {
  #bytes: Buffer = Buffer.alloc(64 * 1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** The block that was written last: a view, valid until the next one. */
  get block(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Make `record` the event whose data is `source[start, end)`. Number, offset and json are the caller's. */
  write(
    record: EventRecord,
    format: AuditFormat,
    time: Readonly<TimeHalves>,
    data: Readonly<{ source: Buffer; start: number; end: number }>,
  ): void {
    const dataLength = data.end - data.start;
    const end = DATA_AT + dataLength;
    this.#length = ((end + 3) & ~3) + 4;
    this.#reserve(this.#length);
    const view = this.#view;
    view.setUint32(0, LARGE_EVENT_BLOCK, true);
    view.setUint32(4, this.#length, true);
    view.setUint16(8, 0, true);
    view.setUint32(EVENT_AT, time.low, true);
    view.setUint32(EVENT_AT + 4, time.high, true);
    view.setInt32(EVENT_AT + 8, -1, true);
    view.setInt32(EVENT_AT + 12, -1, true);
    view.setUint32(EVENT_AT + 16, end - EVENT_AT, true);
    view.setUint16(EVENT_AT + 20, CODE.PLUGIN_EVENT, true);
    view.setUint32(EVENT_AT + 22, 2, true);
    view.setUint32(LENGTHS_AT, 4, true);
    view.setUint32(LENGTHS_AT + 4, dataLength, true);
    view.setUint32(PLUGIN_ID_AT, PLUGIN_IDS[format], true);
    data.source.copy(this.#bytes, DATA_AT, data.start, data.end);
    this.#bytes.fill(0, end, this.#length - 4);
    view.setUint32(this.#length - 4, this.#length, true);

    record.bytes = this.#bytes;
    record.view = view;
    record.cpu = 0;
    record.timeHigh = time.high;
    record.timeLow = time.low;
    record.tid = -1;
    record.code = CODE.PLUGIN_EVENT;
    record.paramCount = 2;
    record.lengthsAt = LENGTHS_AT;
    record.hasWideLengths = true;
    record.end = end;
  }

  #reserve(byteCount: number): void {
    if (byteCount > this.#bytes.length) {
      this.#bytes = Buffer.alloc(byteCount * 2);
      this.#view = new DataView(this.#bytes.buffer);
    }
  }
}
