/** `evt.abspath`: paths of the calls that take a directory descriptor. */
import { EVENT } from '../events/index.js';
import { joinPath, type Moment } from '../state/index.js';

/** Names of the parameters that hold the directory and the path. */
type Place = readonly [directory: string, path: string];

/** Places of the one path, or of source and destination. */
const PLACES: ReadonlyMap<number, { readonly source: Place; readonly destination?: Place }> =
  new Map<number, { source: Place; destination?: Place }>([
    [EVENT.RENAMEAT_X, { source: ['olddirfd', 'oldpath'], destination: ['newdirfd', 'newpath'] }],
    [EVENT.RENAMEAT2_X, { source: ['olddirfd', 'oldpath'], destination: ['newdirfd', 'newpath'] }],
    [EVENT.LINKAT_2_X, { source: ['olddir', 'oldpath'], destination: ['newdir', 'newpath'] }],
    [EVENT.SYMLINKAT_X, { source: ['linkdirfd', 'linkpath'] }],
    [EVENT.OPENAT_2_X, { source: ['dirfd', 'name'] }],
    [EVENT.OPENAT2_X, { source: ['dirfd', 'name'] }],
    [EVENT.UNLINKAT_2_X, { source: ['dirfd', 'name'] }],
    [EVENT.MKDIRAT_X, { source: ['dirfd', 'path'] }],
    [EVENT.FCHMODAT_X, { source: ['dirfd', 'filename'] }],
    [EVENT.FCHOWNAT_X, { source: ['dirfd', 'pathname'] }],
  ]);

const AT_FDCWD = -100;
const OPEN_BY_HANDLE_PATH = 3;
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
    return (event.signed(0) ?? -1) > 0
      ? joinPath('', event.text(OPEN_BY_HANDLE_PATH) ?? '<NA>')
      : undefined;
  }
  const places = PLACES.get(event.code);
  const place = side === 'dst' ? (places?.destination ?? places?.source) : places?.source;
  return place && absolutePathAt(moment, place);
}

function absolutePathAt(moment: Moment, [directoryName, pathName]: Place): string | undefined {
  const { event } = moment;
  const indexOf = (wanted: string): number =>
    event.row.params.findIndex(({ name }) => name === wanted);
  const dirfd = event.signed(indexOf(directoryName));
  const path = event.text(indexOf(pathName));
  if (dirfd === undefined || path === undefined) {
    return undefined;
  }
  return joinPath(path.startsWith('/') ? '.' : directoryAt(moment, dirfd), path);
}

function directoryAt({ world, thread }: Moment, dirfd: number): string {
  if (thread === undefined) {
    return UNKNOWN_DIRECTORY;
  }
  if (dirfd === AT_FDCWD) {
    return world.cwdOf(thread);
  }
  const directory = world.fdTableOf(thread)?.get(dirfd);
  return directory === undefined ? UNKNOWN_DIRECTORY : `${directory.name}/`;
}
