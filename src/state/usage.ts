/** What a thread uses: memory, page faults, processor time. */
import { EVENT, paramsOf, type Params } from '../events/index.js';
import type { HandlerTable } from './handler.js';
import type { Moment } from './moment.js';
import { numberOf } from './parameters.js';
import type { Thread } from './thread.js';
import type { World } from './world.js';

/** As in the calls that begin a thread. */
const EXECVE = paramsOf(EVENT.EXECVE_19_X);
/** As in `brk`, `mmap2` and `munmap`. */
const MMAP = paramsOf(EVENT.MMAP_X);
const SWITCH = paramsOf(EVENT.SCHEDSWITCH_6_E);
const PROCINFO = paramsOf(EVENT.PROCINFO_E);

/** The five counters of clone and exec: page faults, then sizes. */
export function readUsage(thread: Thread, params: Params): void {
  if (params.has(EXECVE.vm_swap)) {
    thread.majorFaults = numberOf(params, EXECVE.pgft_maj);
    thread.minorFaults = numberOf(params, EXECVE.pgft_min);
    thread.vmSizeKb = numberOf(params, EXECVE.vm_size);
    thread.vmRssKb = numberOf(params, EXECVE.vm_rss);
    thread.vmSwapKb = numberOf(params, EXECVE.vm_swap);
  }
}

function readMemory({ thread, event }: Moment): void {
  if (thread === undefined) {
    return;
  }
  if (event.has(MMAP.vm_size)) {
    thread.vmSizeKb = numberOf(event, MMAP.vm_size);
  }
  if (event.has(MMAP.vm_swap)) {
    thread.vmRssKb = numberOf(event, MMAP.vm_rss);
    thread.vmSwapKb = numberOf(event, MMAP.vm_swap);
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
  if (event.has(SWITCH.vm_swap)) {
    thread.majorFaults = numberOf(event, SWITCH.pgft_maj);
    thread.minorFaults = numberOf(event, SWITCH.pgft_min);
    const main = world.mainThreadOf(thread);
    if (main !== undefined) {
      main.vmSizeKb = numberOf(event, SWITCH.vm_size);
      main.vmRssKb = numberOf(event, SWITCH.vm_rss);
      main.vmSwapKb = numberOf(event, SWITCH.vm_swap);
    }
  }
}

function readProcessorTime({ thread, event }: Moment): void {
  if (thread !== undefined) {
    thread.previousCpuUser = thread.cpuUser;
    thread.previousCpuSystem = thread.cpuSystem;
    thread.cpuUser = numberOf(event, PROCINFO.cpu_usr);
    thread.cpuSystem = numberOf(event, PROCINFO.cpu_sys);
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
