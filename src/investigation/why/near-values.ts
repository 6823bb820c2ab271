/**
 * Texts that a comparison asked for and never saw, beside those that it saw: what differs only in case, in the form of a path, or
 * behind the fifteenth byte of a process' name.
 */

/** Why a value that was seen is not the one that was asked for; ids that do not change. */
export type NearKind =
  | 'script-name'
  | 'comm-length'
  | 'case'
  | 'trailing-slash'
  | 'relative-path'
  | 'symlink'
  | 'other-directory';

/** A value that was asked for, and one that was seen. Byte strings. */
export interface NearValue {
  readonly kind: NearKind;
  readonly asked: string;
  readonly seen: string;
  readonly count: number;
}

/** What is compared. */
export interface Compared {
  /** Texts of the right side. */
  readonly asked: readonly string[];
  /** Texts of the left side, with the number of events. */
  readonly seen: ReadonlyMap<string, number>;
  /** Whether the right side is a beginning of the left one, an end, a part, or all of it. */
  readonly relation: 'whole' | 'beginning' | 'end' | 'part';
  /** Whether the left side is the name of a process, and what its scripts are called. */
  readonly isProcessName: boolean;
  readonly scripts: ReadonlyMap<string, number>;
}

/** Pairs that are held against each other. */
const MAX_PAIRS = 2_000_000;
/** The kernel keeps so many bytes of a process' name. */
const COMM_BYTES = 15;

/** The nearest pair, of the most telling kind; `undefined` where none is near. */
export function nearestValue(compared: Compared): NearValue | undefined {
  const { asked, seen } = compared;
  const some = asked.slice(0, Math.max(1, Math.floor(MAX_PAIRS / Math.max(1, seen.size))));
  return scriptAmong(some, compared) ?? firstOf(some, compared);
}

function scriptAmong(
  asked: readonly string[],
  { isProcessName, scripts }: Compared,
): NearValue | undefined {
  for (const text of isProcessName ? asked : []) {
    const count = scripts.get(text);
    if (count !== undefined && text !== '') {
      return { kind: 'script-name', asked: text, seen: text, count };
    }
  }
  return undefined;
}

interface Test {
  readonly kind: NearKind;
  readonly isNear: (asked: string, seen: string, compared: Compared) => boolean;
}

const TESTS: readonly Test[] = [
  {
    kind: 'comm-length',
    isNear: (asked, seen, { isProcessName }) =>
      isProcessName && asked.length > COMM_BYTES && asked.slice(0, COMM_BYTES) === seen,
  },
  {
    kind: 'case',
    isNear: (asked, seen, { relation }) => isRelated(lower(asked), lower(seen), relation),
  },
  {
    kind: 'trailing-slash',
    isNear: (asked, seen, { relation }) =>
      asked.includes('/') && isRelated(withoutSlash(asked), withoutSlash(seen), relation),
  },
  { kind: 'symlink', isNear: isLinked },
  {
    kind: 'relative-path',
    isNear: (asked, seen, { relation }) =>
      relation === 'whole' && (isRelativeOf(asked, seen) || isRelativeOf(seen, asked)),
  },
  {
    kind: 'other-directory',
    isNear: (asked, seen, { relation }) => relation === 'whole' && isElsewhere(asked, seen),
  },
];

function firstOf(asked: readonly string[], compared: Compared): NearValue | undefined {
  for (const { kind, isNear } of TESTS) {
    for (const text of asked) {
      const found = [...compared.seen]
        .filter(([seen]) => seen !== text && text !== '' && isNear(text, seen, compared))
        .sort(([, a], [, b]) => b - a)[0];
      if (found !== undefined) {
        return { kind, asked: text, seen: found[0], count: found[1] };
      }
    }
  }
  return undefined;
}

function isRelated(asked: string, seen: string, relation: Compared['relation']): boolean {
  switch (relation) {
    case 'whole':
      return asked === seen;
    case 'beginning':
      return seen.startsWith(asked);
    case 'end':
      return seen.endsWith(asked);
    case 'part':
      return seen.includes(asked);
  }
}

const lower = (text: string): string => text.toLowerCase();

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** Folders that are links on nearly every machine. */
const LINKS: readonly (readonly [link: RegExp, target: string])[] = [
  [/^\/(bin|sbin|lib|lib32|lib64|libx32)(?=\/|$)/, '/usr/$1'],
  [/^\/usr\/sbin(?=\/|$)/, '/usr/bin'],
  [/^\/var\/run(?=\/|$)/, '/run'],
  [/^\/var\/lock(?=\/|$)/, '/run/lock'],
  [/^\/dev\/fd(?=\/|$)/, '/proc/self/fd'],
  [/^\/etc\/mtab$/, '/proc/self/mounts'],
];

function target(path: string): string {
  return LINKS.reduce((text, [link, to]) => text.replace(link, to), path);
}

/** `python` is usually a link to `python3.11`. */
const VERSION = /^[\d.-]+$/;

function isLinked(asked: string, seen: string, { relation }: Compared): boolean {
  if (!asked.startsWith('/') || !seen.startsWith('/')) {
    return false;
  }
  return (
    isRelated(target(asked), target(seen), relation) ||
    (relation === 'whole' && seen.startsWith(asked) && VERSION.test(seen.slice(asked.length)))
  );
}

/** Whether one path is the end of the other, which begins at the root. */
function isRelativeOf(relative: string, whole: string): boolean {
  const bare = relative.replace(/^(?:\.{1,2}\/)+/, '');
  return (
    bare !== '' && !relative.startsWith('/') && whole.startsWith('/') && whole.endsWith(`/${bare}`)
  );
}

function isElsewhere(asked: string, seen: string): boolean {
  if (!asked.startsWith('/') || !seen.startsWith('/')) {
    return false;
  }
  const [a, b] = [withoutSlash(asked), withoutSlash(seen)];
  const isSameName = a.slice(a.lastIndexOf('/')) === b.slice(b.lastIndexOf('/'));
  return isSameName || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}
