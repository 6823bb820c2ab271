/** Blocks <-> events. See README.md. */
export { EVENT } from './codes.js';
export { EventDecoder, VISIBILITY, type Visibility } from './decoder.js';
export { CATEGORY, FLAG, categoryName, isInputOutput } from './event-bits.js';
export { ABSENT, EnterHalf, Event, MAX_PARAMS, Params } from './event.js';
export { FLAG_TABLES, type NamedBits } from './flag-tables.js';
export type { EventRow, ParamFormat, ParamRow, ParamType } from './row.js';
export { PLUGINS, sourceOf, SYSCALL_SOURCE } from './source.js';
export { SYSCALL_TABLE, syscallName, type SyscallRow } from './syscall-table.js';
export { EVENT_TABLE } from './table.js';
