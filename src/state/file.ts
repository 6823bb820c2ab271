/** Files: the open family. */
import { EVENT, paramsOf, RESULT, type Event, type Params } from '../events/index.js';
import { directoryAt } from './directory.js';
import { FD_FLAG, OPEN_FLAG, type FileDescriptor } from './file-descriptor.js';
import type { Handler, HandlerTable } from './handler.js';
import type { Moment } from './moment.js';
import { newDescriptor, openDescriptor } from './new-descriptor.js';
import { idOf, NOT_AVAILABLE, numberOf, textOf } from './parameters.js';
import { joinPath } from './path.js';

/** As constants of this module, for speed; see `scap-reader.ts`. */
const { CREATED, DIRECTORY, UPPER_LAYER, LOWER_LAYER } = OPEN_FLAG;
const OF_UPPER_LAYER = FD_FLAG.UPPER_LAYER;
const OF_LOWER_LAYER = FD_FLAG.LOWER_LAYER;
/** Flags that only the kernel sets: these and all above. */
const KERNEL_FLAGS = ~(CREATED - 1);
const SLASH = 0x2f;
/** Bits of creat's own parameter for what open has in its flags. */
const CREAT_UPPER_LAYER = 1;
const CREAT_LOWER_LAYER = 2;

/** Where an event of the open family keeps what; -1: nowhere. */
interface OpenLayout {
  readonly dirfd: number;
  readonly name: number;
  readonly flags: number;
  readonly dev: number;
  readonly ino: number;
}

/** Exit and enter half of each. */
interface OpenCall {
  readonly exit: OpenLayout;
  readonly enter: OpenLayout;
  /** Whether the reference takes the device only where the inode, which later recorders added, is there too. */
  readonly isDevWithInode: boolean;
}

/** Of one shape for all calls: the hot path reads layouts at each open. */
function layoutOf(params: Partial<OpenLayout>): OpenLayout {
  const { dirfd = -1, name = -1, flags = -1, dev = -1, ino = -1 } = params;
  return { dirfd, name, flags, dev, ino };
}

const CREAT_PARAMS = paramsOf(EVENT.CREAT_X);
const OPEN: OpenCall = {
  exit: layoutOf(paramsOf(EVENT.OPEN_X)),
  enter: layoutOf(paramsOf(EVENT.OPEN_E)),
  isDevWithInode: false,
};
const OPENAT: OpenCall = {
  exit: layoutOf(paramsOf(EVENT.OPENAT_2_X)),
  enter: layoutOf(paramsOf(EVENT.OPENAT_2_E)),
  isDevWithInode: true,
};
const OPENAT2: OpenCall = {
  exit: layoutOf(paramsOf(EVENT.OPENAT2_X)),
  enter: layoutOf(paramsOf(EVENT.OPENAT2_E)),
  isDevWithInode: true,
};
const CREAT: OpenCall = {
  exit: layoutOf(CREAT_PARAMS),
  enter: layoutOf(paramsOf(EVENT.CREAT_E)),
  isDevWithInode: false,
};
const BY_HANDLE = paramsOf(EVENT.OPEN_BY_HANDLE_AT_X);

function creatFlags(event: Event): number {
  const { dev, ino, creat_flags: flags } = CREAT_PARAMS;
  const bits = event.has(dev) && event.has(ino) ? numberOf(event, flags) : 0;
  return (bits & CREAT_UPPER_LAYER) !== 0
    ? UPPER_LAYER
    : (bits & CREAT_LOWER_LAYER) !== 0
      ? LOWER_LAYER
      : 0;
}

/** Where a relative path of this call starts; for an absolute one, what the reference adds to its length. */
function startOf(moment: Moment, params: Params, dirfdAt: number, isAbsolute: boolean): string {
  const { world, thread } = moment;
  if (dirfdAt === -1) {
    return thread === undefined ? '' : world.cwdOf(thread);
  }
  const dirfd = params.signed(dirfdAt);
  return dirfd === undefined ? '' : isAbsolute ? '.' : directoryAt(moment, dirfd);
}

/** Where the file lies: on which device, as which inode. */
function placeFile(
  file: FileDescriptor,
  event: Event,
  { dev, ino }: Pick<OpenLayout, 'dev' | 'ino'>,
): void {
  file.dev = numberOf(event, dev);
  file.setInode(event, ino);
}

/** The file is open from now on, under the name that it has got. */
function openFile(moment: Moment, file: FileDescriptor): void {
  const flags = file.openFlags;
  if ((flags & DIRECTORY) !== 0) {
    file.kind = 'directory';
  }
  if ((flags & UPPER_LAYER) !== 0) {
    file.flags |= OF_UPPER_LAYER;
  }
  if ((flags & LOWER_LAYER) !== 0) {
    file.flags |= OF_LOWER_LAYER;
  }
  if (openDescriptor(moment, file)) {
    moment.isFdNameChanged = file.hasName;
  }
}

/** Name the file by a path parameter; `false` if there is none. */
function nameFile(
  moment: Moment,
  file: FileDescriptor,
  params: Params,
  layout: OpenLayout,
): boolean {
  const { paths } = moment.world;
  const { bytes } = params;
  const length = layout.name < params.paramCount ? (params.lengths[layout.name] as number) : 0;
  const at = params.starts[layout.name] as number;
  const isAbsolute = bytes[at] === SLASH;
  const directory = startOf(moment, params, layout.dirfd, isAbsolute);
  if (paths.take(directory, bytes, at, length)) {
    file.takeName(paths);
    return true;
  }
  const raw = textOf(params, layout.name);
  file.rawName = raw;
  file.name = joinPath(directory, raw);
  return raw !== NOT_AVAILABLE;
}

function opening({ exit, enter, isDevWithInode }: OpenCall): Handler {
  return (moment) => {
    const { event } = moment;
    const fd = idOf(event, RESULT);
    if (fd < 0 || moment.thread === undefined) {
      return;
    }
    const file = newDescriptor(fd, 'file');
    file.openFlags = exit.flags === -1 ? creatFlags(event) : numberOf(event, exit.flags);
    // what the program asked for is known better before the call than after it, when it may have changed
    if (event.enter === undefined || !nameFile(moment, file, event.enter, enter)) {
      nameFile(moment, file, event, exit);
    } else if (enter.flags !== -1) {
      file.openFlags = numberOf(event.enter, enter.flags) | (file.openFlags & KERNEL_FLAGS);
    }
    if (!isDevWithInode || event.has(exit.ino)) {
      placeFile(file, event, exit);
    }
    openFile(moment, file);
  };
}

/** The path is the kernel's, and absolute. */
function openByHandle(moment: Moment): void {
  const { event, thread } = moment;
  const fd = idOf(event, RESULT);
  if (fd >= 0 && thread !== undefined) {
    const file = newDescriptor(fd, 'file');
    file.openFlags = numberOf(event, BY_HANDLE.flags);
    file.rawName = textOf(event, BY_HANDLE.path);
    file.name = joinPath('', file.rawName);
    placeFile(file, event, BY_HANDLE);
    openFile(moment, file);
  }
}

export const FILE_HANDLERS: HandlerTable = [
  [EVENT.OPEN_X, opening(OPEN)],
  [EVENT.CREAT_X, opening(CREAT)],
  [EVENT.OPENAT_2_X, opening(OPENAT)],
  [EVENT.OPENAT2_X, opening(OPENAT2)],
  [EVENT.OPEN_BY_HANDLE_AT_X, openByHandle],
];
