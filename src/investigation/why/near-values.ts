/**
 * Texts that a comparison asked for and never saw, beside those that it saw: what differs only in case, in the form of a path,
 * behind the fifteenth byte of a process' name, or in what stands around it. The comparison itself judges, of both texts changed alike.
 */
import { compileTest, type Operator } from '../../rules/index.js';
import { baseName, type Programs } from './programs.js';

/** Why a value that was seen is not the one that was asked for; ids that do not change. */
export type NearKind =
  | 'script-name'
  | 'comm-length'
  | 'case'
  | 'trailing-slash'
  | 'relative-path'
  | 'symlink'
  | 'other-directory'
  | 'part-of-value';

/** A value that was asked for, and one that was seen. Byte strings. */
export interface NearValue {
  readonly kind: NearKind;
  readonly asked: string;
  readonly seen: string;
  readonly count: number;
}

/** What a comparison is about: the name of a process, the path of its program, or something else. */
export type Subject = 'process-name' | 'program-path' | 'other';

/** What is compared. */
export interface Compared {
  /** Texts of the right side. */
  readonly asked: readonly string[];
  /** Texts of the left side, with the number of events. */
  readonly seen: ReadonlyMap<string, number>;
  readonly operator: Operator;
  readonly subject: Subject;
  /** What ran at the events. */
  readonly programs: Programs;
}

/** Pairs that are held against each other. */
const MAX_PAIRS = 2_000_000;
/** The kernel keeps so many bytes of a process' name. */
const COMM_BYTES = 15;
/** Shorter texts are parts of too much. */
const MIN_PART = 3;

/** Says of a text that was seen whether it is near the one that was asked for. */
type IsNear = (seen: string) => boolean;

/** One way to be near; `undefined` where it does not apply to the text asked for. */
interface Nearness {
  readonly kind: NearKind;
  readonly prepare: (asked: string, compared: Compared) => IsNear | undefined;
}

/** Operators that compare with one of several texts, by what compares with one. */
const SINGLE: Partial<Record<Operator, Operator>> = { in: '=', intersects: '=', '==': '=' };
/** Those of which a nearby value can be told. */
const TEXTUAL: ReadonlySet<Operator> = new Set<Operator>([
  ...(['=', 'startswith', 'endswith', 'contains', 'icontains'] as const),
  ...(['glob', 'iglob', 'pmatch', 'regex'] as const),
]);

/** The nearest pair, of the most telling kind; `undefined` where none is near. */
export function nearestValue(compared: Compared): NearValue | undefined {
  const operator = SINGLE[compared.operator] ?? compared.operator;
  if (!TEXTUAL.has(operator)) {
    return undefined;
  }
  const { seen, programs } = compared;
  const size = Math.max(1, seen.size, programs.scripts.size);
  const asked = compared.asked.filter((text) => text !== '').slice(0, Math.ceil(MAX_PAIRS / size));
  const single = { ...compared, asked, operator };
  return scriptAmong(single) ?? valueAmong(single) ?? programAmong(single);
}

/** `test(asked)(seen)` as the operator judges. */
function tester(operator: Operator, asked: string): IsNear {
  const test = compileTest(operator, undefined, [asked]);
  return (seen) => test(seen);
}

/** A script is run by its interpreter, whose name and path the process has. */
function scriptAmong({ asked, operator, subject, programs }: Compared): NearValue | undefined {
  for (const text of subject === 'other' ? [] : asked) {
    const test = tester(operator, text);
    for (const [script, count] of programs.scripts) {
      const name = subject === 'process-name' ? baseName(script) : script;
      const isNamed = subject === 'program-path' && operator === '=' && baseName(script) === baseName(text); // prettier-ignore
      if (name !== '' && (test(name) || isNamed)) {
        return { kind: 'script-name', asked: text, seen: name, count };
      }
    }
  }
  return undefined;
}

/** `/usr/bin/gcc` is a link: a process called gcc ran, whose program is another file. */
function programAmong({ asked, operator, subject, programs }: Compared): NearValue | undefined {
  for (const text of subject === 'program-path' && operator === '=' ? asked : []) {
    const [most] = [...(programs.paths.get(baseName(text)) ?? [])].sort(([, a], [, b]) => b - a);
    if (most !== undefined) {
      return { kind: 'symlink', asked: text, seen: most[0], count: most[1] };
    }
  }
  return undefined;
}

function valueAmong(compared: Compared): NearValue | undefined {
  for (const { kind, prepare } of NEARNESSES) {
    for (const text of compared.asked) {
      const isNear = prepare(text, compared);
      const [most] =
        isNear === undefined
          ? []
          : [...compared.seen]
              .filter(([seen]) => seen !== text && isNear(seen))
              .sort(([, a], [, b]) => b - a);
      if (most !== undefined) {
        return { kind, asked: text, seen: most[0], count: most[1] };
      }
    }
  }
  return undefined;
}

const NEARNESSES: readonly Nearness[] = [
  { kind: 'comm-length', prepare: cutName },
  { kind: 'case', prepare: inAnyCase },
  { kind: 'trailing-slash', prepare: withoutSlashes },
  { kind: 'symlink', prepare: behindLinks },
  { kind: 'relative-path', prepare: fromElsewhere },
  { kind: 'other-directory', prepare: inOtherFolder },
  { kind: 'part-of-value', prepare: asPart },
];

/** What of a longer name the kernel keeps. */
function cutName(asked: string, { operator, subject }: Compared): IsNear | undefined {
  if (subject !== 'process-name') {
    return undefined;
  }
  switch (operator) {
    case '=':
    case 'startswith':
      return asked.length > COMM_BYTES ? (seen) => asked.slice(0, COMM_BYTES) === seen : undefined;
    case 'endswith':
    case 'contains':
      return (seen) => seen.length === COMM_BYTES && overlap(seen, asked) >= MIN_PART;
    default:
      return undefined;
  }
}

/** How much of the end of one text is the beginning of the other. */
function overlap(before: string, after: string): number {
  for (let length = Math.min(before.length, after.length); length > 0; length -= 1) {
    if (before.endsWith(after.slice(0, length))) {
      return length;
    }
  }
  return 0;
}

const lower = (text: string): string => text.toLowerCase();

function inAnyCase(asked: string, { operator }: Compared): IsNear {
  const test = tester(operator, operator === 'regex' ? `(?i)${asked}` : lower(asked));
  return operator === 'regex' ? test : (seen) => test(lower(seen));
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function withoutSlashes(asked: string, { operator }: Compared): IsNear | undefined {
  if (!asked.includes('/') || operator === 'regex') {
    return undefined;
  }
  const test = tester(operator, withoutSlash(asked));
  return (seen) => test(withoutSlash(seen));
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

/** The path behind the addresses of a Unix socket's name: `ffff->ffff /run/docker.sock`. */
const SOCKET = /^[0-9a-f]*->[0-9a-f]* (?=\/)/;

/** `python` is usually a link to `python3.11`. */
const VERSION = /^[\d.-]+$/;

function behindLinks(asked: string, { operator }: Compared): IsNear | undefined {
  if (!asked.startsWith('/')) {
    return undefined;
  }
  const end = target(asked);
  const test = tester(operator === 'endswith' ? '=' : operator, end);
  return (seen) => {
    const path = seen.replace(SOCKET, '');
    return (
      path.startsWith('/') &&
      ((test(target(path)) && (path !== seen || end !== asked || target(path) !== path)) ||
        (operator === '=' && path.startsWith(asked) && VERSION.test(path.slice(asked.length))))
    );
  };
}

/** What begins a path that is not from the root: `./`, `../`, and what only a shell replaces. */
const BEGIN = /^(?:\.{1,2}\/|~\/|\$HOME\/|\$\{HOME\}\/)+/;

/** One path is from the root, and the other from a folder. */
function fromElsewhere(asked: string, { operator }: Compared): IsNear | undefined {
  const bare = asked.replace(BEGIN, '');
  if (bare === '' || !['=', 'startswith', 'pmatch'].includes(operator)) {
    return undefined;
  }
  if (!asked.startsWith('/')) {
    return (seen) => {
      const end = seen.indexOf(`/${bare}`);
      return seen.startsWith('/') && end !== -1 && (operator !== '=' || seen.endsWith(`/${bare}`));
    };
  }
  return (seen) => {
    const own = seen.replace(BEGIN, '');
    const isRelative = own !== '' && !seen.startsWith('/');
    return isRelative && (operator === '=' ? asked.endsWith(`/${own}`) : isContinued(asked, own));
  };
}

/** Whether the end of a folder's path is how a relative path begins: `/srv/data/`, `data/notes.txt`. */
function isContinued(folder: string, relative: string): boolean {
  const names = withoutSlash(folder).split('/');
  return names.some((_, at) => at > 0 && relative.startsWith(`${names.slice(at).join('/')}/`));
}

/** The same name in another folder, a folder around it or below it, or a folder of the same name. */
function inOtherFolder(asked: string, { operator }: Compared): IsNear | undefined {
  if (!asked.startsWith('/') || operator === 'regex') {
    return undefined;
  }
  const path = withoutSlash(asked);
  const name = path.slice(path.lastIndexOf('/'));
  const isFolder = operator === 'startswith' || operator === 'pmatch';
  if (operator === 'glob' || operator === 'iglob') {
    const test = tester(operator, `*${name}`);
    return /^\/[*?]*$/.test(name) ? undefined : (seen) => seen.startsWith('/') && test(seen);
  }
  return (seen) => {
    const own = withoutSlash(seen);
    return (
      own.startsWith('/') &&
      (isFolder
        ? `${own}/`.includes(`${name}/`) || areSiblings(path, own)
        : own.slice(own.lastIndexOf('/')) === name ||
          (own !== '/' && own.startsWith(`${path}/`)) ||
          (own !== '/' && path.startsWith(`${own}/`)))
    );
  };
}

/** Whether both are somewhere below one folder, which is not below the root itself: `/usr/local/sbin`, `/usr/local/bin/x`. */
function areSiblings(folder: string, path: string): boolean {
  const parent = folder.slice(0, folder.lastIndexOf('/'));
  return parent.lastIndexOf('/') > 0 && path.startsWith(`${parent}/`);
}

/** What was asked for is only a part of what was seen: an image without its registry. */
function asPart(asked: string, { operator }: Compared): IsNear | undefined {
  return asked.length >= MIN_PART && ['=', 'startswith', 'endswith', 'pmatch'].includes(operator)
    ? (seen) => seen.includes(asked)
    : undefined;
}
