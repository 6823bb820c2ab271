/** Files: the open family. */
import { EVENT, type Event, type Params } from '../events/index.js';
import { directoryOf } from './directory.js';
import { FD_FLAG, OPEN_FLAG } from './file-descriptor.js';
import type { Handler, HandlerTable } from './handler.js';
import type { Moment } from './moment.js';
import { newDescriptor, openDescriptor } from './new-descriptor.js';
import { NOT_AVAILABLE, numberOf, textOf } from './parameters.js';
import { joinPath } from './path.js';

/** Flags that only the kernel sets: these and all above. */
const KERNEL_FLAGS = ~(OPEN_FLAG.CREATED - 1);
/** Bits of creat's own parameter for what open has in its flags. */
const CREAT_UPPER_LAYER = 1;
const CREAT_LOWER_LAYER = 2;

/** Where an event of the open family keeps what; -1: nowhere. */
interface OpenLayout {
  readonly dirfd: number;
  readonly name: number;
  readonly flags: number;
  readonly dev: number;
}

/** Exit and enter half of each; the inode follows the device number. */
interface OpenCall {
  readonly exit: OpenLayout;
  readonly enter: OpenLayout | undefined;
}

// prettier-ignore
const OPEN: OpenCall = {
  exit: { dirfd: -1, name: 1, flags: 2, dev: 4 },
  enter: { dirfd: -1, name: 0, flags: 1, dev: -1 },
};
// prettier-ignore
const OPENAT: OpenCall = {
  exit: { dirfd: 1, name: 2, flags: 3, dev: 5 },
  enter: { dirfd: 0, name: 1, flags: 2, dev: -1 },
};
// prettier-ignore
const OPENAT2: OpenCall = {
  exit: { dirfd: 1, name: 2, flags: 3, dev: 6 },
  enter: { dirfd: 0, name: 1, flags: 2, dev: -1 },
};
// prettier-ignore
const CREAT: OpenCall = {
  exit: { dirfd: -1, name: 1, flags: -1, dev: 3 },
  enter: { dirfd: -1, name: 0, flags: -1, dev: -1 },
};

function creatFlags(event: Event): number {
  const bits = event.has(3) && event.has(4) ? numberOf(event, 5) : 0;
  return (bits & CREAT_UPPER_LAYER) !== 0
    ? OPEN_FLAG.UPPER_LAYER
    : (bits & CREAT_LOWER_LAYER) !== 0
      ? OPEN_FLAG.LOWER_LAYER
      : 0;
}

/** Where a relative path of this call starts. */
function startOf(moment: Moment, params: Params, dirfdAt: number, name: string): string {
  const { world, thread } = moment;
  if (dirfdAt === -1) {
    return thread === undefined ? '' : world.cwdOf(thread);
  }
  const dirfd = params.signed(dirfdAt);
  return dirfd === undefined ? '' : directoryOf(moment, dirfd, name);
}

/** A file with this path is open as `fd` from now on. */
function openFile(
  moment: Moment,
  paths: readonly [path: string, raw: string],
  flags: number,
  devAt: number,
): void {
  const { event } = moment;
  const fd = event.signed(0) ?? -1;
  const kind = (flags & OPEN_FLAG.DIRECTORY) === 0 ? 'file' : 'directory';
  const file = newDescriptor(fd, kind);
  file.name = paths[0];
  file.rawName = paths[1];
  file.openFlags = flags;
  if (event.has(devAt)) {
    file.dev = numberOf(event, devAt);
  }
  file.setInode(event, devAt + 1);
  if ((flags & OPEN_FLAG.UPPER_LAYER) !== 0) {
    file.flags |= FD_FLAG.UPPER_LAYER;
  }
  if ((flags & OPEN_FLAG.LOWER_LAYER) !== 0) {
    file.flags |= FD_FLAG.LOWER_LAYER;
  }
  if (openDescriptor(moment, file)) {
    moment.isFdNameChanged = file.name !== '';
  }
}

function opening(call: OpenCall): Handler {
  const { exit, enter: enterLayout } = call;
  return (moment) => {
    const { event, thread } = moment;
    const fd = event.signed(0) ?? -1;
    if (fd < 0 || thread === undefined) {
      return;
    }
    let name = textOf(event, exit.name);
    let flags = exit.flags === -1 ? creatFlags(event) : numberOf(event, exit.flags);
    let params: Params = event;
    let dirfdAt = exit.dirfd;
    const { enter } = event;
    // what the program asked for is better known before the call: the path may have been changed since
    if (enter !== undefined && enterLayout !== undefined && enter.has(enterLayout.name)) {
      const asked = textOf(enter, enterLayout.name);
      if (asked !== NOT_AVAILABLE) {
        name = asked;
        params = enter;
        dirfdAt = enterLayout.dirfd;
        flags =
          enterLayout.flags === -1
            ? flags
            : numberOf(enter, enterLayout.flags) | (flags & KERNEL_FLAGS);
      }
    }
    openFile(
      moment,
      [joinPath(startOf(moment, params, dirfdAt, name), name), name],
      flags,
      exit.dev,
    );
  };
}

/** The path is the kernel's, and absolute. */
function openByHandle(moment: Moment): void {
  const { event, thread } = moment;
  if ((event.signed(0) ?? -1) >= 0 && thread !== undefined) {
    const name = textOf(event, 3);
    openFile(moment, [joinPath('', name), name], numberOf(event, 2), 4);
  }
}

export const FILE_HANDLERS: HandlerTable = [
  [EVENT.OPEN_X, opening(OPEN)],
  [EVENT.CREAT_X, opening(CREAT)],
  [EVENT.OPENAT_2_X, opening(OPENAT)],
  [EVENT.OPENAT2_X, opening(OPENAT2)],
  [EVENT.OPEN_BY_HANDLE_AT_X, openByHandle],
];
