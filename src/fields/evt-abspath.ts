/** `evt.abspath`: paths of the calls that take a directory descriptor. */
import { AT_FDCWD, EVENT, paramsOf, RESULT } from '../events/index.js';
import { joinPath, type Moment } from '../state/index.js';

/** Places of the parameters that hold the directory and the path. */
interface Place {
  readonly directory: number;
  readonly path: number;
}

/** The one path of a call, or its source and destination. */
interface Paths {
  readonly source: Place;
  readonly destination?: Place;
}

const RENAMEAT = paramsOf(EVENT.RENAMEAT_X);
const RENAMEAT2 = paramsOf(EVENT.RENAMEAT2_X);
const LINKAT = paramsOf(EVENT.LINKAT_2_X);
const SYMLINKAT = paramsOf(EVENT.SYMLINKAT_X);
const OPENAT = paramsOf(EVENT.OPENAT_2_X);
const OPENAT2 = paramsOf(EVENT.OPENAT2_X);
const UNLINKAT = paramsOf(EVENT.UNLINKAT_2_X);
const MKDIRAT = paramsOf(EVENT.MKDIRAT_X);
const FCHMODAT = paramsOf(EVENT.FCHMODAT_X);
const FCHOWNAT = paramsOf(EVENT.FCHOWNAT_X);
const BY_HANDLE = paramsOf(EVENT.OPEN_BY_HANDLE_AT_X);

// prettier-ignore
const PATHS: ReadonlyMap<number, Paths> = new Map<number, Paths>([
  [EVENT.RENAMEAT_X, { source: { directory: RENAMEAT.olddirfd, path: RENAMEAT.oldpath }, destination: { directory: RENAMEAT.newdirfd, path: RENAMEAT.newpath } }],
  [EVENT.RENAMEAT2_X, { source: { directory: RENAMEAT2.olddirfd, path: RENAMEAT2.oldpath }, destination: { directory: RENAMEAT2.newdirfd, path: RENAMEAT2.newpath } }],
  [EVENT.LINKAT_2_X, { source: { directory: LINKAT.olddir, path: LINKAT.oldpath }, destination: { directory: LINKAT.newdir, path: LINKAT.newpath } }],
  [EVENT.SYMLINKAT_X, { source: { directory: SYMLINKAT.linkdirfd, path: SYMLINKAT.linkpath } }],
  [EVENT.OPENAT_2_X, { source: { directory: OPENAT.dirfd, path: OPENAT.name } }],
  [EVENT.OPENAT2_X, { source: { directory: OPENAT2.dirfd, path: OPENAT2.name } }],
  [EVENT.UNLINKAT_2_X, { source: { directory: UNLINKAT.dirfd, path: UNLINKAT.name } }],
  [EVENT.MKDIRAT_X, { source: { directory: MKDIRAT.dirfd, path: MKDIRAT.path } }],
  [EVENT.FCHMODAT_X, { source: { directory: FCHMODAT.dirfd, path: FCHMODAT.filename } }],
  [EVENT.FCHOWNAT_X, { source: { directory: FCHOWNAT.dirfd, path: FCHOWNAT.pathname } }],
]);

const UNKNOWN_DIRECTORY = '<UNKNOWN>/';

/**
 * The path made absolute.
 *
 * @param moment - The event and its thread.
 * @param side - `dst` for the destination of a call with two paths.
 */
export function absolutePath(moment: Moment, side: string | undefined): string | undefined {
  const { event, thread } = moment;
  if (thread === undefined) {
    return undefined;
  }
  if (event.code === EVENT.OPEN_BY_HANDLE_AT_X) {
    return (event.signed(RESULT) ?? -1) > 0
      ? joinPath('', event.text(BY_HANDLE.path) ?? '<NA>')
      : undefined;
  }
  const paths = PATHS.get(event.code);
  const place = side === 'dst' ? (paths?.destination ?? paths?.source) : paths?.source;
  return place && absolutePathAt(moment, place);
}

function absolutePathAt(moment: Moment, place: Place): string | undefined {
  const { event } = moment;
  const dirfd = event.signed(place.directory);
  const path = event.text(place.path);
  if (dirfd === undefined || path === undefined) {
    return undefined;
  }
  return joinPath(path.startsWith('/') ? '.' : shownDirectory(moment, dirfd), path);
}

/** As the field shows it: a slash follows every name, also one that ends in a slash, and none. (`state` joins otherwise.) */
function shownDirectory({ world, thread }: Moment, dirfd: number): string {
  if (thread === undefined) {
    return UNKNOWN_DIRECTORY;
  }
  if (dirfd === AT_FDCWD) {
    return world.cwdOf(thread);
  }
  const directory = world.fdTableOf(thread)?.peek(dirfd);
  return directory === undefined ? UNKNOWN_DIRECTORY : `${directory.name}/`;
}
