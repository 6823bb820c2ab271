/**
 * Fields of the paths that system calls name, as one name for all of them: `fs.path.name` for calls with one
 * path, source and target for calls with two. A table says where each call keeps its paths.
 */
import type { Catalogue, FieldRow } from './field.js';
import { EVENT, paramIndexes, type Event } from '../events/index.js';
import { directoryOf, joinPath, UNKNOWN_DIRECTORY, type Moment } from '../state/index.js';

/** What a path is to its call. */
type Role = 'name' | 'source' | 'target';

/** The directory, ending in a slash, that a relative path of this role starts from. */
type Base = (moment: Moment, role: Role) => string;

interface PathCall {
  /** Names of the parameters that hold the paths; `fd` stands for the descriptor's own path. */
  readonly paths: Partial<Record<Role, string>>;
  /** When the call counts as done: it returned 0, or anything but the descriptor -1. */
  readonly success: 'zero' | 'not-minus-one';
  /** Where relative paths start; the working directory unless said. */
  readonly base?: 'fd' | 'source-fd' | 'fd-itself' | 'renameat2';
}

const one = (name: string, base?: PathCall['base']): PathCall => ({
  paths: { name },
  success: 'zero',
  ...(base === undefined ? {} : { base }),
});
const two = (source: string, target: string, base?: PathCall['base']): PathCall => ({
  paths: { source, target },
  success: 'zero',
  ...(base === undefined ? {} : { base }),
});
const open = (base?: PathCall['base']): PathCall => ({
  ...one('name', base),
  success: 'not-minus-one',
});

const CALLS: ReadonlyMap<number, PathCall> = new Map([
  [EVENT.MKDIR_2_X, one('path')],
  [EVENT.MKDIRAT_X, one('path', 'fd')],
  [EVENT.RMDIR_2_X, one('path')],
  [EVENT.UNLINK_2_X, one('path')],
  [EVENT.UNLINKAT_2_X, one('name', 'fd')],
  [EVENT.OPEN_X, open()],
  [EVENT.OPENAT_2_X, open('fd-itself')],
  [EVENT.OPENAT2_X, open('fd-itself')],
  [EVENT.FCHMODAT_X, one('filename', 'fd')],
  [EVENT.CHMOD_X, one('filename')],
  [EVENT.FCHMOD_X, one('fd')],
  [EVENT.CHOWN_X, one('path')],
  [EVENT.LCHOWN_X, one('path')],
  [EVENT.FCHOWN_X, one('fd')],
  [EVENT.FCHOWNAT_X, one('pathname', 'fd')],
  [EVENT.QUOTACTL_X, one('special')],
  [EVENT.RENAME_X, two('oldpath', 'newpath')],
  [EVENT.RENAMEAT_X, two('oldpath', 'newpath')],
  [EVENT.RENAMEAT2_X, two('oldpath', 'newpath', 'renameat2')],
  [EVENT.LINK_2_X, two('newpath', 'oldpath')],
  [EVENT.LINKAT_2_X, two('newpath', 'oldpath')],
  [EVENT.SYMLINK_X, two('linkpath', 'target')],
  [EVENT.SYMLINKAT_X, two('linkpath', 'target', 'source-fd')],
  [EVENT.MOUNT_X, two('dev', 'dir')],
  [EVENT.UMOUNT_1_X, one('name')],
  [EVENT.UMOUNT2_X, one('name')],
]);

const UNKNOWN = '<NA>';
const RESULTS = paramIndexes('res');
const DESCRIPTORS = paramIndexes('fd');

function isDone({ success }: PathCall, event: Event): boolean {
  const index = (success === 'zero' ? RESULTS : DESCRIPTORS)[event.code] ?? -1;
  const value = index < 0 ? undefined : event.signed(index);
  return success === 'zero' ? value === 0 : value !== undefined && value !== -1;
}

function paramText(event: Event, name: string): string | undefined {
  const index = event.row.params.findIndex((param) => param.name === name);
  if (index < 0 || index >= event.paramCount) {
    return undefined;
  }
  const text = event.text(index);
  return text === undefined || text === '(NULL)' ? UNKNOWN : text;
}

function rawPath(moment: Moment, role: Role): string | undefined {
  const { event, fd } = moment;
  const call = CALLS.get(event.code);
  const param = call?.paths[role];
  if (call === undefined || param === undefined || !isDone(call, event)) {
    return undefined;
  }
  if (param !== 'fd') {
    return paramText(event, param);
  }
  return moment.thread === undefined ? undefined : (fd?.name ?? '');
}

/** The path made absolute; where the directory is not known it begins with `<UNKNOWN>`. */
function fullPath(moment: Moment, role: Role): string | undefined {
  const path = rawPath(moment, role);
  if (path === undefined || moment.thread === undefined) {
    return undefined;
  }
  if (path.startsWith('/')) {
    return joinPath('', path);
  }
  const base = CALLS.get(moment.event.code)?.base;
  return base === 'fd-itself'
    ? joinPath('', moment.fd?.name ?? UNKNOWN_DIRECTORY)
    : joinPath(BASES[base ?? 'cwd'](moment, role), path);
}

const SOURCE_FD = 1;
const TARGET_FD = 3;

/** Where relative paths start. */
const BASES: Readonly<Record<Exclude<PathCall['base'], 'fd-itself' | undefined> | 'cwd', Base>> = {
  cwd: ({ world, thread }) => (thread === undefined ? UNKNOWN_DIRECTORY : world.cwdOf(thread)),
  fd: (moment) => directoryOfFd(moment),
  'source-fd': (moment, role) => (role === 'source' ? directoryOfFd(moment) : UNKNOWN_DIRECTORY),
  renameat2: (moment, role) =>
    directoryOf(moment, moment.event.signed(role === 'target' ? TARGET_FD : SOURCE_FD) ?? -1, ''),
};

/** The event's descriptor as a directory; the reference takes none for the working directory here. */
function directoryOfFd({ fd }: Moment): string {
  if (fd?.kind !== 'directory') {
    return UNKNOWN_DIRECTORY;
  }
  return fd.name === '' || fd.name.endsWith('/') ? fd.name : `${fd.name}/`;
}

const EVENT_TEXT = { type: 'charbuf', subject: 'event' } as const;

// prettier-ignore
const ROWS: readonly FieldRow[] = [
  { name: 'fs.path.name', ...EVENT_TEXT, doc: 'Path that the call works on, made absolute.', read: (moment) => fullPath(moment, 'name') },
  { name: 'fs.path.nameraw', ...EVENT_TEXT, doc: 'The same as the program wrote it.', read: (moment) => rawPath(moment, 'name') },
  { name: 'fs.path.source', ...EVENT_TEXT, doc: 'For calls with two paths (rename, link, symlink, mount): the source, made absolute.', read: (moment) => fullPath(moment, 'source') },
  { name: 'fs.path.sourceraw', ...EVENT_TEXT, doc: 'The same as the program wrote it.', read: (moment) => rawPath(moment, 'source') },
  { name: 'fs.path.target', ...EVENT_TEXT, doc: 'For calls with two paths: the target, made absolute.', read: (moment) => fullPath(moment, 'target') },
  { name: 'fs.path.targetraw', ...EVENT_TEXT, doc: 'The same as the program wrote it.', read: (moment) => rawPath(moment, 'target') },
];

export const FS_PATH_CATALOGUE: Catalogue = {
  name: 'fs.path',
  doc: 'Paths that the system call names.',
  sources: ['syscall'],
  rows: ROWS,
};
