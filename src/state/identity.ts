/** Who a thread is and where it stands: users, capabilities, session, limits, directories. */
import { EVENT, paramsOf, RESULT } from '../events/index.js';
import { placeThread } from './containment.js';
import { THREAD_FLAG, type Thread } from './thread.js';
import { makeReaper } from './thread-table.js';
import type { World } from './world.js';
import type { Handler, HandlerTable } from './handler.js';
import type { Moment } from './moment.js';
import { idOf, numberOf, textOf } from './parameters.js';
import { joinPath } from './path.js';

/** As in `getcwd`. */
const CHDIR = paramsOf(EVENT.CHDIR_X);
const CHROOT = paramsOf(EVENT.CHROOT_X);
const CAPSET = paramsOf(EVENT.CAPSET_X);
const PRCTL = paramsOf(EVENT.PRCTL_X);
/** As in `getrlimit`. */
const SETRLIMIT = paramsOf(EVENT.SETRLIMIT_X);
const PRLIMIT = paramsOf(EVENT.PRLIMIT_X);
/** Resource number of the limit of open descriptors. */
const RLIMIT_NOFILE = 7;
const PR_SET_CHILD_SUBREAPER = 36;
const PR_GET_CHILD_SUBREAPER = 37;
/** All 41 capabilities that the reference knows. */
const ALL_CAPABILITIES = (1n << 41n) - 1n;

function hasSucceeded({ event }: Moment): boolean {
  return idOf(event, RESULT) >= 0;
}

/** The effective user id is parameter `index`. */
function userAt(index: number): Handler {
  return (moment) => {
    const uid = moment.event.unsigned(index);
    const { thread } = moment;
    if (moment.event.signed(RESULT) === 0 && uid !== undefined && thread !== undefined) {
      thread.uid = uid;
      moment.world.threadChanged(thread);
    }
  };
}

/** The effective group id is parameter `index`. */
function groupAt(index: number): Handler {
  return (moment) => {
    const gid = moment.event.unsigned(index);
    const { thread } = moment;
    if (moment.event.signed(RESULT) === 0 && gid !== undefined && thread !== undefined) {
      thread.gid = gid;
      moment.world.threadChanged(thread);
    }
  };
}

/** The process goes to `path`, seen from where it is. */
function changeDirectory({ world, thread }: Moment, path: string): void {
  const main = thread === undefined ? undefined : world.mainThreadOf(thread);
  if (main !== undefined) {
    const cwd = joinPath(main.cwd, path);
    main.cwd = cwd.endsWith('/') ? cwd : `${cwd}/`;
    world.threadChanged(main);
  }
}

/** `chdir`, and `getcwd`, which says what we may have missed. */
function enterDirectory(moment: Moment): void {
  if (hasSucceeded(moment)) {
    changeDirectory(moment, textOf(moment.event, CHDIR.path));
  }
}

function enterOpenDirectory(moment: Moment): void {
  if (hasSucceeded(moment) && moment.fd !== undefined) {
    changeDirectory(moment, moment.fd.name);
  }
}

function changeRoot(moment: Moment): void {
  const { world, thread, event } = moment;
  if (event.signed(RESULT) === 0 && thread !== undefined) {
    thread.root = joinPath(world.cwdOf(thread), textOf(event, CHROOT.path));
    placeThread(world, thread);
  }
}

function setSession({ world, thread, event }: Moment): void {
  const session = idOf(event, RESULT);
  if (session >= 0 && thread !== undefined) {
    thread.sid = session;
    world.threadChanged(thread);
  }
}

function setCapabilities(moment: Moment): void {
  const { world, thread, event } = moment;
  if (hasSucceeded(moment) && thread !== undefined) {
    thread.capInheritable = event.unsigned64(CAPSET.cap_inheritable) ?? 0n;
    thread.capPermitted = event.unsigned64(CAPSET.cap_permitted) ?? 0n;
    thread.capEffective = event.unsigned64(CAPSET.cap_effective) ?? 0n;
    world.threadChanged(thread);
  }
}

/** A new user namespace gives all capabilities; its flags are parameter `index`. */
function namespaceAt(index: number): Handler {
  return (moment) => {
    const { world, thread, event } = moment;
    const isNewUser = (numberOf(event, index) & THREAD_FLAG.CLONE_NEWUSER) !== 0;
    if (hasSucceeded(moment) && thread !== undefined && isNewUser) {
      thread.capInheritable = ALL_CAPABILITIES;
      thread.capPermitted = ALL_CAPABILITIES;
      thread.capEffective = ALL_CAPABILITIES;
      world.threadChanged(thread);
    }
  };
}

function setSubreaper(moment: Moment): void {
  const { world, thread, event } = moment;
  const option = event.unsigned(PRCTL.option);
  const isAboutReaping = option === PR_SET_CHILD_SUBREAPER || option === PR_GET_CHILD_SUBREAPER;
  if (hasSucceeded(moment) && isAboutReaping && thread?.group !== undefined) {
    makeReaper(world, thread.group, (event.signed(PRCTL.arg2_int) ?? 0) !== 0);
  }
}

/** The process of `thread` may have so many descriptors from now on. */
function limitFiles(world: World, thread: Thread, limit: number): void {
  const main = world.mainThreadOf(thread);
  if (main !== undefined && main.fdLimit !== limit) {
    main.fdLimit = limit;
    world.threadChanged(main);
  }
}

/** `getrlimit` and `setrlimit`: both give the limit. */
function setLimit(moment: Moment): void {
  const { world, thread, event } = moment;
  const limit = idOf(event, SETRLIMIT.cur);
  const isOfFiles = event.unsigned(SETRLIMIT.resource) === RLIMIT_NOFILE;
  if (hasSucceeded(moment) && thread !== undefined && isOfFiles && limit !== -1) {
    limitFiles(world, thread, limit);
  }
}

/** `prlimit` may be about any process; 0 is the caller. */
function setLimitOf({ world, event }: Moment): void {
  const limit = idOf(event, PRLIMIT.newcur);
  const pid = event.signed(PRLIMIT.pid);
  const isOfFiles = event.unsigned(PRLIMIT.resource) === RLIMIT_NOFILE;
  if (event.signed(RESULT) !== 0 || !isOfFiles || limit === -1 || pid === undefined) {
    return;
  }
  const thread = world.threads.get(pid === 0 ? event.tid : pid);
  if (thread?.isPlaceholder === false) {
    limitFiles(world, thread, limit);
  }
}

export const IDENTITY_HANDLERS: HandlerTable = [
  [EVENT.SETRESUID_X, userAt(paramsOf(EVENT.SETRESUID_X).euid)],
  [EVENT.SETREUID_X, userAt(paramsOf(EVENT.SETREUID_X).euid)],
  [EVENT.SETUID_X, userAt(paramsOf(EVENT.SETUID_X).uid)],
  [EVENT.SETRESGID_X, groupAt(paramsOf(EVENT.SETRESGID_X).egid)],
  [EVENT.SETREGID_X, groupAt(paramsOf(EVENT.SETREGID_X).egid)],
  [EVENT.SETGID_X, groupAt(paramsOf(EVENT.SETGID_X).gid)],
  [EVENT.CHDIR_X, enterDirectory],
  [EVENT.GETCWD_X, enterDirectory],
  [EVENT.FCHDIR_X, enterOpenDirectory],
  [EVENT.CHROOT_X, changeRoot],
  [EVENT.SETSID_X, setSession],
  [EVENT.CAPSET_X, setCapabilities],
  [EVENT.UNSHARE_X, namespaceAt(paramsOf(EVENT.UNSHARE_X).flags)],
  [EVENT.SETNS_X, namespaceAt(paramsOf(EVENT.SETNS_X).nstype)],
  [EVENT.PRCTL_X, setSubreaper],
  [EVENT.GETRLIMIT_X, setLimit],
  [EVENT.SETRLIMIT_X, setLimit],
  [EVENT.PRLIMIT_X, setLimitOf],
];
