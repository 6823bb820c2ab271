/** Events -> the machine at that instant. See README.md. */
export { applyEvent, changesMachine } from './apply.js';
export { applyUnwatched } from './unwatched.js';
export type { Container, Mount } from './container.js';
export { FD_KINDS, type FdKind } from './fd-kind.js';
export { FileDescriptor } from './file-descriptor.js';
export { directoryOf, UNKNOWN_DIRECTORY } from './directory.js';
export { isLocalAddress } from './interfaces.js';
export type { PendingPaths } from './pending-paths.js';
export { loadMetadata } from './load.js';
export { parseCgroups, splitList } from './lists.js';
export { joinPath } from './path.js';
export { Moment } from './moment.js';
export { countTransfer, type Ledger, type Transfer } from './ledger.js';
export { Supplement, type DescribedContainer, type Descriptions } from './supplement.js';
export { CONTAINER_ENGINES, parseContainer } from './container-json.js';
export { NOBODY, Tally, type Place } from './tally.js';
export { NO_USER, Thread } from './thread.js';
export { MAX_ANCESTORS, World } from './world.js';
