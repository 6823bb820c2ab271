/** Events -> the machine at that instant. See README.md. */
export { applyEvent, changesMachine } from './apply.js';
export type { Container, HealthProbe, Mount } from './container.js';
export { FD_KINDS, type FdKind } from './fd-kind.js';
export type { FdTable } from './fd-table.js';
export { FileDescriptor } from './file-descriptor.js';
export { directoryOf, UNKNOWN_DIRECTORY } from './directory.js';
export { isLocalAddress } from './interfaces.js';
export { loadMetadata } from './load.js';
export { parseCgroups, splitList, type Cgroup } from './lists.js';
export { joinPath } from './path.js';
export { Moment } from './moment.js';
export { NO_USER, Thread, type ThreadCategory } from './thread.js';
export { World } from './world.js';
