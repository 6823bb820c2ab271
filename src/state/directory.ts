/** Directories that relative paths start from. */
import { AT_FDCWD } from '../events/index.js';
import type { Moment } from './moment.js';

/** What the reference puts before a path whose directory it does not know. */
export const UNKNOWN_DIRECTORY = '<UNKNOWN>';

/**
 * The directory that `path` is relative to, ending in `/`.
 *
 * `dirfd` is a descriptor of the event's thread, or -100 for its working directory. `path` is only looked at to
 * see whether it is absolute; then the answer is `.`.
 */
export function directoryOf(moment: Moment, dirfd: number, path: string): string {
  return path.startsWith('/') ? '.' : directoryAt(moment, dirfd);
}

/** The directory that relative paths of a call with this `dirfd` start from. */
export function directoryAt({ world, thread }: Moment, dirfd: number): string {
  if (thread === undefined) {
    return UNKNOWN_DIRECTORY;
  }
  if (dirfd === AT_FDCWD) {
    return world.cwdOf(thread);
  }
  const directory = world.fdTableOf(thread)?.peek(dirfd);
  return directory === undefined ? UNKNOWN_DIRECTORY : world.paths.startIn(directory.name);
}
