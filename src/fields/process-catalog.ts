/**
 * Fields of the process and thread that an event happened in. `thread` fields depend on the thread and its
 * process's main thread alone; `lineage` fields on its ancestors too; the rest is asked at each event.
 */
import { capabilitiesText } from './capabilities.js';
import {
  argumentsText,
  commandLine,
  environmentOfAncestor,
  environmentText,
  environmentVariable,
  executableLine,
  inheritedVariable,
} from './command-line.js';
import type { ArgumentForm, Catalogue, FieldRow, FilterForm } from './field.js';
import { ancestor, loginShell } from './lineage.js';
import {
  ageAt,
  anyAncestor,
  ofAncestors,
  ofLeader,
  ofParent,
  ofStandardFd,
  ofThread,
  processId,
  startTime,
  unlessZero,
} from './process-readers.js';
import { processorShare } from './processor-time.js';
import { parseCgroups, splitList, type Moment, type Thread } from '../state/index.js';

const GENERATION: ArgumentForm = { isRequired: false, form: 'index' };
const NUMBER_OR_NAME: ArgumentForm = { isRequired: false, form: 'either' };
const SUBSYSTEM: ArgumentForm = {
  isRequired: true,
  form: 'key',
  isDotted: true,
  isNeverBracketed: true,
  problem: (text) => (text.includes('.') ? 'the name of a subsystem has no dot' : undefined),
};
/** Filters compare each ancestor in turn, so there is no one value to transform or to compare with. */
const ANCESTORS = ['transformer', 'field'] as const;
const NO_LEADER = '';

const anyEnvironment = anyAncestor((thread, moment) => environmentText(moment, thread));
/** A condition sees the environment of an ancestor by number only where that ancestor is known; a template, an empty text. */
const ANCESTORS_ENVIRONMENT: FilterForm = {
  notEqual: 'any',
  isFor: (argument) => argument === undefined || (argument.index ?? 0) > 0,
  values(moment, argument) {
    if (argument?.index === undefined) {
      return anyEnvironment.values(moment, argument);
    }
    const thread = ancestor(moment, argument.index);
    return thread && [environmentText(moment, thread)];
  },
};

function unlessUnknown(id: number): number | undefined {
  return id === -1 ? undefined : id;
}

function openDescriptors(thread: Thread, moment: Moment): number {
  return moment.world.mainThreadOf(thread)?.fds.size ?? 0;
}

// prettier-ignore
const EXECUTABLE: readonly FieldRow[] = [
  { name: 'proc.exe', type: 'charbuf', subject: 'thread', doc: 'First word of the command line (argv[0]), which the caller chooses.',
    read: ofThread((thread) => thread.exe) },
  { name: 'proc.pexe', type: 'charbuf', subject: 'lineage', doc: '`proc.exe` of the parent process.',
    read: ofParent((thread) => thread.exe) },
  { name: 'proc.aexe', type: 'charbuf', subject: 'lineage', argument: GENERATION, refuses: ANCESTORS, filter: anyAncestor((thread) => thread.exe),
    doc: '`proc.exe` of an ancestor: [1] is the parent; without a number, of all of them.',
    read: ofAncestors((thread) => thread.exe) },
  { name: 'proc.exepath', type: 'charbuf', subject: 'thread', absent: '', doc: 'Full path of the executable, symbolic links resolved.',
    read: ofThread((thread) => thread.exepath) },
  { name: 'proc.pexepath', type: 'charbuf', subject: 'lineage', doc: '`proc.exepath` of the parent process.',
    read: ofParent((thread) => thread.exepath) },
  { name: 'proc.aexepath', type: 'charbuf', subject: 'lineage', argument: GENERATION, refuses: ANCESTORS, filter: anyAncestor((thread) => thread.exepath),
    doc: '`proc.exepath` of an ancestor: [1] is the parent; without a number, of all of them.',
    read: ofAncestors((thread) => thread.exepath) },
  { name: 'proc.name', type: 'charbuf', subject: 'thread', doc: 'Name of the process as the kernel keeps it: at most 15 bytes.',
    read: (moment) => moment.thread?.comm },
  { name: 'proc.pname', type: 'charbuf', subject: 'lineage', doc: '`proc.name` of the parent process.',
    read: ofParent((thread) => thread.comm) },
  { name: 'proc.aname', type: 'charbuf', subject: 'lineage', argument: GENERATION, refuses: ANCESTORS, filter: anyAncestor((thread) => thread.comm),
    doc: '`proc.name` of an ancestor: [1] is the parent; without a number, of all of them.',
    read: ofAncestors((thread) => thread.comm) },
  { name: 'proc.args', type: 'charbuf', subject: 'thread', argument: GENERATION, absent: '', doc: 'Words of the command line behind the first; [0] is the first of these.',
    read: ofThread((thread) => argumentsText(thread)),
    bind: (argument) => {
      const index = argument?.index;
      return index === undefined
        ? (moment) => moment.thread && argumentsText(moment.thread)
        : (moment) => moment.thread && (splitList(moment.thread.args)[index] ?? '');
    } },
  { name: 'proc.aargs', type: 'charbuf', subject: 'lineage', argument: GENERATION, doc: '`proc.args` of an ancestor: [1] is the parent; without a number, of all of them.',
    read: ofAncestors(argumentsText) },
  { name: 'proc.cmdline', type: 'charbuf', subject: 'thread', doc: 'Name and arguments of the process.',
    read: ofThread(commandLine) },
  { name: 'proc.pcmdline', type: 'charbuf', subject: 'lineage', doc: '`proc.cmdline` of the parent process.',
    read: ofParent(commandLine) },
  { name: 'proc.acmdline', type: 'charbuf', subject: 'lineage', argument: GENERATION, refuses: ANCESTORS, filter: anyAncestor(commandLine),
    doc: '`proc.cmdline` of an ancestor: [1] is the parent; without a number, of all of them.',
    read: ofAncestors(commandLine) },
  { name: 'proc.cmdnargs', type: 'uint64', subject: 'thread', doc: 'Number of words of the command line behind the first.',
    read: ofThread((thread) => splitList(thread.args).length) },
  { name: 'proc.cmdlenargs', type: 'uint64', subject: 'thread', doc: 'Bytes of these words, blanks between them not counted.',
    read: ofThread((thread) => thread.args.replaceAll('\0', '').length) },
  { name: 'proc.exeline', type: 'charbuf', subject: 'thread', doc: 'The command line with its first word instead of the name.',
    read: ofThread(executableLine) },
  { name: 'proc.env', type: 'charbuf', subject: 'thread', argument: NUMBER_OR_NAME, absent: '', doc: 'Environment of the process, or the value of one variable: proc.env[PATH].',
    read: (moment, argument) => {
      const { thread } = moment;
      if (thread === undefined) {
        return undefined;
      }
      return argument === undefined || argument.index !== undefined
        ? environmentText(moment, thread)
        : environmentVariable(moment, thread, argument.text);
    } },
  { name: 'proc.aenv', type: 'charbuf', subject: 'lineage', argument: NUMBER_OR_NAME, refuses: ANCESTORS, absent: '',
    doc: 'Environment of an ancestor by number, or the value of a variable in the nearest ancestor that has it.',
    filter: ANCESTORS_ENVIRONMENT,
    read: (moment, argument) => {
      const { thread } = moment;
      if (thread === undefined) {
        return undefined;
      }
      if (argument === undefined || argument.index === 0) {
        return environmentText(moment, thread);
      }
      return argument.index === undefined
        ? inheritedVariable(moment, argument.text)
        : environmentOfAncestor(moment, argument.index);
    } },
  { name: 'proc.cwd', type: 'charbuf', subject: 'thread', absent: '', doc: 'Working directory of the process, with a slash at the end.',
    read: ofThread((thread, moment) => moment.world.cwdOf(thread)) },
];

// prettier-ignore
const IDENTITY: readonly FieldRow[] = [
  { name: 'proc.loginshellid', type: 'int64', subject: 'lineage', doc: 'Process id of the oldest shell among the process and its ancestors.',
    read: loginShell },
  { name: 'proc.tty', type: 'uint32', subject: 'thread', absent: '0', doc: 'Number of the controlling terminal; 0 without one.',
    read: ofThread((thread) => thread.tty) },
  { name: 'proc.pid', type: 'int64', subject: 'thread', doc: 'Process id.',
    read: ofThread((thread) => processId(thread.pid)) },
  { name: 'proc.ppid', type: 'int64', subject: 'lineage', doc: 'Process id of the parent.',
    read: ofParent((thread) => processId(thread.pid)) },
  { name: 'proc.apid', type: 'int64', subject: 'lineage', argument: GENERATION, refuses: ANCESTORS, filter: anyAncestor((thread) => thread.pid),
    doc: 'Process id of an ancestor: [1] is the parent; without a number, the process itself (filters: any ancestor).',
    read: (moment, argument) => {
      const thread = ancestor(moment, argument?.index ?? 0);
      return thread && processId(thread.pid);
    } },
  { name: 'proc.vpid', type: 'int64', subject: 'thread', doc: 'Process id inside its pid namespace.',
    read: ofThread((thread) => unlessUnknown(thread.vpid)) },
  { name: 'proc.pvpid', type: 'int64', subject: 'lineage', doc: 'Process id of the parent inside its pid namespace.',
    read: ofThread((thread, moment) => moment.world.thread(thread.ptid)?.vpid) },
  { name: 'proc.sid', type: 'int64', subject: 'thread', absent: '-1', doc: 'Session id of the process.',
    read: ofThread((thread) => thread.sid) },
  { name: 'proc.sname', type: 'charbuf', subject: 'event', absent: NO_LEADER, doc: 'Name of the session leader.',
    read: ofLeader('sid', (leader) => leader.comm) },
  { name: 'proc.sid.exe', type: 'charbuf', subject: 'event', absent: NO_LEADER, doc: '`proc.exe` of the session leader.',
    read: ofLeader('sid', (leader) => leader.exe) },
  { name: 'proc.sid.exepath', type: 'charbuf', subject: 'event', absent: NO_LEADER, doc: '`proc.exepath` of the session leader.',
    read: ofLeader('sid', (leader) => leader.exepath) },
  { name: 'proc.vpgid', type: 'int64', subject: 'thread', absent: '-1', doc: 'Process group id inside its pid namespace.',
    read: ofThread((thread) => thread.vpgid) },
  { name: 'proc.vpgid.name', type: 'charbuf', subject: 'event', absent: NO_LEADER, doc: 'Name of the process group leader, found by `proc.vpgid`.',
    read: ofLeader('vpgid', (leader) => leader.comm) },
  { name: 'proc.vpgid.exe', type: 'charbuf', subject: 'event', absent: NO_LEADER, doc: '`proc.exe` of the process group leader, found by `proc.vpgid`.',
    read: ofLeader('vpgid', (leader) => leader.exe) },
  { name: 'proc.vpgid.exepath', type: 'charbuf', subject: 'event', absent: NO_LEADER, doc: '`proc.exepath` of the process group leader, found by `proc.vpgid`.',
    read: ofLeader('vpgid', (leader) => leader.exepath) },
  { name: 'proc.pgid', type: 'int64', subject: 'thread', absent: '-1', doc: 'Process group id as the host sees it.',
    read: ofThread((thread) => thread.pgid) },
  { name: 'proc.pgid.name', type: 'charbuf', subject: 'event', absent: NO_LEADER, doc: 'Name of the process group leader, found by `proc.pgid`.',
    read: ofLeader('pgid', (leader) => leader.comm) },
  { name: 'proc.pgid.exe', type: 'charbuf', subject: 'event', absent: NO_LEADER, doc: '`proc.exe` of the process group leader, found by `proc.pgid`.',
    read: ofLeader('pgid', (leader) => leader.exe) },
  { name: 'proc.pgid.exepath', type: 'charbuf', subject: 'event', absent: NO_LEADER, doc: '`proc.exepath` of the process group leader, found by `proc.pgid`.',
    read: ofLeader('pgid', (leader) => leader.exepath) },
  { name: 'proc.is_sid_leader', type: 'bool', subject: 'thread', doc: 'Whether the process leads its session.',
    read: ofThread((thread) => thread.sid === thread.vpid) },
  { name: 'proc.is_vpgid_leader', type: 'bool', subject: 'thread', doc: 'Whether the process leads its process group, by the ids inside its pid namespace.',
    read: ofThread((thread) => thread.vpgid === thread.vpid) },
  { name: 'proc.is_pgid_leader', type: 'bool', subject: 'thread', doc: 'Whether the process leads its process group, by the ids of the host.',
    read: ofThread((thread) => thread.pgid === thread.pid) },
];

// prettier-ignore
const LIFE: readonly FieldRow[] = [
  { name: 'proc.duration', type: 'reltime', subject: 'event', doc: 'Nanoseconds since the process began; absent if it began before the capture.',
    read: ofThread((thread, moment) => ageAt(moment, thread)) },
  { name: 'proc.ppid.duration', type: 'reltime', subject: 'event', doc: 'Nanoseconds since the parent process began; absent if it began before the capture.',
    read: ofParent((thread, moment) => ageAt(moment, thread)) },
  { name: 'proc.pid.ts', type: 'reltime', subject: 'thread', doc: 'When the process began, in nanoseconds since the epoch; absent if it was before the capture.',
    read: ofThread((thread) => unlessZero(startTime(thread))) },
  { name: 'proc.ppid.ts', type: 'reltime', subject: 'lineage', absent: '0', doc: 'When the parent process began, in nanoseconds since the epoch; 0 if it was before the capture.',
    read: ofThread((thread, moment) => {
      const parent = moment.world.thread(thread.ptid);
      return parent && startTime(parent);
    }) },
  { name: 'proc.is_exe_writable', type: 'bool', subject: 'thread', doc: 'Whether the user of the process may write its executable.',
    read: ofThread((thread) => thread.isExeWritable) },
  { name: 'proc.is_exe_upper_layer', type: 'bool', subject: 'thread', doc: 'Whether the executable lies in the upper layer of an overlay file system, so was not in the image.',
    read: ofThread((thread) => thread.isExeUpperLayer) },
  { name: 'proc.is_exe_lower_layer', type: 'bool', subject: 'thread', doc: 'Whether the executable lies in the lower layer of an overlay file system.',
    read: ofThread((thread) => thread.isExeLowerLayer) },
  { name: 'proc.is_exe_from_memfd', type: 'bool', subject: 'thread', doc: 'Whether the executable exists in memory only (memfd_create).',
    read: ofThread((thread) => thread.isExeFromMemfd) },
  { name: 'proc.exe_ino', type: 'int64', subject: 'thread', doc: 'Inode of the executable.',
    read: ofThread((thread) => unlessZero(thread.exeInode)) },
  { name: 'proc.exe_ino.ctime', type: 'abstime', subject: 'thread', doc: 'When the inode of the executable last changed, in nanoseconds since the epoch.',
    read: ofThread((thread) => unlessZero(thread.exeInodeCtime)) },
  { name: 'proc.exe_ino.mtime', type: 'abstime', subject: 'thread', doc: 'When the executable was last written, in nanoseconds since the epoch.',
    read: ofThread((thread) => unlessZero(thread.exeInodeMtime)) },
  { name: 'proc.exe_ino.ctime_duration_proc_start', type: 'abstime', subject: 'thread', doc: 'Nanoseconds from the change of the executable to the start of the process.',
    read: ofThread((thread) => unlessZero(thread.exeInodeCtimeToCloneNs)) },
  { name: 'proc.exe_ino.ctime_duration_pidns_start', type: 'abstime', subject: 'thread', doc: 'Nanoseconds from the start of the pid namespace to the change of the executable, if that came later.',
    read: ofThread((thread) => unlessZero(thread.pidnsStartToExeInodeCtimeNs)) },
  { name: 'proc.pidns_init_start_ts', type: 'uint64', subject: 'thread', doc: 'When the first process of the pid namespace began, in nanoseconds since the epoch.',
    read: ofThread((thread) => unlessZero(thread.pidnsInitStart)) },
  { name: 'thread.cap_permitted', type: 'charbuf', subject: 'thread', absent: '', doc: 'Capabilities that the thread may use.',
    read: ofThread((thread) => capabilitiesText(thread.capPermitted)) },
  { name: 'thread.cap_inheritable', type: 'charbuf', subject: 'thread', absent: '', doc: 'Capabilities that the thread hands on through exec.',
    read: ofThread((thread) => capabilitiesText(thread.capInheritable)) },
  { name: 'thread.cap_effective', type: 'charbuf', subject: 'thread', absent: '', doc: 'Capabilities that the kernel checks.',
    read: ofThread((thread) => capabilitiesText(thread.capEffective)) },
];

// prettier-ignore
const RESOURCES: readonly FieldRow[] = [
  { name: 'proc.fdopencount', type: 'uint64', subject: 'event', absent: '0', doc: 'Number of open descriptors of the process.',
    read: ofThread((thread, moment) => openDescriptors(thread, moment)) },
  { name: 'proc.fdlimit', type: 'int64', subject: 'thread', absent: '0', doc: 'Number of descriptors that the process may open.',
    read: ofThread((thread, moment) => moment.world.mainThreadOf(thread)?.fdLimit ?? 0) },
  { name: 'proc.fdusage', type: 'double', subject: 'event', absent: '0.0', doc: 'Open descriptors in per cent of the limit.',
    read: ofThread((thread, moment) => {
      const limit = moment.world.mainThreadOf(thread)?.fdLimit ?? 0;
      return limit > 0 ? Math.min(100, (openDescriptors(thread, moment) * 100) / limit) : 0;
    }) },
  { name: 'proc.vmsize', type: 'uint64', subject: 'event', absent: '0', doc: 'Virtual memory of the process in kB.',
    read: ofThread((thread) => thread.vmSizeKb) },
  { name: 'proc.vmrss', type: 'uint64', subject: 'event', absent: '0', doc: 'Resident memory of the process in kB.',
    read: ofThread((thread) => thread.vmRssKb) },
  { name: 'proc.vmswap', type: 'uint64', subject: 'event', absent: '0', doc: 'Swapped memory of the process in kB.',
    read: ofThread((thread) => thread.vmSwapKb) },
  { name: 'thread.pfmajor', type: 'uint64', subject: 'event', absent: '0', doc: 'Page faults of the thread that had to read.',
    read: ofThread((thread) => thread.majorFaults) },
  { name: 'thread.pfminor', type: 'uint64', subject: 'event', absent: '0', doc: 'Page faults of the thread that had not to read.',
    read: ofThread((thread) => thread.minorFaults) },
  { name: 'thread.tid', type: 'int64', subject: 'event', doc: 'Thread id.',
    read: (moment) => processId(moment.event.tid) },
  { name: 'thread.ismain', type: 'bool', subject: 'thread', doc: 'Whether the thread is the main one of its process.',
    read: ofThread((thread) => thread.isMain) },
  { name: 'thread.vtid', type: 'int64', subject: 'thread', doc: 'Thread id inside its pid namespace.',
    read: ofThread((thread) => unlessUnknown(thread.vtid)) },
  { name: 'thread.exectime', type: 'reltime', subject: 'event', absent: '0', doc: 'Always 0: processor time between switches is measured on a live machine only.',
    read: () => 0 },
  { name: 'thread.totexectime', type: 'reltime', subject: 'event', absent: '0', doc: 'Sum of `thread.exectime` of the thread: always 0 here.',
    read: ofThread(() => 0) },
  { name: 'thread.cgroups', type: 'charbuf', subject: 'thread', doc: 'Control groups of the thread: `subsystem=path`, with blanks between them.',
    read: ofThread((thread) => {
      const groups = parseCgroups(thread.cgroups);
      return groups.length === 0
        ? undefined
        : groups.map(({ subsystem, path }) => `${subsystem}=${path}`).join(' ');
    }) },
  { name: 'thread.cgroup', type: 'charbuf', subject: 'thread', argument: SUBSYSTEM, doc: 'Control group of the thread for one subsystem: thread.cgroup.cpu.',
    read: (moment, argument) =>
      moment.thread &&
      parseCgroups(moment.thread.cgroups).find(({ subsystem }) => subsystem === argument?.text)?.path },
  { name: 'proc.nthreads', type: 'uint64', subject: 'event', absent: '0', doc: 'Number of threads of the process that are alive.',
    read: ofThread((thread) => thread.group?.aliveCount ?? 0) },
  { name: 'proc.nchilds', type: 'uint64', subject: 'event', absent: '0', doc: 'The same without the main thread.',
    read: ofThread((thread, moment) => {
      const { group } = thread;
      if (group === undefined) {
        return 0;
      }
      const main = moment.world.mainThreadOf(thread);
      return main === undefined || main.isDead ? group.aliveCount : group.aliveCount - 1;
    }) },
  { name: 'thread.cpu', type: 'double', subject: 'event', doc: 'For procinfo events: processor time of the thread since the last one, at most 100.',
    read: (moment) => processorShare(moment, true, true) },
  { name: 'thread.cpu.user', type: 'double', subject: 'event', doc: 'The part of `thread.cpu` outside the kernel.',
    read: (moment) => processorShare(moment, true, false) },
  { name: 'thread.cpu.system', type: 'double', subject: 'event', doc: 'The part of `thread.cpu` inside the kernel.',
    read: (moment) => processorShare(moment, false, true) },
  { name: 'thread.vmsize', type: 'uint64', subject: 'event', absent: '0', doc: '`proc.vmsize` for a main thread, 0 for others.',
    read: ofThread((thread) => (thread.isMain ? thread.vmSizeKb : 0)) },
  { name: 'thread.vmrss', type: 'uint64', subject: 'event', absent: '0', doc: '`proc.vmrss` for a main thread, 0 for others.',
    read: ofThread((thread) => (thread.isMain ? thread.vmRssKb : 0)) },
];

// prettier-ignore
const STANDARD_FDS: readonly FieldRow[] = [
  { name: 'proc.stdin.type', type: 'charbuf', subject: 'event', doc: '`fd.type` of descriptor 0.', read: ofStandardFd(0, 'type') },
  { name: 'proc.stdout.type', type: 'charbuf', subject: 'event', doc: '`fd.type` of descriptor 1.', read: ofStandardFd(1, 'type') },
  { name: 'proc.stderr.type', type: 'charbuf', subject: 'event', doc: '`fd.type` of descriptor 2.', read: ofStandardFd(2, 'type') },
  { name: 'proc.stdin.name', type: 'charbuf', subject: 'event', doc: '`fd.name` of descriptor 0.', read: ofStandardFd(0, 'name') },
  { name: 'proc.stdout.name', type: 'charbuf', subject: 'event', doc: '`fd.name` of descriptor 1.', read: ofStandardFd(1, 'name') },
  { name: 'proc.stderr.name', type: 'charbuf', subject: 'event', doc: '`fd.name` of descriptor 2.', read: ofStandardFd(2, 'name') },
];

export const PROCESS_CATALOGUE: Catalogue = {
  name: 'process',
  doc: 'The process and thread that the event happened in, and their relatives.',
  sources: ['syscall'],
  rows: [...EXECUTABLE, ...IDENTITY, ...LIFE, ...RESOURCES, ...STANDARD_FDS],
};
