/**
 * What answers about an event's type depend on: its code, for most. A `generic` event is typed by the
 * system call it names, a plugin's event by the kind of request it reports, an asynchronous one by its name.
 */
import { EVENT, KIND_COUNT, kindOfCall, paramsOf, UNNAMED_CALL } from '../../events/index.js';
import { pluginTypeKey } from '../../fields/index.js';
import type { Moment } from '../../state/index.js';

/** All keys that are numbers lie below. */
export const COMMON_KEYS = KIND_COUNT;

const { GENERIC_X, PLUGINEVENT_E, ASYNCEVENT_E } = EVENT;
const GENERIC = paramsOf(GENERIC_X);
const ASYNC = paramsOf(ASYNCEVENT_E);

/** A key that is equal for events about whose type every question has the same answer. */
export function typeKeyOf(moment: Moment): string | number {
  const { event } = moment;
  switch (event.code) {
    case GENERIC_X: {
      const call = event.unsigned(GENERIC.ID) ?? 0;
      const kind = call === 0 ? UNNAMED_CALL : kindOfCall(call);
      return kind === UNNAMED_CALL
        ? `call ${call}, native ${event.unsigned(GENERIC.nativeID) ?? 0}`
        : kind;
    }
    case PLUGINEVENT_E:
      return pluginTypeKey(moment);
    case ASYNCEVENT_E:
      return `async ${event.text(ASYNC.name) ?? ''}`;
    default:
      return event.code;
  }
}
