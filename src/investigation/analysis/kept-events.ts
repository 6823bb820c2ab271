/** `--keep`: what of the evidence goes into the case beside what is always there. */
import { VISIBILITY, type Visibility } from '../../events/index.js';
import { UserError } from '../../errors.js';
import { compileField, eventName, renderField, type CompiledField, type FieldSettings } from '../../fields/index.js'; // prettier-ignore
import { snapshotLineage } from '../../alerts/index.js';
import type { Moment, Thread } from '../../state/index.js';
import type { RunWriter } from '../../store/index.js';
import { nanoseconds } from '../../units.js';
import type { Definitions } from '../../rules/index.js';
import { compileFilter, type Filter } from '../rules/filter.js';

/** What is kept. */
export interface Keeping {
  /** Whether files count that are only read. */
  readonly reads: boolean;
  /** Conditions: events that meet one of them are kept. No events without one. */
  readonly events: readonly (Filter | undefined)[];
}

const READS = 'reads';
const EVENTS = 'events';

/** Whether a word of `--keep` has a condition, which may name macros. */
export function keepsByCondition(words: readonly string[] | undefined): boolean {
  return words?.some((word) => word.startsWith(`${EVENTS}=`)) === true;
}

/**
 * What the words of `--keep` mean.
 *
 * @throws {UserError} `KEEP_UNKNOWN`, and those of filters
 */
export function keepingOf(
  words: readonly string[] | undefined,
  common: { readonly definitions: Definitions | undefined; readonly settings: FieldSettings },
): Keeping {
  const events: (Filter | undefined)[] = [];
  let reads = false;
  for (const word of words ?? []) {
    if (word === READS) {
      reads = true;
    } else if (word === EVENTS) {
      events.push(undefined);
    } else if (word.startsWith(`${EVENTS}=`)) {
      events.push(compileFilter({ text: word.slice(EVENTS.length + 1), ...common }));
    } else {
      throw new UserError({
        code: 'KEEP_UNKNOWN',
        what: 'Cannot keep this',
        where: `--keep ${word}`,
        why: 'only reads, events, and events=CONDITION can be kept',
        fix: 'write --keep reads, --keep events, or --keep "events=evt.type = connect"',
      });
    }
  }
  return { reads, events };
}

/** Which row of the case a process has, for as long as it runs the program. */
interface KnownRow {
  readonly execHigh: number;
  readonly execLow: number;
  readonly row: bigint | null;
}

/** Keeps events of one run. */
export class EventKeeper {
  readonly #run: RunWriter;
  readonly #conditions: Keeping['events'];
  /** The fields that become columns, by source. */
  readonly #fields = new Map<string, Readonly<Record<ColumnField, CompiledField | undefined>>>();
  readonly #rows = new WeakMap<Thread, KnownRow>();

  constructor(run: RunWriter, { events }: Keeping) {
    this.#run = run;
    this.#conditions = events;
  }

  /** Keep the event, if it is one that `events` would list, and is asked for. */
  look(moment: Moment, visibility: Visibility): void {
    if (visibility === VISIBILITY.SHOWN && this.#isWanted(moment)) {
      const { event } = moment;
      const fields = this.#fieldsOf(moment.source);
      const print = (name: ColumnField): string | undefined => {
        const field = fields[name];
        return field && renderField(field, moment);
      };
      this.#run.addEvent({
        eventNumber: event.number,
        offset: event.offset,
        time: nanoseconds(event.timeHigh, event.timeLow),
        type: eventName(event),
        tid: event.tid,
        processId: this.#processOf(moment),
        fdName: print('fd.name'),
        result: print('evt.res'),
        arguments: print('evt.args') ?? print('evt.plugininfo') ?? '',
      });
    }
  }

  #isWanted(moment: Moment): boolean {
    return this.#conditions.some(
      (condition) => condition === undefined || condition.at(moment)(moment),
    );
  }

  #processOf({ world, thread }: Moment): bigint | null {
    if (thread === undefined || thread.isPlaceholder) {
      return null;
    }
    const main = world.mainThreadOf(thread) ?? thread;
    const known = this.#rows.get(main);
    if (known?.execHigh === main.execTimeHigh && known.execLow === main.execTimeLow) {
      return known.row;
    }
    const row = this.#run.addProcess(snapshotLineage(world, main));
    this.#rows.set(main, { execHigh: main.execTimeHigh, execLow: main.execTimeLow, row });
    return row;
  }

  #fieldsOf(source: string): Readonly<Record<ColumnField, CompiledField | undefined>> {
    let fields = this.#fields.get(source);
    if (fields === undefined) {
      fields = Object.fromEntries(
        COLUMN_FIELDS.map((name) => [name, compileField(name, undefined, source).field]),
      ) as Record<ColumnField, CompiledField | undefined>;
      this.#fields.set(source, fields);
    }
    return fields;
  }
}

const COLUMN_FIELDS = ['fd.name', 'evt.res', 'evt.args', 'evt.plugininfo'] as const;
type ColumnField = (typeof COLUMN_FIELDS)[number];
