/**
 * Every column that the reference printed for the captures in ../shared, value by value, and the few places
 * where we differ on purpose (src/fields/README.md, Decisions): there, how we differ.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { printableOf, VISIBILITY } from '../../src/events/index.js';
import { ABSENT_TEXT, compileFieldText, renderField } from '../../src/fields/index.js';
import { replay } from '../../src/pipeline.js';

const SHARED = new URL('../../../shared/', import.meta.url);
const ORACLE = new URL('oracle/', SHARED);
const CAPTURES = existsSync(ORACLE)
  ? readdirSync(ORACLE)
      .filter((file) => file.endsWith('.fields.gz'))
      .map((file) => file.slice(0, -'.fields.gz'.length))
  : [];
const NOT_COMPARED = '?';
/** Ours numbers the records of the file. */
const OURS_ALONE = 'evt.num';

type IsDecided = (reference: string, ours: string) => boolean;

/** The reference shows U+FFFD for bytes that no terminal shows; ours keeps them for `output` to escape. */
const isEscaped: IsDecided = (reference, ours) => printableOf(ours) === reference;
const isBeforeTheFirst: IsDecided = (_reference, ours) => /^0+$/.test(ours);
const items = (list: string): string => list.slice(1, -1).split(',').sort().join();

/** In the reference the last pieces of a cgroup's path are a container (src/state/README.md). */
const PIECES_OF_A_PATH = 'bencer/0';
const isOfNoContainer: IsDecided = (reference, ours) =>
  reference.startsWith(`${PIECES_OF_A_PATH}:`) && reference.slice(PIECES_OF_A_PATH.length) === ours;

/** Of such a container's users and groups the reference has no names; of the host's it has. */
const USERS_OF_THE_HOST: Readonly<Record<string, readonly string[]>> = {
  '502Error': ['user.name', 'user.homedir', 'user.shell', 'group.name'],
};

/** Columns where we differ on purpose, and how. */
const DECISIONS: Readonly<Record<string, IsDecided>> = {
  'proc.ppid.duration': (_reference, ours) => ours === ABSENT_TEXT,
  'fd.types': (reference, ours) => items(reference) === items(ours),
  'evt.buffer': (reference, ours) => ours === '' && 'NULL'.startsWith(reference.slice(0, 4)),
  'proc.env': isEscaped,
  'proc.aenv[1]': isEscaped,
  'fd.name': isEscaped,
  'fd.containername': (reference, ours) =>
    isEscaped(reference, ours) || isOfNoContainer(reference, ours),
  'fd.containerdirectory': (reference, ours) => isOfNoContainer(reference, ours),
  'evt.reltime': (_reference, ours) => isBeforeTheFirst('', ours),
  'evt.reltime.s': isBeforeTheFirst,
  'evt.reltime.ns': isBeforeTheFirst,
};

/** Equal, not compared, or different on purpose. */
function isAsDecided(capture: string, column: string, reference: string, ours: string): boolean {
  return (
    reference === NOT_COMPARED ||
    reference === ours ||
    DECISIONS[column]?.(reference, ours) === true ||
    (reference === ABSENT_TEXT && USERS_OF_THE_HOST[capture]?.includes(column) === true)
  );
}

/** Values by event, as the reference printed them: byte strings. */
function oracleOf(capture: string): { columns: string[]; rows: string[][] } {
  const bytes = gunzipSync(readFileSync(new URL(`${capture}.fields.gz`, ORACLE)));
  const [header = '', ...lines] = bytes.latin1Slice().split('\n');
  return {
    columns: header.split('\x1f'),
    rows: lines.filter((line) => line !== '').map((line) => line.split('\x1f')),
  };
}

async function oursOf(capture: string, columns: readonly string[]): Promise<string[][]> {
  const fields = columns.map((column) => {
    const { field, problem } = compileFieldText(column, 'syscall');
    if (field === undefined) {
      throw new Error(`${column}: ${JSON.stringify(problem)}`);
    }
    return field;
  });
  const rows: string[][] = [];
  const path = new URL(`captures/${capture}.scap`, SHARED).pathname;
  await replay(await openEvidence(path), {
    onMoment(moment, visibility) {
      if (visibility === VISIBILITY.SHOWN) {
        rows.push(fields.map((field) => renderField(field, moment) ?? ABSENT_TEXT));
      }
      return undefined;
    },
  });
  return rows;
}

describe.skipIf(CAPTURES.length === 0)('the values of the reference', () => {
  it.each(CAPTURES)('are ours, for every event of %s', { timeout: 60_000 }, async (capture) => {
    const { columns, rows } = oracleOf(capture);
    const ours = await oursOf(capture, columns);
    expect(ours.length).toBe(rows.length);
    const differences = new Map<string, string>();
    rows.forEach((row, event) => {
      row.forEach((reference, i) => {
        const column = columns[i] ?? '';
        const value = ours[event]?.[i] ?? '';
        const isEqual = column === OURS_ALONE || isAsDecided(capture, column, reference, value);
        if (!isEqual && !differences.has(column)) {
          differences.set(column, `event ${event}: reference ${reference}, ours ${value}`);
        }
      });
    });
    expect(Object.fromEntries(differences)).toEqual({});
  });
});
