/** Moments in which templates are rendered: one event of a thread, told in facts. */
import {
  encodeEvent,
  Event,
  EVENT,
  EVENT_TABLE,
  EventDecoder,
  type EventRow,
  type ParamValue,
} from '../../src/events/index.js';
import { applyEvent, Moment, World } from '../../src/state/index.js';
import { record } from '../events/records.js';

/** The moment of an exec of `comm` with these arguments. */
export function executed(
  comm: string,
  args: readonly string[] = [],
  more: Readonly<Record<string, ParamValue>> = {},
): Moment {
  const world = new World();
  const moment = new Moment(world, new Event(EVENT_TABLE[0] as EventRow));
  const params = { res: 0, exe: comm, args, tid: 7, pid: 7, ptid: 1, cwd: '/', comm, ...more };
  const facts = record({ code: EVENT.EXECVE_19_X, params: encodeEvent(EVENT.EXECVE_19_X, params) });
  new EventDecoder({ raw: false }).decode(facts, moment.event);
  applyEvent(moment);
  return moment;
}
