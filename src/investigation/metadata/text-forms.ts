/** Metadata that is lines of text: passwd, group, and a table of containers as CSV. */
import type { GroupEntry, UserEntry } from '../../capture/index.js';
import { bytesOfText } from '../../units.js';
import { plainId, type SaidOfContainer } from './containers.js';

/** What lines say, and how many of them say nothing that is understood. */
export interface Read<T> {
  readonly entries: readonly T[];
  readonly strangeCount: number;
}

const NUMBER = /^\d{1,10}$/;
/** Comments, and entries that stand for a network's lists. */
const NO_ENTRY = /^\s*(?:#|[+-]|$)/;

/** `name:x:uid:gid:comment:home:shell`, as byte strings. */
function userOf(line: string): UserEntry | undefined {
  const [name = '', , uid = '', gid = '', , home = '', shell, ...more] = line.split(':');
  return name === '' || shell === undefined || more.length > 0 || !NUMBER.test(uid) || !NUMBER.test(gid)
    ? undefined
    : { uid: Number(uid), gid: Number(gid), name, home, shell }; // prettier-ignore
}

/** `name:x:gid:members` */
function groupOf(line: string): GroupEntry | undefined {
  const [name = '', , gid = '', members, ...more] = line.split(':');
  return name === '' || members === undefined || more.length > 0 || !NUMBER.test(gid)
    ? undefined
    : { gid: Number(gid), name };
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((line) => !NO_ENTRY.test(line));
}

function readLines<T>(text: string, read: (line: string) => T | undefined): Read<T> | undefined {
  const lines = linesOf(text);
  const [first] = lines;
  if (first === undefined || read(first) === undefined) {
    return undefined;
  }
  const entries = lines.map(read).filter((entry) => entry !== undefined);
  return { entries, strangeCount: lines.length - entries.length };
}

/** The users of a passwd file, given as a byte string; `undefined`: it is none. */
export function readPasswd(bytes: string): Read<UserEntry> | undefined {
  return readLines(bytes, userOf);
}

/** The groups of a group file, given as a byte string; `undefined`: it is none. */
export function readGroup(bytes: string): Read<GroupEntry> | undefined {
  return readLines(bytes, groupOf);
}

const COLUMNS = ['container-id', 'name', 'image', 'pod', 'namespace'] as const;
type ColumnName = (typeof COLUMNS)[number];
const ID = /^[0-9a-f]{12,64}$/i;

/** A table of containers: with a heading, or in the order of {@link COLUMNS}; `undefined`: it is none. */
export function readCsv(text: string): Read<SaidOfContainer> | undefined {
  const [first, ...others] = csvRows(text);
  if (first === undefined) {
    return undefined;
  }
  const words = first.map((cell) => cell.trim().toLowerCase().replaceAll('_', '-'));
  const isHeading = words.includes('container-id');
  if (!isHeading && (!ID.test(plainId(first[0] ?? '')) || first.length < 2)) {
    return undefined;
  }
  const columns = isHeading ? words : COLUMNS;
  const rows = isHeading ? others : [first, ...others];
  const entries = rows
    .map((row) => containerOfRow((name) => row[columns.indexOf(name)]?.trim() ?? ''))
    .filter(({ fullId }) => fullId !== '');
  return { entries, strangeCount: rows.length - entries.length };
}

function containerOfRow(cell: (name: ColumnName) => string): SaidOfContainer {
  const labels = {
    'io.kubernetes.pod.name': cell('pod'),
    'io.kubernetes.pod.namespace': cell('namespace'),
  };
  return {
    fullId: cell('container-id'),
    name: cell('name'),
    image: cell('image'),
    labels,
    podSandboxLabels: labels,
  };
}

/** A cell in quotes, or one that ends at a comma or the line's end; then what ends it. */
const CELL = /(?:"([^"]*(?:""[^"]*)*)"|([^,\r\n]*))(,|\r?\n|$)/y;

/** Rows of CSV (RFC 4180). Rows without any cell are left out. */
function csvRows(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  CELL.lastIndex = 0;
  while (CELL.lastIndex < text.length || row.length > 0) {
    const found = CELL.exec(text);
    if (found === null) {
      return []; // a quote inside a cell: no CSV
    }
    const [whole, quoted, plain = '', end = ''] = found;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ',') {
      if (row.some((cell) => cell !== '')) {
        rows.push(row);
      }
      row = [];
    }
    if (whole === '') {
      break;
    }
  }
  return row.length > 0 ? [...rows, row] : rows;
}

/** A container id as typed before `=FILE`, as a byte string. */
export function typedId(id: string): string {
  return bytesOfText(plainId(id));
}
