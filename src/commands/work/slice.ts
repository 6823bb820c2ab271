/**
 * `events -w`: a slice of a capture that still replays. The evidence is read twice: once to choose events and
 * learn what their state needs, once to copy blocks as they are.
 */
import {
  createCapture,
  NEXT,
  openEvidence,
  type CaptureWriter,
  type EvidenceReader,
} from '../../capture/index.js';
import { UserError } from '../../errors.js';
import { EVENT } from '../../events/index.js';
import { escapeText, say } from '../../output/index.js';
import type { ExitCode } from '../exit.js';
import { damageExit } from './damage.js';
import { EnterWatch } from './enter-watch.js';
import type { Chooser, EventsRequest } from './events-request.js';
import { NumberSet } from './number-set.js';
import { replayEvidence } from './open.js';
import { refuseEvidence } from './guard.js';
import { KEEP, keepOf, NeededThreads } from './slice-needs.js';

/** What to copy. */
interface Choice {
  readonly numbers: NumberSet;
  readonly threads: ReadonlySet<number>;
}

/** What the first reading found out. */
interface Chosen {
  readonly choice: Choice;
  readonly chosenCount: number;
  readonly codes: readonly ExitCode[];
}

/** Write the chosen events, and what their state needs, to the new capture `request.write`. */
export async function writeSlice(
  request: EventsRequest & { readonly write: string },
  isChosen: Chooser,
): Promise<readonly ExitCode[]> {
  if (request.evidence === '-') {
    throw new UserError({
      code: 'SLICE_OF_STDIN',
      what: 'Cannot write a slice of this evidence',
      where: '--write with stdin',
      why: 'the evidence has to be read twice, and stdin can be read once',
      fix: 'save it to a file first',
    });
  }
  refuseEvidence(request.write, [request.evidence], '--write');
  const output = createCapture(request.write, { force: request.force });
  let told = '';
  let codes: readonly ExitCode[] = [];
  try {
    const chosen = await choose(request, isChosen);
    const copied = await copy(request.evidence, chosen.choice, output);
    told = `${chosen.chosenCount} ${chosen.chosenCount === 1 ? 'event' : 'events'} chosen, ${copied} records written (the others carry their state)`;
    codes = chosen.codes;
  } finally {
    output.close();
  }
  say(`${escapeText(request.write)}: ${told}`);
  return codes;
}

async function choose(request: EventsRequest, isChosen: Chooser): Promise<Chosen> {
  const numbers = new NumberSet();
  const threads = new NeededThreads();
  const enters = new EnterWatch();
  const limit = request.limit ?? Infinity;
  let chosenCount = 0;
  const result = await replayEvidence(request.evidence, {
    isHashed: false,
    raw: request.raw,
    onRecord: (record) => {
      enters.look(record);
    },
    onMoment: (moment, isState) => {
      const { event } = moment;
      threads.watch(moment);
      if (isChosen(moment, isState)) {
        threads.add(moment);
        numbers.add(event.number);
        // the enter half, and for events that keep what the one before was about, that one
        const before = event.code === EVENT.PLUGINEVENT_E ? [] : enters.before(event);
        before.forEach((number) => {
          numbers.add(number);
        });
        chosenCount += 1;
      }
      enters.seen(event);
      return chosenCount < limit;
    },
  });
  return {
    choice: { numbers, threads: threads.all() },
    chosenCount,
    codes: damageExit(result, request['allow-damage']),
  };
}

/** Copy what was chosen and what is needed; says how many event records were. */
async function copy(path: string, choice: Choice, output: CaptureWriter): Promise<number> {
  const reader = await openEvidence(path, { isHashed: false });
  const copier = new Copier(reader, choice, output);
  try {
    while (await reader.fill()) {
      copier.copyBuffered();
    }
  } finally {
    await reader.close();
  }
  return copier.count;
}

class Copier {
  /** Event records copied. */
  count = 0;
  readonly #reader: EvidenceReader;
  readonly #choice: Choice;
  readonly #output: CaptureWriter;
  #hasSection = false;

  constructor(reader: EvidenceReader, choice: Choice, output: CaptureWriter) {
    this.#reader = reader;
    this.#choice = choice;
    this.#output = output;
  }

  copyBuffered(): void {
    const reader = this.#reader;
    for (let next = reader.next(); next !== NEXT.NEED_MORE; next = reader.next()) {
      this.#hasSection ||= next === NEXT.SECTION;
      if (isWanted(next === NEXT.EVENT, next === NEXT.METADATA, reader, this.#choice)) {
        this.#copy(next === NEXT.EVENT);
      }
    }
  }

  #copy(isEvent: boolean): void {
    if (!this.#hasSection) {
      this.#output.writeSectionHeader(); // audit logs have none: their events become plugin events
      this.#hasSection = true;
    }
    this.#output.writeBlock(this.#reader.block());
    this.count += isEvent ? 1 : 0;
  }
}

function isWanted(
  isEvent: boolean,
  isMetadata: boolean,
  { record, metadata }: EvidenceReader,
  { numbers, threads }: Choice,
): boolean {
  if (!isEvent) {
    return !isMetadata || metadata.kind !== 'fds' || threads.has(metadata.tid);
  }
  const { number } = record;
  if (numbers.has(number)) {
    return true;
  }
  const keep = number > numbers.largest ? KEEP.NONE : keepOf(record.code);
  return keep === KEEP.ALL_THREADS || (keep === KEEP.NEEDED_THREADS && threads.has(record.tid));
}
