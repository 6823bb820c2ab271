/** A process as it was at an alert, copied out of the machine, which goes on changing. Text: byte strings. */
import { containerOfThread, type ContainerSnapshot } from './container-snapshot.js';
import { nanoseconds } from '../units.js';
import { NO_USER, type Thread, type World } from '../state/index.js';

/** Text is empty where the capture does not say. */
export interface ProcessSnapshot {
  readonly pid: number;
  /** When it began to run this program, ns since the epoch; `undefined` if before the capture. */
  readonly startTime: bigint | undefined;
  /** When the process itself began, whatever it ran then, ns since the epoch; `undefined` if before the capture. */
  readonly birthTime: bigint | undefined;
  readonly parentPid: number | undefined;
  readonly name: string;
  readonly exe: string;
  readonly exepath: string;
  /** As it was started, arguments separated by spaces. */
  readonly commandLine: string;
  readonly cwd: string;
  readonly uid: number | undefined;
  readonly user: string | undefined;
  /** Number of the metadata file that names the user; 0 where none does. */
  readonly userFile: number;
  readonly loginuid: number | undefined;
  readonly tty: number;
  /** Unit of systemd that its cgroup names: `cron.service`; `undefined` in containers, sessions and where none is named. */
  readonly service: string | undefined;
  /** `undefined` on the host. */
  readonly container: ContainerSnapshot | undefined;
}

/** Beyond this many ancestors nobody reads on, and a hostile capture may have made them up. */
const MAX_LINEAGE = 64;

/** The process of `thread` and its ancestors, nearest first. */
export function snapshotLineage(world: World, thread: Thread): readonly ProcessSnapshot[] {
  const lineage = [snapshotProcess(world, thread)];
  for (const ancestor of world.ancestorsOf(thread)) {
    if (lineage.length > MAX_LINEAGE) {
      break;
    }
    if (ancestor.pid !== lineage[lineage.length - 1]?.pid) {
      lineage.push(snapshotProcess(world, ancestor));
    }
  }
  return lineage;
}

/** The process of `thread` alone. */
function snapshotProcess(world: World, thread: Thread): ProcessSnapshot {
  const main = world.mainThreadOf(thread) ?? thread;
  const executed = nanoseconds(main.execTimeHigh, main.execTimeLow);
  const cloned = nanoseconds(main.cloneTimeHigh, main.cloneTimeLow);
  const start = executed > cloned ? executed : cloned; // a fork's exec time is its parent's
  const uid = known(thread.uid);
  return {
    pid: thread.pid,
    startTime: start === 0n ? undefined : start,
    birthTime: cloned === 0n ? undefined : cloned,
    parentPid: main.ptid > 0 ? (world.thread(main.ptid)?.pid ?? main.ptid) : undefined,
    name: thread.comm,
    exe: thread.exe,
    exepath: thread.exepath,
    commandLine: [thread.comm, ...(thread.args === '' ? [] : thread.args.split('\0'))].join(' '),
    cwd: world.cwdOf(thread),
    uid,
    user: uid === undefined ? undefined : userName(world, thread.containerId, uid),
    userFile: uid === undefined ? 0 : world.userFileOf(thread.containerId, uid),
    loginuid: known(thread.loginuid),
    tty: thread.tty,
    service: thread.containerId === '' ? serviceIn(thread.cgroups) : undefined,
    container: containerOfThread(world, thread),
  };
}

const SERVICE = /\/([^/\0]+\.service)(?=[/\0]|$)/;
/** Cgroups of services change seldom, and threads share the text. */
let lastCgroups = '';
let lastService: string | undefined;

/** The outermost service in the cgroups of a thread. */
function serviceIn(cgroups: string): string | undefined {
  if (cgroups !== lastCgroups) {
    lastCgroups = cgroups;
    lastService = SERVICE.exec(cgroups)?.[1];
  }
  return lastService;
}

/** The reference takes root for granted, listed or not. */
function userName(world: World, containerId: string, uid: number): string | undefined {
  return world.userOf(containerId, uid)?.name ?? (uid === 0 ? 'root' : undefined);
}

function known(id: number): number | undefined {
  return id === NO_USER ? undefined : id;
}
