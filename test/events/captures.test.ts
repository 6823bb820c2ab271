/** The recorded captures of all three generations, against what the reference printed of them. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { NEXT, openEvidence } from '../../src/capture/index.js';
import {
  argsText,
  EVENT,
  EventDecoder,
  NO_NAMES,
  paramIndexes,
  printableOf,
  rawParam,
  rawText,
  VISIBILITY,
  type Event,
  type ParamType,
} from '../../src/events/index.js';
import { textOfBytes } from '../../src/units.js';
import { emptyEvent } from './records.js';
import { HAS_SHARED, sharedPath } from './shared.js';

const CAPTURES = [
  '502Error',
  'cat_write',
  'connect_localhost',
  'curl_google',
  'modern-mixed',
  'open-multiple-files',
  'psp_run_as_user_0_container',
  'sample',
];

/** Rows of the reference's output, as columns by name. */
function oracle(capture: string): (row: number, column: string) => string | undefined {
  const file = gunzipSync(readFileSync(sharedPath(`oracle/${capture}.fields.gz`)));
  const [header = '', ...lines] = file.toString('utf8').trimEnd().split('\n');
  const columns = header.split('\x1f');
  const rows = lines.map((line) => line.split('\x1f'));
  return (row, column) => rows[row]?.[columns.indexOf(column)];
}

async function eachShown(
  capture: string,
  onEvent: (event: Event, row: number) => void,
): Promise<number> {
  const reader = await openEvidence(sharedPath(`captures/${capture}.scap`));
  const decoder = new EventDecoder({ raw: false });
  const event = emptyEvent();
  let rows = 0;
  let next = reader.next();
  for (;;) {
    if (next === NEXT.EVENT && decoder.decode(reader.record, event) === VISIBILITY.SHOWN) {
      onEvent(event, rows);
      rows += 1;
    }
    if (next === NEXT.NEED_MORE && !(await reader.fill())) {
      break;
    }
    next = reader.next();
  }
  await reader.close();
  expect(decoder.diagnostics).toEqual([]);
  return rows;
}

const RAW_NAMES = ['res', 'flags', 'fd'].map((name) => ({
  column: `evt.rawarg.${name}`,
  indexes: paramIndexes(name),
}));

/** Types that print names of the machine's state, which is not known here. */
const NAMED: ReadonlySet<ParamType> = new Set([
  'fd',
  'pid',
  'fspath',
  'fsrelpath',
  'uid',
  'gid',
  'fdlist',
]);

/** What `evt.args` prints if nothing in it needs a name. */
function namelessText(event: Event): string | undefined {
  if (event.code !== EVENT.GENERIC_X && event.row.params.some(({ type }) => NAMED.has(type))) {
    return undefined;
  }
  return textOfBytes(printableOf(argsText(event, NO_NAMES)));
}

describe.skipIf(!HAS_SHARED)('a recorded capture', () => {
  it.each(CAPTURES)(
    'shows the events that the reference shows, with the same values: %s',
    async (capture) => {
      const reference = oracle(capture);
      const different: string[] = [];
      const count = await eachShown(capture, (event, row) => {
        for (const { column, indexes } of RAW_NAMES) {
          const index = indexes[event.code] ?? -1;
          const param = index === -1 ? undefined : rawParam(event, index);
          const ours = (param === undefined ? undefined : rawText(param)) ?? '<NA>';
          if (ours !== reference(row, column)) {
            different.push(`${event.number} ${column}: ${ours}`);
          }
        }
        const text = namelessText(event);
        if (text !== undefined && text !== reference(row, 'evt.args')) {
          different.push(`${event.number} evt.args: ${text}`);
        }
      });
      expect(different).toEqual([]);
      expect(reference(count - 1, 'evt.args')).toBeDefined();
      expect(reference(count, 'evt.args')).toBeUndefined();
    },
  );
});
