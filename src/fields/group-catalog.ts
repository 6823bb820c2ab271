/** Fields of the group that the thread runs as. */
import type { Catalogue, FieldRow } from './field.js';

const UNKNOWN = '<NA>';
const ROOT = 0;

// prettier-ignore
const ROWS: readonly FieldRow[] = [
  { name: 'group.gid', type: 'uint32', subject: 'thread', doc: 'Group id of the thread.',
    read: ({ thread }) => thread?.gid },
  { name: 'group.name', type: 'charbuf', subject: 'thread', absent: UNKNOWN, doc: 'Name of that group, in its container or on the host.',
    read: ({ thread, world }) =>
      thread && (world.groupOf(thread.containerId, thread.gid) ?? (thread.gid === ROOT ? 'root' : UNKNOWN)) },
];

export const GROUP_CATALOGUE: Catalogue = {
  name: 'group',
  doc: 'The group that the thread runs as.',
  sources: ['syscall'],
  rows: ROWS,
};
