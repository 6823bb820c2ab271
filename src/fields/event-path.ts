/**
 * The path (or the socket) that an event names where there is no descriptor to ask: opens and connects that
 * failed. Events of any other kind name none, which is an empty name.
 */
import { isFdEvent } from './fd-readers.js';
import { MomentNames } from './moment-names.js';
import { argText, EVENT, paramsOf, type Event } from '../events/index.js';
import { directoryOf, joinPath, type Moment } from '../state/index.js';

const UNKNOWN = '<NA>';

/** Their second argument, as it prints, is the name. */
const TOLD_BY_ARGUMENT: ReadonlySet<number> = new Set([
  EVENT.OPEN_X,
  EVENT.CREAT_X,
  EVENT.ACCEPT_5_X,
  EVENT.ACCEPT4_6_X,
  EVENT.CONNECT_X,
]);

const OPENAT = paramsOf(EVENT.OPENAT_2_X);
const OPENAT2 = paramsOf(EVENT.OPENAT2_X);
const BY_HANDLE = paramsOf(EVENT.OPEN_BY_HANDLE_AT_X);

/**
 * Name for `fd.name` of an event without a descriptor.
 *
 * @param moment - The event and its thread.
 * @param form - `raw`: as the program wrote it.
 * @returns `undefined` where descriptors are not the event's business.
 */
export function pathOfEvent(moment: Moment, form: 'raw' | 'resolved'): string | undefined {
  const { event } = moment;
  if (!isFdEvent(moment) || event.code % 2 === 0) {
    return undefined;
  }
  if (TOLD_BY_ARGUMENT.has(event.code)) {
    return argText(event, 1, new MomentNames(moment)) ?? UNKNOWN;
  }
  switch (event.code) {
    case EVENT.OPENAT_2_X:
    case EVENT.OPENAT2_X:
      return pathBesideDirectory(moment, event, form);
    case EVENT.OPEN_BY_HANDLE_AT_X:
      return event.text(BY_HANDLE.path) ?? UNKNOWN;
    default:
      return '';
  }
}

function pathBesideDirectory(
  moment: Moment,
  event: Event,
  form: 'raw' | 'resolved',
): string | undefined {
  const { name, dirfd: directory } = event.code === EVENT.OPENAT2_X ? OPENAT2 : OPENAT;
  const path = event.text(name);
  const dirfd = event.signed(directory);
  if (path === undefined || form === 'raw') {
    return path;
  }
  return dirfd === undefined ? undefined : joinPath(directoryOf(moment, dirfd, path), path);
}
