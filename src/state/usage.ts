/** What a thread uses: memory, page faults, processor time. */
import { EVENT } from '../events/index.js';
import type { Params } from '../events/index.js';
import type { HandlerTable } from './handler.js';
import type { Moment } from './moment.js';
import { numberOf } from './parameters.js';
import type { Thread } from './thread.js';
import type { World } from './world.js';

/** The five counters that clone and exec tell: faults, then sizes, from parameter 8. */
export function readUsage(thread: Thread, params: Params): void {
  if (params.has(12)) {
    thread.majorFaults = numberOf(params, 8);
    thread.minorFaults = numberOf(params, 9);
    thread.vmSizeKb = numberOf(params, 10);
    thread.vmRssKb = numberOf(params, 11);
    thread.vmSwapKb = numberOf(params, 12);
  }
}

function readMemory({ thread, event }: Moment): void {
  if (thread === undefined) {
    return;
  }
  if (event.has(1)) {
    thread.vmSizeKb = numberOf(event, 1);
  }
  if (event.has(3)) {
    thread.vmRssKb = numberOf(event, 2);
    thread.vmSwapKb = numberOf(event, 3);
  }
}

/** The sizes at `at` of a record, each of four bytes: as {@link readMemory}, of an event that nobody looks at. */
export function takeMemory(thread: Thread, view: DataView, at: number): void {
  thread.vmSizeKb = view.getUint32(at, true);
  thread.vmRssKb = view.getUint32(at + 4, true);
  thread.vmSwapKb = view.getUint32(at + 8, true);
}

/** The parameters at `at` of a record, each in its usual size: as {@link switchProcess}. */
export function takeSwitch(world: World, thread: Thread, view: DataView, at: number): void {
  thread.majorFaults = wholeNumber(view, at + 8);
  thread.minorFaults = wholeNumber(view, at + 16);
  const main = world.mainThreadOf(thread);
  if (main !== undefined) {
    takeMemory(main, view, at + 24);
  }
}

function wholeNumber(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 4294967296 + view.getUint32(at, true);
}

function switchProcess(moment: Moment): void {
  const { world, thread, event } = moment;
  if (thread === undefined) {
    return;
  }
  if (event.has(5)) {
    thread.majorFaults = numberOf(event, 1);
    thread.minorFaults = numberOf(event, 2);
    const main = world.mainThreadOf(thread);
    if (main !== undefined) {
      main.vmSizeKb = numberOf(event, 3);
      main.vmRssKb = numberOf(event, 4);
      main.vmSwapKb = numberOf(event, 5);
    }
  }
}

function readProcessorTime({ thread, event }: Moment): void {
  if (thread !== undefined) {
    thread.previousCpuUser = thread.cpuUser;
    thread.previousCpuSystem = thread.cpuSystem;
    thread.cpuUser = numberOf(event, 0);
    thread.cpuSystem = numberOf(event, 1);
  }
}

export const USAGE_HANDLERS: HandlerTable = [
  [EVENT.BRK_4_X, readMemory],
  [EVENT.MMAP_X, readMemory],
  [EVENT.MMAP2_X, readMemory],
  [EVENT.MUNMAP_X, readMemory],
  [EVENT.SCHEDSWITCH_6_E, switchProcess],
  [EVENT.PROCINFO_E, readProcessorTime],
];
