/** Blocks <-> events. See README.md. */
export { ABSENT, Event, MAX_PARAMS } from './event.js';
export type { EventRow, ParamFormat, ParamRow, ParamType } from './row.js';
