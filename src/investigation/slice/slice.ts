/**
 * `events -w`: a slice of a capture that still replays. The evidence is read twice: once to choose events and
 * learn what their state needs, once to copy blocks. What is copied for the state alone gets the format's state-only
 * flag, so that rules see the chosen events and no others.
 */
import {
  createCapture,
  NEXT,
  type CaptureWriter,
  type EventRecord,
  type EvidenceReader,
} from '../../capture/index.js';
import { UserError } from '../../errors.js';
import { endsInitialState, EVENT, VISIBILITY } from '../../events/index.js';
import { type BytePipe, escapeText, evidenceName, openBytePipe, say } from '../../output/index.js';
import type { Outcome } from '../outcome.js';
import { interruption } from '../../interruption.js';
import { reportDamage } from '../evidence/damage.js';
import { EnterWatch } from './enter-watch.js';
import type { EventsChoice } from './plan.js';
import { NumberSet } from './number-set.js';
import { replayEvidence } from '../evidence/open.js';
import type { Piece } from '../evidence/pieces.js';
import { refuseEvidence } from '../evidence/guard.js';
import { KEEP, keepOf, NeededThreads } from './slice-needs.js';
import { unlessAborted } from '../evidence/unless-aborted.js';

/** What to copy. */
interface Choice {
  /** Chosen events, and the enter halves that belong to them. */
  readonly numbers: NumberSet;
  /** Records that they need, of whatever thread. */
  readonly carried: NumberSet;
  /** Whether a chosen event would be taken for the state with which a capture begins, if it came first. */
  readonly needsBeginning: boolean;
  readonly threads: ReadonlySet<number>;
}

/** What the first reading found out. */
interface Chosen {
  readonly choice: Choice;
  readonly chosenCount: number;
  readonly outcomes: readonly Outcome[];
}

/** Write the chosen events, and what their state needs, to a new capture at `path`. */
export async function writeSlice(
  choice: EventsChoice,
  { path, force }: { readonly path: string; readonly force: boolean },
): Promise<readonly Outcome[]> {
  const { piece } = choice;
  if (piece.path === '-') {
    throw new UserError({
      code: 'SLICE_OF_STDIN',
      what: 'Cannot write a slice of this evidence',
      where: '--write with stdin',
      why: 'the evidence has to be read twice, and stdin can be read once',
      fix: 'save it to a file first',
    });
  }
  refuseEvidence(path, piece.files, '--write');
  const pipe = openBytePipe(path);
  const output = createCapture(path, { force, sink: pipe });
  let summary = '';
  let outcomes: readonly Outcome[] = [];
  try {
    const chosen = await choose(choice);
    const { count: copied, incomplete } = await copy(piece, chosen.choice, output, pipe);
    summary = `${chosen.chosenCount} ${chosen.chosenCount === 1 ? 'event' : 'events'} chosen, ${copied} records written (the others carry their state)`;
    outcomes = chosen.outcomes;
    if (incomplete !== undefined) {
      say(`Damage: ${evidenceName(piece.path)}: ${escapeText(incomplete)}, so the slice is short`);
      outcomes = [...outcomes, 'damaged'];
    }
  } finally {
    output.close();
  }
  say(`${escapeText(path)}: ${summary}`);
  return outcomes;
}

async function choose(asked: EventsChoice): Promise<Chosen> {
  const { piece, isRaw, isChosen, limit, allowsDamage } = asked;
  const numbers = new NumberSet();
  const carried = new NumberSet();
  let needsBeginning = false;
  const threads = new NeededThreads();
  const enters = new EnterWatch();
  let chosenCount = 0;
  const result = await replayEvidence(piece, {
    isHashed: false,
    raw: isRaw,
    onRecord: (record) => {
      enters.look(record);
    },
    onMoment: (moment, visibility) => {
      const { event } = moment;
      threads.watch(moment);
      if (isChosen(moment, visibility)) {
        threads.add(moment);
        numbers.add(event.number);
        // the enter half, which is part of the event unless shown by itself; and for events that keep what the one
        // before was about, that one
        const isPair = event.code % 2 === 1 && !isRaw;
        const before = event.code === EVENT.PLUGINEVENT_E ? [] : enters.before(event);
        before.forEach((number) => {
          (isPair ? numbers : carried).add(number);
        });
        const isState = visibility === VISIBILITY.STATE;
        needsBeginning ||= !isState && !endsInitialState(event.recordedCode);
        chosenCount += 1;
      }
      enters.seen(event);
      return chosenCount < limit;
    },
  });
  return {
    choice: { numbers, carried, needsBeginning, threads: threads.all() },
    chosenCount,
    outcomes: reportDamage(result, allowsDamage),
  };
}

/** Copy what was chosen and what is needed; says how many event records were, and why not all could be. */
async function copy(
  piece: Piece,
  choice: Choice,
  output: CaptureWriter,
  pipe: BytePipe | undefined,
): Promise<{ readonly count: number; readonly incomplete: string | undefined }> {
  const reader = await piece.open(false);
  const copier = new Copier(reader, choice, output);
  try {
    while (pipe?.isOpen !== false && (await unlessAborted(interruption, reader.fill()))) {
      copier.copyBuffered();
      await unlessAborted(interruption, pipe?.ready() ?? Promise.resolve());
    }
    const { incomplete } = await unlessAborted(interruption, reader.close());
    return { count: copier.count, incomplete };
  } catch (error) {
    reader.abandon();
    throw error;
  }
}

class Copier {
  /** Event records copied. */
  count = 0;
  readonly #reader: EvidenceReader;
  readonly #choice: Choice;
  readonly #output: CaptureWriter;
  #hasSection = false;
  /** Whether the copy is past the state with which its section begins. */
  #hasBegun = false;

  constructor(reader: EvidenceReader, choice: Choice, output: CaptureWriter) {
    this.#reader = reader;
    this.#choice = choice;
    this.#output = output;
  }

  copyBuffered(): void {
    const reader = this.#reader;
    for (let next = reader.next(); next !== NEXT.NEED_MORE; next = reader.next()) {
      if (next === NEXT.EVENT) {
        this.#copyEvent();
      } else {
        this.#copyOther(next === NEXT.SECTION);
      }
    }
  }

  #copyOther(isSection: boolean): void {
    const { metadata } = this.#reader;
    if (isSection) {
      this.#hasSection = true;
      this.#hasBegun = false;
    } else if (metadata.kind === 'fds' && !this.#choice.threads.has(metadata.tid)) {
      return;
    }
    this.#output.writeBlock(this.#reader.block());
  }

  #copyEvent(): void {
    const { record } = this.#reader;
    const isChosen = this.#choice.numbers.has(record.number);
    if (!isChosen && !this.#isCarried(record)) {
      return;
    }
    this.#hasBegun ||= endsInitialState(record.code);
    if (!this.#hasSection) {
      this.#output.writeSectionHeader(); // audit logs have none: their events become plugin events
      this.#hasSection = true;
    }
    if (isChosen) {
      this.#output.writeBlock(this.#reader.block());
    } else {
      this.#output.writeStateOnly(this.#reader.block(), record.isBigEndian);
    }
    this.count += 1;
  }

  /** Whether chosen events need the record, which is none of them. */
  #isCarried({ number, code, tid }: EventRecord): boolean {
    const { numbers, carried, needsBeginning, threads } = this.#choice;
    if (number > numbers.largest) {
      return false;
    }
    if (carried.has(number) || (needsBeginning && !this.#hasBegun && endsInitialState(code))) {
      return true;
    }
    const keep = keepOf(code);
    return keep === KEEP.ALL_THREADS || (keep === KEEP.NEEDED_THREADS && threads.has(tid));
  }
}
