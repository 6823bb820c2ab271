/**
 * The conveyor on one page: evidence -> records -> events -> the machine -> whoever looks at each moment.
 */
import {
  NEXT,
  Sections,
  type EventRecord,
  type EvidenceIdentity,
  type EvidenceReader,
  type MachineMetadata,
  type Section,
} from './capture/index.js';
import type { Diagnostic } from './diagnostics.js';
import {
  Event,
  EVENT,
  EVENT_TABLE,
  EventDecoder,
  KIND_COUNT,
  kindOf,
  swapParameters,
  UNNAMED_CALL,
  VISIBILITY,
  type EventRow,
  type Visibility,
} from './events/index.js';
import {
  applyEvent,
  applyUnwatched,
  loadMetadata,
  Moment,
  World,
  type Ledger,
  type Supplement,
} from './state/index.js';
import { nanoseconds, type Nanoseconds } from './units.js';

/** As this module's own, for speed; see `scap-reader.ts`. */
const { EVENT: FOUND_EVENT, NEED_MORE, SECTION } = NEXT;
const { HIDDEN, SHOWN } = VISIBILITY;
const { GENERIC_X } = EVENT;

/** Records, at least, between two calls of `onProgress`: some tens of milliseconds of replay. */
const RECORDS_PER_PROGRESS = 65_536;

/**
 * Somebody who looks at events, and says at which: records of kinds that nobody looks at are applied to the machine
 * without becoming events.
 */
export interface Watcher {
  /** Codes of the events that are looked at; all, if there is no such list. */
  readonly codes?: ReadonlySet<number> | undefined;
  /** Whether events of this moment's kind (see `kindOf`) are looked at: asked at the first of each kind. */
  readonly wants?: ((moment: Moment) => boolean) | undefined;
  /**
   * Called at each event, after the machine took its effect, and at each record that only carries state (`STATE`).
   * `false` ends the replay, and the rest is not read.
   */
  readonly onMoment: (moment: Moment, visibility: Visibility) => boolean | undefined;
  /** Counts what goes through descriptors, also where the record becomes no event. The first watcher's that has one. */
  readonly ledger?: Ledger | undefined;
}

/** What a replay is asked to do. */
export interface ReplayOptions extends Watcher {
  /** Others who look at events, each before the replay's own `onMoment`. */
  readonly watchers?: readonly Watcher[] | undefined;
  /** Ends the replay when it is aborted, also while the evidence is waited for. The rest is not read. */
  readonly signal?: AbortSignal | undefined;
  /** Waited for before more is read: somebody downstream may need time. */
  readonly ready?: (() => Promise<void> | undefined) | undefined;
  /** Show enter and exit records as recorded, instead of pairs as one event in the newest layout. */
  readonly raw?: boolean;
  /** Called at each record, hidden ones too, before the machine takes its effect. */
  readonly onRecord?: ((record: EventRecord) => void) | undefined;
  readonly onProgress?: (progress: Progress) => void;
  /** Names for what the evidence does not say. One replay's own. */
  readonly supplement?: Supplement | undefined;
  /** Called once for each section of the evidence, before its events: a slice begins with its metadata. */
  readonly onMetadata?: (reader: EvidenceReader) => void;
}

/** How far a replay is. */
export interface Progress {
  readonly bytesRead: number;
  /** `undefined` where the size cannot be known (stdin). */
  readonly sizeBytes: number | undefined;
  readonly recordCount: number;
}

/** What a replay found out about its evidence. */
export interface ReplayResult {
  /** Whether all of the evidence was read; if not, `identity.incomplete` says why. */
  readonly isWhole: boolean;
  readonly identity: EvidenceIdentity;
  /** Damage and oddities, in the order in which they were found. */
  readonly diagnostics: readonly Diagnostic[];
  readonly machine: MachineMetadata | undefined;
  /** The captures in it; none for logs. */
  readonly sections: readonly Section[];
  /** Times of the earliest and the latest event that is listed (state has none, or odd ones). */
  readonly firstTime: Nanoseconds | undefined;
  readonly lastTime: Nanoseconds | undefined;
  /** Event records read, and events listed (those of state and processor times not counted). */
  readonly recordCount: number;
  readonly eventCount: number;
  /** The machine after the last event. */
  readonly world: World;
}

/** Replay everything that `reader` gives, and close it. */
export async function replay(
  reader: EvidenceReader,
  options: ReplayOptions,
): Promise<ReplayResult> {
  const conveyor = new Conveyor(reader, options);
  const { signal, ready } = options;
  const patience = new Patience(signal);
  let identity: EvidenceIdentity | undefined;
  try {
    let isWanted = true;
    while (isWanted && (await patience.waitFor(reader.fill())) === true) {
      isWanted = conveyor.drain(); // without waiting
      conveyor.tellProgress();
      const pause = ready?.();
      if (pause !== undefined) {
        await patience.waitFor(pause);
      }
    }
    if (isWanted && signal?.aborted !== true) {
      identity = await patience.waitFor(reader.close());
    }
  } finally {
    patience.end();
    conveyor.identity = identity ?? reader.abandon();
  }
  return conveyor.result(identity !== undefined && identity.incomplete === undefined);
}

/** Waits for one thing at a time, until its signal is aborted. */
class Patience {
  readonly #signal: AbortSignal | undefined;
  #giveUp: () => void = () => undefined;
  readonly #listener = (): void => {
    this.#giveUp();
  };

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    signal?.addEventListener('abort', this.#listener, { once: true });
  }

  /** Nothing is waited for any more. */
  end(): void {
    this.#signal?.removeEventListener('abort', this.#listener);
  }

  /** What comes of `work`; `undefined` as soon as the signal is aborted. */
  waitFor<T>(work: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.#giveUp = () => {
        resolve(undefined);
      };
      work.then(resolve, reject);
      if (this.#signal?.aborted === true) {
        resolve(undefined);
      }
    });
  }
}

/** Who looks at events of an unwatched kind. */
const NOBODY: readonly Watcher[] = [];

class Conveyor {
  identity: EvidenceIdentity | undefined;
  readonly #reader: EvidenceReader;
  /** The reader's, which it uses for every record. */
  readonly #record: EventRecord;
  readonly #options: ReplayOptions;
  readonly #onRecord: ReplayOptions['onRecord'];
  readonly #decoder = new EventDecoder({ raw: false });
  readonly #world = new World();
  readonly #moment = new Moment(this.#world, new Event(EVENT_TABLE[0] as EventRow));
  /** Shows records as recorded, beside the moment that the machine changes with. */
  readonly #raw: { readonly decoder: EventDecoder; readonly moment: Moment } | undefined;
  readonly #watchers: readonly Watcher[];
  /** Who looks at events, by kind; `undefined` until the first of a kind came. */
  readonly #audiences = new Array<readonly Watcher[] | undefined>(KIND_COUNT).fill(undefined);
  readonly #sections = new Sections();
  #machine: MachineMetadata | undefined;
  #recordCount = 0;
  #recordsTold = 0;
  #eventCount = 0;
  /** Halves of the times of the earliest and the latest event; the upper one of the latter -1 until there is one. */
  #firstHigh = 0;
  #firstLow = 0;
  #lastHigh = -1;
  #lastLow = 0;
  #lateCount = 0;
  #lateAt = 0;

  constructor(reader: EvidenceReader, options: ReplayOptions) {
    this.#reader = reader;
    this.#record = reader.record;
    this.#options = options;
    this.#onRecord = options.onRecord;
    this.#watchers = [...(options.watchers ?? []), options];
    this.#world.supplement = options.supplement;
    this.#world.ledger = this.#watchers.find(({ ledger }) => ledger !== undefined)?.ledger;
    this.#audiences[UNNAMED_CALL] = this.#registered(GENERIC_X);
    if (options.raw === true) {
      const moment = new Moment(this.#world, new Event(EVENT_TABLE[0] as EventRow));
      this.#raw = { decoder: new EventDecoder({ raw: true }), moment };
    }
  }

  /** Take everything that is buffered; `false` when nothing more is wanted. */
  drain(): boolean {
    const reader = this.#reader;
    for (;;) {
      const next = reader.next();
      if (next === FOUND_EVENT) {
        if (!this.#takeEvent()) {
          return false;
        }
      } else if (next === NEED_MORE) {
        return true;
      } else {
        this.#takeMetadata(next === SECTION);
      }
    }
  }

  /** Call `onProgress`, if enough was read since the last time. */
  tellProgress(): void {
    if (this.#recordCount - this.#recordsTold >= RECORDS_PER_PROGRESS) {
      this.#recordsTold = this.#recordCount;
      this.#options.onProgress?.({
        bytesRead: this.#reader.bytesRead,
        sizeBytes: this.#reader.sizeBytes,
        recordCount: this.#recordCount,
      });
    }
  }

  result(isWhole: boolean): ReplayResult {
    const isEmpty = this.#lastHigh === -1;
    return {
      isWhole,
      identity: this.identity as EvidenceIdentity,
      diagnostics: [
        ...this.#reader.diagnostics,
        ...this.#decoder.diagnostics,
        ...this.#disorder(),
        ...this.#world.diagnostics,
        ...(this.#options.supplement?.diagnostics(isWhole) ?? []),
      ],
      machine: this.#machine,
      sections: this.#sections.upTo(this.#recordCount),
      firstTime: isEmpty ? undefined : nanoseconds(this.#firstHigh, this.#firstLow),
      lastTime: isEmpty ? undefined : nanoseconds(this.#lastHigh, this.#lastLow),
      recordCount: this.#recordCount,
      eventCount: this.#eventCount,
      world: this.#world,
    };
  }

  #takeEvent(): boolean {
    const record = this.#record;
    const moment = this.#moment;
    this.#recordCount += 1;
    if (record.isBigEndian) {
      swapParameters(record);
    }
    this.#onRecord?.(record);
    const kind = kindOf(record);
    const audience = this.#audiences[kind];
    if (
      audience === NOBODY &&
      this.#decoder.passUnwatched(record) &&
      applyUnwatched(this.#world, record)
    ) {
      moment.passUnwatched(record.timeHigh, record.timeLow);
      this.#countShown();
      return true;
    }
    const visibility = this.#decoder.decode(record, moment.event);
    if (visibility === HIDDEN) {
      moment.skip(record.code, record.timeHigh, record.timeLow);
    } else if (visibility === SHOWN) {
      applyEvent(moment);
    } else {
      this.#applyState(moment);
    }
    if (this.#raw !== undefined) {
      return this.#takeRaw(this.#raw, visibility);
    }
    if (visibility === HIDDEN) {
      return true;
    }
    if (visibility === SHOWN) {
      moment.show();
      this.#countShown();
    }
    return show(audience ?? this.#audienceOf(kind, moment, visibility), moment, visibility);
  }

  /** What only carries state happened elsewhere, or before: nobody counts it. */
  #applyState(moment: Moment): void {
    const world = this.#world;
    const { ledger } = world;
    world.ledger = undefined;
    applyEvent(moment);
    world.ledger = ledger;
  }

  #countShown(): void {
    this.#eventCount += 1;
    const { timeHigh, timeLow } = this.#record;
    const low = timeLow >>> 0;
    if (timeHigh > this.#lastHigh || (timeHigh === this.#lastHigh && low >= this.#lastLow >>> 0)) {
      this.#lastHigh = timeHigh;
      this.#lastLow = timeLow;
      if (this.#eventCount > 1) {
        return;
      }
    } else {
      this.#lateAt = this.#lateCount === 0 ? this.#record.offset : this.#lateAt;
      this.#lateCount += 1;
    }
    const isFirst = this.#eventCount === 1;
    if (
      isFirst ||
      timeHigh < this.#firstHigh ||
      (timeHigh === this.#firstHigh && low < this.#firstLow >>> 0)
    ) {
      this.#firstHigh = timeHigh;
      this.#firstLow = timeLow;
    }
  }

  /** Evidence that is not in the order of time says so once. */
  #disorder(): readonly Diagnostic[] {
    const count = this.#lateCount;
    const detail = `${count} ${count === 1 ? 'event is' : 'events are'} earlier than one before; this is the first`;
    return count === 0 ? [] : [{ id: 'events/out-of-order', offset: this.#lateAt, detail }];
  }

  /**
   * Kept only where the event is a listed one, and its record was in the newest layout: of others a record's code is
   * not its event's.
   */
  #audienceOf(kind: number, moment: Moment, visibility: Visibility): readonly Watcher[] {
    const { code, recordedCode } = moment.event;
    const registered = this.#registered(code);
    if (code !== recordedCode || visibility !== SHOWN) {
      return registered;
    }
    const audience = registered.filter(({ wants }) => wants?.(moment) !== false);
    return (this.#audiences[kind] = audience.length === 0 ? NOBODY : audience);
  }

  #registered(code: number): readonly Watcher[] {
    return this.#watchers.filter(({ codes }) => codes?.has(code) !== false);
  }

  /** The same record as recorded: the half of a pair that changes nothing is a moment too. */
  #takeRaw(
    { decoder, moment }: { readonly decoder: EventDecoder; readonly moment: Moment },
    merged: Visibility,
  ): boolean {
    const record = this.#record;
    const visibility = decoder.decode(record, moment.event);
    if (visibility === HIDDEN) {
      return true;
    }
    const isHalf = merged === HIDDEN;
    moment.thread = isHalf ? this.#world.thread(record.tid) : this.#moment.thread;
    moment.fd = isHalf ? undefined : this.#moment.fd;
    moment.isFdNameChanged = !isHalf && this.#moment.isFdNameChanged;
    moment.container = isHalf ? undefined : this.#moment.container;
    this.#eventCount += visibility === SHOWN ? 1 : 0;
    return show(this.#watchers, moment, visibility);
  }

  #takeMetadata(isSection: boolean): void {
    if (isSection) {
      const { sectionOffset, record } = this.#reader;
      this.#sections.begin(sectionOffset, record.number, this.#recordCount);
      this.#world.reset();
      this.#decoder.reset();
      this.#raw?.decoder.reset();
    } else {
      const { metadata } = this.#reader;
      loadMetadata(this.#world, metadata);
      if (metadata.kind === 'machine') {
        this.#machine = metadata;
        this.#sections.name(metadata.hostname);
      }
    }
    this.#options.onMetadata?.(this.#reader);
  }
}

/** Let everybody look; `false` where somebody has seen enough. */
function show(audience: readonly Watcher[], moment: Moment, visibility: Visibility): boolean {
  let goesOn = true;
  for (const watcher of audience) {
    goesOn = watcher.onMoment(moment, visibility) !== false && goesOn;
  }
  return goesOn;
}
