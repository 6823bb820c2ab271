/** Fields of the user that the thread runs as. */
import type { Catalogue, FieldRow } from './field.js';
import { EVENT, paramsOf } from '../events/index.js';
import { NO_USER, type Moment } from '../state/index.js';

const UNKNOWN = '<NA>';
const ROOT = 0;

type Detail = 'name' | 'home' | 'shell';

/** What stands for root where the capture does not list its users. */
const OF_ROOT: Readonly<Record<Detail, string>> = { name: 'root', home: '/root', shell: UNKNOWN };

function ofUser(moment: Moment, uid: number, detail: Detail): string | undefined {
  const { thread, world } = moment;
  if (thread === undefined) {
    return undefined;
  }
  const user = world.userOf(thread.containerId, uid);
  return user?.[detail] ?? (uid === ROOT ? OF_ROOT[detail] : UNKNOWN);
}

const ASYNC = paramsOf(EVENT.ASYNCEVENT_E);

/** For events of container metadata: the user that the container was started as. */
function userOfContainerEvent(moment: Moment): string {
  const { event, thread, world } = moment;
  const isContainerEvent =
    event.code === EVENT.CONTAINER_JSON_2_E ||
    (event.code === EVENT.ASYNCEVENT_E && event.text(ASYNC.name) === 'container');
  return isContainerEvent && thread !== undefined && thread.containerId !== ''
    ? (world.containerOf(thread)?.user ?? '')
    : '';
}

// prettier-ignore
const ROWS: readonly FieldRow[] = [
  { name: 'user.uid', type: 'uint32', subject: 'thread', doc: 'User id of the thread.',
    read: ({ thread }) => thread?.uid },
  { name: 'user.name', type: 'charbuf', subject: 'thread', absent: UNKNOWN, doc: 'Name of that user, in its container or on the host.',
    read: (moment) => userOfContainerEvent(moment) || ofUser(moment, moment.thread?.uid ?? NO_USER, 'name') },
  { name: 'user.homedir', type: 'charbuf', subject: 'thread', absent: UNKNOWN, doc: 'Home directory of that user.',
    read: (moment) => ofUser(moment, moment.thread?.uid ?? NO_USER, 'home') },
  { name: 'user.shell', type: 'charbuf', subject: 'thread', absent: UNKNOWN, doc: 'Login shell of that user.',
    read: (moment) => ofUser(moment, moment.thread?.uid ?? NO_USER, 'shell') },
  { name: 'user.loginuid', type: 'int64', subject: 'thread', absent: '-1', doc: 'User id that the session was opened with, whatever became of it since; -1 for none.',
    read: ({ thread }) => thread && (thread.loginuid < NO_USER ? thread.loginuid : -1) },
  { name: 'user.loginname', type: 'charbuf', subject: 'thread', absent: UNKNOWN, doc: 'Name of the user that the session was opened with.',
    read: (moment) => ofUser(moment, moment.thread?.loginuid ?? NO_USER, 'name') },
];

export const USER_CATALOGUE: Catalogue = {
  name: 'user',
  doc: 'The user that the thread runs as.',
  sources: ['syscall'],
  rows: ROWS,
};
