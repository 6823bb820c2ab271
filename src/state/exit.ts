/** A thread ends. It leaves the tables before the next event, so that this one can still be asked about it. */
import { EVENT, paramsOf } from '../events/index.js';
import type { HandlerTable } from './handler.js';
import type { Moment } from './moment.js';
import { markDead } from './thread-table.js';
import { idOf } from './parameters.js';

const PROCEXIT = paramsOf(EVENT.PROCEXIT_1_E);

function exit({ world, thread, event }: Moment): void {
  if (thread === undefined) {
    return;
  }
  markDead(thread);
  world.hasExit = true;
  world.exitedTid = event.tid;
  if (thread.children !== undefined && thread.children.size > 0) {
    thread.reaperTid = idOf(event, PROCEXIT.reaper_tid);
  }
}

export const EXIT_HANDLERS: HandlerTable = [[EVENT.PROCEXIT_1_E, exit]];
