/** Directories and addresses at a moment; `state` keeps the facts. */
import type { Moment, Thread, World } from '../state/index.js';

const AT_FDCWD = -100;

export function directoryOf({ world, thread }: Moment, dirfd: number, path: string): string {
  if (path.startsWith('/')) {
    return '.';
  }
  if (thread === undefined) {
    return '<UNKNOWN>';
  }
  if (dirfd === AT_FDCWD) {
    return world.cwdOf(thread);
  }
  const name = world.fdTableOf(thread)?.get(dirfd)?.name;
  return name === undefined ? '<UNKNOWN>' : name === '' || name.endsWith('/') ? name : `${name}/`;
}

export function joinPath(directory: string, path: string): string {
  return path.startsWith('/') ? path : directory + path;
}

export function isLocalAddress(world: World, _thread: Thread, address: Uint8Array): boolean {
  return world.interfaces.some((known) => known.address.join('.') === address.join('.'));
}
