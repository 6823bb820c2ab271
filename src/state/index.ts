/** Events -> the machine at that instant. See README.md. */
export type { Container, Mount } from './container.js';
export { FileDescriptor, type FdKind } from './file-descriptor.js';
export { Moment } from './moment.js';
export { Thread, type FdTable } from './thread.js';
export { World } from './world.js';
