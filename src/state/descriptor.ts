/** Descriptors of every other kind: made, copied, closed. */
import { EVENT, paramsOf, RESULT } from '../events/index.js';
import type { FdKind } from './fd-kind.js';
import type { FdTable } from './fd-table.js';
import type { FileDescriptor } from './file-descriptor.js';
import type { Handler, HandlerTable } from './handler.js';
import { countClose } from './ledger.js';
import type { Moment } from './moment.js';
import { newDescriptor, openDescriptor } from './new-descriptor.js';
import { idOf, numberOf, textOf } from './parameters.js';
import { OPEN_FLAG } from './file-descriptor.js';
import { SocketTuple } from './socket-tuple.js';
import { THREAD_FLAG } from './thread.js';

const EPOLL_CREATE1 = paramsOf(EVENT.EPOLL_CREATE1_X);
const MEMFD_CREATE = paramsOf(EVENT.MEMFD_CREATE_X);
const PIDFD_OPEN = paramsOf(EVENT.PIDFD_OPEN_X);
const PIDFD_GETFD = paramsOf(EVENT.PIDFD_GETFD_X);
/** `pipe` has the same but for the flags. */
const PIPE2 = paramsOf(EVENT.PIPE2_X);
const SOCKETPAIR = paramsOf(EVENT.SOCKETPAIR_X);
const DUP3 = paramsOf(EVENT.DUP3_X);
const FCNTL = paramsOf(EVENT.FCNTL_X);
const CLOSE_RANGE = paramsOf(EVENT.CLOSE_RANGE_X);

const F_DUPFD = 1;
const F_SETFD = 3;
const F_DUPFD_CLOEXEC = 26;
/** Commands of fcntl that change something here, as captures encode them. */
export const CHANGING_COMMANDS: ReadonlySet<number> = new Set([F_DUPFD, F_SETFD, F_DUPFD_CLOEXEC]);
const FD_CLOEXEC = 1;
const CLOSE_RANGE_CLOEXEC = 4;
const EPOLL_CLOEXEC = 1;

function resultOf({ event }: Moment): number {
  return idOf(event, RESULT);
}

/** A call that makes a descriptor of `kind`; its flags, if it has any, are parameter `flagsAt`. */
function making(kind: FdKind, flagsAt = -1): Handler {
  return (moment) => {
    const fd = resultOf(moment);
    if (fd >= 0) {
      const made = newDescriptor(fd, kind);
      made.openFlags = flagsAt === -1 ? 0 : numberOf(moment.event, flagsAt);
      openDescriptor(moment, made);
    }
  };
}

function epollCreate1(moment: Moment): void {
  const fd = resultOf(moment);
  if (fd >= 0) {
    const made = newDescriptor(fd, 'eventpoll');
    made.setClosedOnExec((numberOf(moment.event, EPOLL_CREATE1.flags) & EPOLL_CLOEXEC) !== 0);
    openDescriptor(moment, made);
  }
}

/** The event is about a new descriptor that has a name. */
function openNamed(moment: Moment, made: FileDescriptor): void {
  if (openDescriptor(moment, made)) {
    moment.isFdNameChanged = made.hasName;
  }
}

function memfdCreate(moment: Moment): void {
  const fd = resultOf(moment);
  if (fd >= 0) {
    const made = newDescriptor(fd, 'memfd');
    made.name = textOf(moment.event, MEMFD_CREATE.name);
    made.openFlags = numberOf(moment.event, MEMFD_CREATE.flags);
    openNamed(moment, made);
  }
}

function pidfdOpen(moment: Moment): void {
  const fd = resultOf(moment);
  if (fd >= 0) {
    const made = newDescriptor(fd, 'pidfd');
    made.pid = moment.event.signed(PIDFD_OPEN.pid) ?? 0;
    made.name = `/proc/${made.pid}`;
    made.openFlags = numberOf(moment.event, PIDFD_OPEN.flags);
    openNamed(moment, made);
  }
}

/** A copy of another process's descriptor, which always is closed on exec. */
function pidfdGetfd(moment: Moment): void {
  const { world, thread, event } = moment;
  const fd = resultOf(moment);
  const table = thread === undefined ? undefined : world.fdTableOf(thread);
  const pidfd = table?.peek(idOf(event, PIDFD_GETFD.pid_fd));
  const target = pidfd?.kind === 'pidfd' ? world.threads.get(pidfd.pid) : undefined;
  const number = idOf(event, PIDFD_GETFD.target_fd);
  const original = target === undefined ? undefined : world.fdTableOf(target)?.peek(number);
  if (fd >= 0 && original !== undefined) {
    const copy = original.copy(fd);
    copy.setClosedOnExec(true);
    openDescriptor(moment, copy);
  }
}

function pipe(moment: Moment): void {
  const { event } = moment;
  if (resultOf(moment) < 0) {
    return;
  }
  const flags = event.code === EVENT.PIPE2_X ? numberOf(event, PIPE2.flags) : 0;
  for (const index of [PIPE2.fd1, PIPE2.fd2]) {
    const end = newDescriptor(idOf(event, index), 'pipe');
    if (end.number >= 0) {
      end.openFlags = flags;
      end.setInode(event, PIPE2.ino);
      openDescriptor(moment, end);
    }
  }
}

/** The event is about the first of the two ends; the thread's last descriptor is the second. */
function socketpair(moment: Moment): void {
  const { event } = moment;
  const first = idOf(event, SOCKETPAIR.fd1);
  const second = idOf(event, SOCKETPAIR.fd2);
  if (resultOf(moment) < 0 || first === second || first < 0 || second < 0) {
    return;
  }
  const end = newDescriptor(first, 'unix');
  end.tuple = new SocketTuple();
  const { source, peer } = SOCKETPAIR;
  end.tuple.setUnix(event.unsigned64(source) ?? 0n, event.unsigned64(peer) ?? 0n);
  const other = end.copy(second);
  openDescriptor(moment, end);
  const { fd } = moment;
  openDescriptor(moment, other);
  moment.fd = fd;
}

/** Another number for the descriptor that the event is about. */
function duplicate(moment: Moment, fd: number, isClosedOnExec: boolean): void {
  if (moment.fd !== undefined && fd >= 0) {
    const copy = moment.fd.copy(fd);
    copy.setClosedOnExec(isClosedOnExec);
    openDescriptor(moment, copy);
  }
}

function dup(moment: Moment): void {
  const { thread, event } = moment;
  const fd = resultOf(moment);
  if (thread === undefined || fd < 0 || moment.fd === undefined) {
    return;
  }
  if (fd === 0) {
    thread.flags |= THREAD_FLAG.PIPE_DESTINATION;
  } else if (fd === 1) {
    thread.flags |= THREAD_FLAG.PIPE_SOURCE;
  }
  const flags = event.code === EVENT.DUP3_X ? numberOf(event, DUP3.flags) : 0;
  duplicate(moment, fd, (flags & OPEN_FLAG.CLOEXEC) !== 0);
}

function fcntl(moment: Moment): void {
  const { event, fd } = moment;
  const result = resultOf(moment);
  if (result < 0 || fd === undefined) {
    return;
  }
  const command = event.unsigned(FCNTL.cmd);
  if (command === F_SETFD) {
    fd.setClosedOnExec((numberOf(event, FCNTL.arg) & FD_CLOEXEC) !== 0);
  } else if (command === F_DUPFD || command === F_DUPFD_CLOEXEC) {
    duplicate(moment, result, command === F_DUPFD_CLOEXEC);
  }
}

/** The descriptor goes before the next event, so that this one can still be asked about it. */
function close(moment: Moment): void {
  const { world, thread, fd } = moment;
  if (resultOf(moment) >= 0 && fd !== undefined && thread !== undefined) {
    world.closedBy = thread;
    world.closedFd = thread.lastEventFd;
    countClose(world, thread, fd, moment.event);
  }
}

function closeRange(moment: Moment): void {
  const { world, thread, event } = moment;
  const table: FdTable | undefined = thread === undefined ? undefined : world.fdTableOf(thread);
  if (resultOf(moment) < 0 || table === undefined) {
    return;
  }
  const first = numberOf(event, CLOSE_RANGE.first);
  const last = numberOf(event, CLOSE_RANGE.last);
  if ((numberOf(event, CLOSE_RANGE.flags) & CLOSE_RANGE_CLOEXEC) !== 0) {
    table.markRange(first, last);
  } else {
    table.closeRange(first, last);
  }
}

export const DESCRIPTOR_HANDLERS: HandlerTable = [
  [EVENT.EVENTFD_X, making('event')],
  [EVENT.EVENTFD2_X, making('event', paramsOf(EVENT.EVENTFD2_X).flags)],
  [EVENT.SIGNALFD_X, making('signalfd')],
  [EVENT.SIGNALFD4_X, making('signalfd', paramsOf(EVENT.SIGNALFD4_X).flags)],
  [EVENT.TIMERFD_CREATE_X, making('timerfd', paramsOf(EVENT.TIMERFD_CREATE_X).flags)],
  [EVENT.INOTIFY_INIT_X, making('inotify')],
  [EVENT.INOTIFY_INIT1_X, making('inotify', paramsOf(EVENT.INOTIFY_INIT1_X).flags)],
  [EVENT.BPF_2_X, making('bpf')],
  [EVENT.USERFAULTFD_X, making('userfaultfd')],
  [EVENT.IO_URING_SETUP_X, making('io_uring')],
  [EVENT.EPOLL_CREATE_X, making('eventpoll')],
  [EVENT.EPOLL_CREATE1_X, epollCreate1],
  [EVENT.MEMFD_CREATE_X, memfdCreate],
  [EVENT.PIDFD_OPEN_X, pidfdOpen],
  [EVENT.PIDFD_GETFD_X, pidfdGetfd],
  [EVENT.PIPE_X, pipe],
  [EVENT.PIPE2_X, pipe],
  [EVENT.SOCKETPAIR_X, socketpair],
  [EVENT.DUP_1_X, dup],
  [EVENT.DUP2_X, dup],
  [EVENT.DUP3_X, dup],
  [EVENT.FCNTL_X, fcntl],
  [EVENT.CLOSE_X, close],
  [EVENT.CLOSE_RANGE_X, closeRange],
];
