/**
 * How evidence is recognised: by its first unpacked bytes, never by its name. One row per format, in
 * the order in which they are tried. To read another format, add a row.
 */
import type { Readable } from 'node:stream';
import { looksLikeAuditLog, openAuditLog } from './audit-log.js';
import { BLOCK_BY_TYPE, SECTION_TYPE } from './block-table.js';
import type { Evidence } from './evidence.js';
import { isPacketCapture } from './mistakes.js';
import type { EvidenceReader } from './reader.js';
import { findBlock, sectionOrder } from './salvage.js';
import { ScapReader } from './scap-reader.js';

/** How evidence is opened. */
export interface OpenOptions {
  /** Whether its SHA-256 is wanted, which takes about as long as a scan (a tenth of a replay); it is unless said otherwise. */
  readonly isHashed?: boolean;
  /** How many unpacked bytes a .scap reader takes at a time: for tests. */
  readonly chunkBytes?: number;
  /** What `-` stands for: for tests. */
  readonly stdin?: Readable;
}

/** A format of evidence. */
export interface FormatRow {
  readonly name: string;
  /** Whether content that begins with these bytes is of this format. */
  readonly looksLike: (head: Buffer) => boolean;
  /** A reader of it. Throws a UserError for formats that are recognised only to be refused. */
  readonly open: (
    evidence: Evidence,
    options: OpenOptions,
  ) => EvidenceReader | Promise<EvidenceReader>;
}

// prettier-ignore
export const FORMATS: readonly FormatRow[] = [
  { name: 'pcapng', looksLike: isPcapng, open: ({ path }) => { throw isPacketCapture(path, 'pcapng'); } },
  { name: 'pcap', looksLike: isPcap, open: ({ path }) => { throw isPacketCapture(path, 'pcap'); } },
  { name: 'scap', looksLike: isScap, open: (evidence, options) => new ScapReader(evidence, options.chunkBytes) },
  { name: 'audit log', looksLike: looksLikeAuditLog, open: openAuditLog },
];

/** Block types with which packets, their interfaces and name lists are stored. */
const PACKET_BLOCK_TYPES: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 9, 10]);

function isSectionHeader(head: Buffer): boolean {
  return head.length >= 12 && head.readUInt32LE(0) === SECTION_TYPE;
}

/** A section header is the same in both formats: the first block behind it that either knows decides. */
function isPcapng(head: Buffer): boolean {
  const isLittle = isSectionHeader(head) ? sectionOrder(viewOf(head), 0) : undefined;
  if (isLittle === undefined) {
    return false;
  }
  const word = (at: number) => (isLittle ? head.readUInt32LE(at) : head.readUInt32BE(at));
  for (let at = word(4); at + 8 <= head.length; at += Math.max(12, word(at + 4))) {
    const type = word(at);
    if (PACKET_BLOCK_TYPES.has(type)) {
      return true;
    }
    if (BLOCK_BY_TYPE.has(type)) {
      return false;
    }
  }
  return false;
}

const PCAP_MAGICS: ReadonlySet<number> = new Set([0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1]);

function isPcap(head: Buffer): boolean {
  return head.length >= 4 && PCAP_MAGICS.has(head.readUInt32LE(0));
}

/** A section header, or, if the beginning is damaged or missing, a whole block of it further on. */
function isScap(head: Buffer): boolean {
  if (isSectionHeader(head)) {
    return true;
  }
  const window = { view: viewOf(head), limit: head.length, isComplete: true, isLittle: true };
  return findBlock(window, 0).isFound;
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
