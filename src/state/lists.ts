/** NUL-separated lists as captures hold them, taken apart. */

/** Items of a NUL-separated list; an empty text is an empty list. */
export function splitList(text: string): string[] {
  return text === '' ? [] : text.split('\0');
}

/** A cgroup of a thread. */
export interface Cgroup {
  /** `cpu`, `memory`, `perf_event` ... */
  readonly subsystem: string;
  readonly path: string;
}

/** Keep the cgroups of a thread, unless one of them is no `subsystem=path`. */
export function setCgroups(thread: { cgroups: string }, text: string): void {
  if (splitList(text).every((definition) => definition.includes('='))) {
    thread.cgroups = text;
  }
}

const SUBSYSTEM_NAMES: Readonly<Record<string, string>> = {
  perf: 'perf_event',
  mem: 'memory',
  io: 'blkio',
};

/** The cgroups of a thread, with subsystems under their usual names. */
export function parseCgroups(text: string): Cgroup[] {
  return splitList(text).map((definition) => {
    const equals = definition.indexOf('=');
    const subsystem = definition.slice(0, Math.max(equals, 0)).replace('_cgroup', '');
    return {
      subsystem: Object.hasOwn(SUBSYSTEM_NAMES, subsystem)
        ? (SUBSYSTEM_NAMES[subsystem] as string)
        : subsystem,
      path: definition.slice(equals + 1),
    };
  });
}
