/** Fields of the descriptors that poll and ppoll wait for: lists as text, with commas between the items. */
import type { Catalogue, FieldRow } from './field.js';
import { addressText, EVENT } from '../events/index.js';
import type { FileDescriptor, Moment } from '../state/index.js';

/** `count:u16`, then `fd:i64 flags:u16` each. */
const LIST_PARAM = 1;
const COUNT_BYTES = 2;
const ENTRY_BYTES = 10;

/** What a list shows of a descriptor; `undefined` leaves it out. */
type Show = (fd: FileDescriptor | undefined, number: bigint) => string | undefined;

/** The list for a poll; absent for other events, and where nothing is shown. */
function listOf(show: Show): FieldRow['read'] {
  return (moment) => {
    const { event, thread, world } = moment;
    const isPoll = event.code === EVENT.POLL_X || event.code === EVENT.PPOLL_X;
    if (!isPoll || thread === undefined) {
      return undefined;
    }
    const table = world.fdTableOf(thread);
    const items: string[] = [];
    for (const number of polledNumbers(moment)) {
      const item = show(table?.peek(Number(number)), number);
      if (item !== undefined) {
        items.push(item);
      }
    }
    const text = items.join(',');
    return text === '' ? undefined : text;
  };
}

function polledNumbers({ event }: Moment): bigint[] {
  const start = event.starts[LIST_PARAM] as number;
  const length = event.paramCount > LIST_PARAM ? (event.lengths[LIST_PARAM] as number) : 0;
  if (length < COUNT_BYTES) {
    return [];
  }
  const fitting = Math.floor((length - COUNT_BYTES) / ENTRY_BYTES);
  const count = Math.min(event.view.getUint16(start, true), fitting);
  return Array.from({ length: count }, (_, i) =>
    event.view.getBigInt64(start + COUNT_BYTES + i * ENTRY_BYTES, true),
  );
}

function text(address: Uint8Array | undefined): string | undefined {
  return address && addressText(address);
}

/** The reference shows the first four bytes of the address that an IPv6 server listens on; we follow it only for any address. */
function serverText(fd: FileDescriptor | undefined): string | undefined {
  const address = fd?.destinationAddress;
  const isAny = fd?.kind === 'ipv6-server' && address?.every((byte) => byte === 0) === true;
  return isAny ? '0.0.0.0' : text(address);
}

const EVENT_TEXT = { type: 'charbuf', subject: 'event' } as const;

// prettier-ignore
const ROWS: readonly FieldRow[] = [
  { name: 'fdlist.nums', ...EVENT_TEXT, doc: 'Numbers of the polled descriptors.', read: listOf((_fd, number) => String(number)) },
  { name: 'fdlist.names', ...EVENT_TEXT, doc: 'Names of the polled descriptors.', read: listOf((fd) => (fd === undefined || fd.name === '' ? '<NA>' : fd.name)) },
  { name: 'fdlist.cips', ...EVENT_TEXT, doc: 'Client addresses of the polled connections.', read: listOf((fd) => text(fd?.sourceAddress)) },
  { name: 'fdlist.sips', ...EVENT_TEXT, doc: 'Server addresses of the polled sockets.', read: listOf(serverText) },
  { name: 'fdlist.cports', ...EVENT_TEXT, doc: 'Client ports of the polled connections.', read: listOf((fd) => (fd?.isIpSocket === true ? String(fd.sourcePort) : undefined)) },
  { name: 'fdlist.sports', ...EVENT_TEXT, doc: 'Server ports of the polled connections.', read: listOf((fd) => (fd?.isIpSocket === true ? String(fd.destinationPort) : undefined)) },
];

export const FDLIST_CATALOGUE: Catalogue = {
  name: 'fdlist',
  doc: 'The descriptors that poll and ppoll wait for.',
  sources: ['syscall'],
  rows: ROWS,
};
