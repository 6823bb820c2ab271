/** The codes of the event table that this room must know; the table itself is the next room's. */

/** Events of unbounded size. */
export const CODE = {
  PLUGIN_EVENT: 322,
  CONTAINER_JSON: 324,
  ASYNC_EVENT: 402,
} as const;
