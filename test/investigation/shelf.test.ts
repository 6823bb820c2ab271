/**
 * More files and connections than are held at once: the older ones are written, come again, and are added to their rows. What
 * a case holds in the end is what would have been counted without that.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Books } from '../../src/investigation/analysis/activity/books.js';
import { FileTally } from '../../src/investigation/analysis/activity/tallies.js';
import { openCase, RunWriter } from '../../src/store/index.js';
import { ask, freshCases, START } from '../store/support.js';

const fresh = freshCases();
/** Twice what a shelf holds. */
const PATHS = 33_000;

interface Deed {
  readonly path: number;
  readonly bytes: number;
  readonly fails: boolean;
}

function placeOf(number: number) {
  return { number, offset: number * 10, timeHigh: 0, timeLow: number };
}

/** Have one program do `deeds`, in order; what the case holds of the files with the numbers `asked`. */
function stored(deeds: readonly Deed[], asked: readonly number[]): unknown[] {
  const path = fresh();
  const target = openCase(path);
  const run = new RunWriter(target, START);
  const books = new Books(run);
  const thread = { pid: 7 };
  books.programBegan(7, null);
  deeds.forEach(({ path: name, bytes, fails }, at) => {
    const book = books.of(undefined as never, thread as never);
    const place = placeOf(at + 1);
    const known = book.files.get(`/f${name}`);
    const tally = known ?? new FileTally(book, `/f${name}`, place);
    if (known === undefined) {
      books.open(book, tally);
      book.files.set(tally.path, tally);
    }
    tally.touch(place);
    tally.writes += 1;
    tally.bytesWritten += bytes;
    if (fails) {
      tally.fail(-2);
    }
  });
  books.flush();
  run.commit();
  target.close();
  const list = asked.map((name) => `'/f${name}'`).join(', ');
  return ask(
    path,
    `SELECT path, writes, bytes_written, first_ns, last_ns, event_number, failures FROM files WHERE path IN (${list}) ORDER BY path`,
  );
}

/** The same, counted by hand. */
function counted(deeds: readonly Deed[], asked: readonly number[]): unknown[] {
  return asked
    .flatMap((name) => {
      const own = deeds.flatMap((deed, at) => (deed.path === name ? [{ ...deed, at: BigInt(at + 1) }] : [])); // prettier-ignore
      const [first] = own;
      const failures = own.filter(({ fails }) => fails).length;
      return first === undefined
        ? []
        : [
            [
              `/f${name}`,
              BigInt(own.length),
              own.reduce((sum, { bytes }) => sum + BigInt(bytes), 0n),
              first.at,
              own.at(-1)?.at,
              first.at,
              failures === 0 ? '{}' : `{"ENOENT":${failures}}`,
            ],
          ];
    })
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

describe('files that are more than memory holds', () => {
  it('have one row each, with everything that was counted before and after they were put away', () => {
    const some = fc.record({ path: fc.nat(20), bytes: fc.nat(1000), fails: fc.boolean() });
    const many: Deed[] = Array.from({ length: PATHS }, (_, at) => ({ path: 100 + at, bytes: 1, fails: false })); // prettier-ignore
    fc.assert(
      fc.property(fc.array(some, { maxLength: 40 }), fc.array(some, { maxLength: 40 }), (before, after) => {
        const deeds = [...before, ...many, ...after];
        const asked = Array.from({ length: 21 }, (_, at) => at);
        expect(stored(deeds, asked)).toEqual(counted(deeds, asked));
      }),
      { numRuns: 3 },
    ); // prettier-ignore
  }, 60_000);

  it('are all in the case, none twice', () => {
    const many = Array.from({ length: PATHS }, (_, path) => ({ path, bytes: 1, fails: false }));
    const asked = [0, 1, PATHS - 1];
    expect(stored([...many, ...many], asked)).toEqual(counted([...many, ...many], asked));
  }, 60_000);
});
