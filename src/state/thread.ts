/** A thread (a process is its main thread): attributes as of the event under the cursor. */
import type { Container } from './container.js';
import type { FileDescriptor } from './file-descriptor.js';

export class Thread {
  readonly tid: number;
  pid: number;
  /** Parent's tid; -1 where unknown. */
  ptid = -1;
  vtid: number | undefined;
  vpid: number | undefined;
  sid: number | undefined;
  vpgid: number | undefined;
  pgid: number | undefined;
  /** Byte strings. */
  comm = '';
  exe = '';
  exepath: string | undefined;
  /** NUL-separated, as recorded; fields split it when they are asked. */
  args = '';
  env = '';
  cwd = '';
  root = '';
  cgroups = '';
  flags = 0;
  uid: number | undefined;
  gid: number | undefined;
  loginuid: number | undefined;
  container: Container | undefined;
  /** Raised by whatever changes an answer about this thread itself (not about its ancestors). */
  version = 0;
  /** Kept by `rules`: the class of this thread, and the versions it was computed at. */
  ruleClass = -1;
  classVersion = -1;
  classStamp = -1;

  constructor(tid: number, pid: number) {
    this.tid = tid;
    this.pid = pid;
  }

  get isMain(): boolean {
    return this.tid === this.pid;
  }
}

/** Descriptors of one process (shared by its threads, and by CLONE_FILES). */
export interface FdTable {
  get(fd: number): FileDescriptor | undefined;
}
