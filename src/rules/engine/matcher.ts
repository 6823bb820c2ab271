/**
 * Which rules match at a moment. Rules are specialised step by step, each step cached: by event type (what
 * the type decides is folded away), by the thread's class, by the descriptor's class, by the event's
 * shape. What is left is nearly always nothing; the rest is asked at each event.
 */
import type { FileDescriptor, Moment } from '../../state/index.js';
import { DEFAULT_SETTINGS, type FieldSettings, type Subject } from '../../fields/index.js';
import type { Rule } from '../rule.js';
import { DescriptorClassifier } from './descriptor-classes.js';
import { Classifier, type AnswerClass } from './keep.js';
import { conditionTree } from './condition-tree.js';
import { Questions, type Predicate } from './predicate.js';
import { Steps } from './steps.js';
import { decide, eachPredicate, fold, NEVER, UNKNOWN, type Tree } from './tree.js';
import { COMMON_KEYS, typeKeyOf } from './type-key.js';

/** Specialised sets of rules that are kept; beyond it all are dropped and made anew. */
const MAX_STEPS = 65_536;
/** Yes/no facts of an event by which rules are specialised; further ones are asked each time. */
const MAX_SHAPE_BITS = 6;

/** A rule and what is left of its condition. */
interface Candidate {
  readonly rule: Rule;
  readonly rest: Tree;
}

/** Rules that one event type can fire, and their specialisations by thread class. */
interface TypeStep {
  readonly candidates: readonly Candidate[];
  readonly byThread: Steps<ThreadStep>;
}

interface ThreadStep {
  readonly candidates: readonly Candidate[];
  readonly asksDescriptor: boolean;
  readonly byDescriptor: Steps<ShapeStep>;
  /** Where the event has no descriptor, or nothing is asked of it. */
  readonly withoutDescriptor: ShapeStep;
}

interface ShapeStep {
  readonly candidates: readonly Candidate[];
  /** The facts of the event that are asked first, and what is left by their bits. */
  readonly shape: readonly Predicate[];
  readonly byShape: (readonly Candidate[] | undefined)[];
}

/** As a constant of this module, for speed; see `scap-reader.ts`. */
const KEYS = COMMON_KEYS;
const NO_RULES: readonly Rule[] = [];

/** Finds the rules that match, for one set of rules. */
export class Matcher {
  readonly #rules: readonly Candidate[];
  readonly #questions: Questions;
  readonly #predicates: readonly Predicate[];
  readonly #aboutType: readonly Predicate[];
  readonly #threads: Classifier;
  readonly #descriptors: DescriptorClassifier;
  readonly #byType = new Map<string | number, TypeStep>();
  /** The same for common keys: an array element costs less than a Map's. */
  readonly #byKey: (TypeStep | undefined)[] = new Array<undefined>(KEYS).fill(undefined);
  readonly #matches: Rule[] = [];
  #stepCount = 0;
  #moment: Moment | undefined;
  readonly #ask = (predicate: number): boolean =>
    (this.#predicates[predicate] as Predicate).holds(this.#moment as Moment);

  /**
   * @param rules - In the order of asking.
   * @param settings - Those of the templates: clock fields compare as they print.
   * @param questions - What rules ask becomes part of it; others count with it.
   */
  constructor(
    rules: readonly Rule[],
    settings: FieldSettings = DEFAULT_SETTINGS,
    questions: Questions = new Questions(settings),
  ) {
    this.#rules = rules.map((rule) => ({
      rule,
      rest: conditionTree(rule.condition, rule.source, questions),
    }));
    this.#questions = questions;
    this.#predicates = questions.predicates;
    this.#aboutType = questions.predicates.filter(({ subject }) => subject === 'type');
    const { columns } = questions;
    const about = (...subjects: Subject[]) =>
      columns.filter((column) => subjects.includes(column.reader.subject));
    const count = questions.predicates.length;
    this.#threads = new Classifier(about('thread', 'lineage'), count);
    this.#descriptors = new DescriptorClassifier(about('fd'), about('fd-name'), count);
  }

  /** The rules that match now, in the order of loading. The array is reused by the next call. */
  match(moment: Moment): readonly Rule[] {
    const key = typeKeyOf(moment);
    const known = isCommon(key) ? this.#byKey[key] : undefined;
    const type = known ?? this.#stepOf(key, moment);
    return type.candidates.length === 0 ? NO_RULES : this.#matchTyped(type, moment);
  }

  /** Whether some rule may match at an event of this moment's kind; see `kindOf`. */
  wants(moment: Moment): boolean {
    const key = typeKeyOf(moment);
    return typeof key !== 'number' || this.#stepOf(key, moment).candidates.length > 0;
  }

  /** The step of an event type that has no plain code, or is new. */
  #stepOf(key: string | number, moment: Moment): TypeStep {
    const step = this.#byType.get(key) ?? this.#typeStep(key, moment);
    if (isCommon(key)) {
      this.#byKey[key] = step;
    }
    return step;
  }

  #matchTyped(type: TypeStep, moment: Moment): readonly Rule[] {
    this.#questions.nextMoment();
    const thread = this.#classOfThread(moment);
    const byThread = type.byThread.get(thread) ?? this.#threadStep(type, thread);
    if (byThread.candidates.length === 0) {
      return NO_RULES;
    }
    const { fd } = moment;
    if (!byThread.asksDescriptor || fd === undefined) {
      return this.#matchShape(byThread.withoutDescriptor, moment);
    }
    const descriptor = this.#classOfDescriptor(fd, moment);
    const step = byThread.byDescriptor.get(descriptor) ?? this.#shapeStep(byThread, descriptor);
    return step.candidates.length === 0 ? NO_RULES : this.#matchShape(step, moment);
  }

  #matchShape(step: ShapeStep, moment: Moment): readonly Rule[] {
    let bits = 0;
    for (let i = 0; i < step.shape.length; i += 1) {
      bits |= (step.shape[i] as Predicate).holds(moment) ? 1 << i : 0;
    }
    const left = (step.byShape[bits] ??= this.#lastStep(step, bits));
    return left.length === 0 ? NO_RULES : this.#decide(left, moment);
  }

  /** Ask what is left, now. */
  #decide(candidates: readonly Candidate[], moment: Moment): readonly Rule[] {
    this.#moment = moment;
    this.#matches.length = 0;
    for (const { rule, rest } of candidates) {
      if (decide(rest, this.#ask)) {
        this.#matches.push(rule);
      }
    }
    return this.#matches;
  }

  /** A thread's class is valid while nothing that it was computed from has changed since. */
  #classOfThread(moment: Moment): AnswerClass {
    const { thread, world } = moment;
    if (thread === undefined || moment.container !== undefined) {
      // an event of container metadata has the fields of the container that it is about
      return this.#threads.classify(moment);
    }
    const kept = thread.answers as AnswerClass | undefined;
    if (
      kept?.owner === this.#threads &&
      thread.answersAt >= world.metadataChange &&
      (thread.answersAt === world.change || world.isUnchanged(thread, thread.answersAt))
    ) {
      thread.answersAt = world.change;
      return kept;
    }
    const made = this.#threads.classify(moment);
    thread.answers = made;
    thread.answersAt = world.change;
    return made;
  }

  #classOfDescriptor(fd: FileDescriptor, moment: Moment): AnswerClass {
    const kept = fd.answers as AnswerClass | undefined;
    if (kept?.owner === this.#descriptors) {
      return kept;
    }
    const made = this.#descriptors.classifyDescriptor(fd, moment);
    fd.answers = made;
    return made;
  }

  #typeStep(key: string | number, moment: Moment): TypeStep {
    if (this.#stepCount >= MAX_STEPS) {
      this.#clear();
      this.#stepCount = 0;
    }
    const answers = new Uint8Array(this.#predicates.length).fill(UNKNOWN);
    for (const predicate of this.#aboutType) {
      answers[predicate.id] = Number(predicate.holds(moment));
    }
    const candidates = remaining(
      this.#rules.filter(({ rule }) => rule.source === moment.source),
      (id) => answers[id] as number,
    );
    const step = { candidates, byThread: new Steps<ThreadStep>() };
    this.#byType.set(key, step);
    this.#stepCount += 1;
    return step;
  }

  #threadStep(type: TypeStep, thread: AnswerClass): ThreadStep {
    const candidates = remaining(type.candidates, answersOf(thread));
    const step = {
      candidates,
      asksDescriptor: this.#asked(candidates, ['fd', 'fd-name'], 1).length > 0,
      byDescriptor: new Steps<ShapeStep>(),
      withoutDescriptor: this.#shaped(candidates),
    };
    this.#makeRoom(type.byThread);
    type.byThread.set(thread, step);
    return step;
  }

  #shapeStep(thread: ThreadStep, descriptor: AnswerClass): ShapeStep {
    const step = this.#shaped(remaining(thread.candidates, answersOf(descriptor)));
    this.#makeRoom(thread.byDescriptor);
    thread.byDescriptor.set(descriptor, step);
    return step;
  }

  #shaped(candidates: readonly Candidate[]): ShapeStep {
    return { candidates, shape: this.#asked(candidates, ['shape'], MAX_SHAPE_BITS), byShape: [] };
  }

  #lastStep({ shape, candidates }: ShapeStep, bits: number): readonly Candidate[] {
    const positions = new Map(shape.map((predicate, i) => [predicate.id, i]));
    return remaining(candidates, (id) => {
      const position = positions.get(id);
      return position === undefined ? UNKNOWN : (bits >> position) & 1;
    });
  }

  #clear(): void {
    this.#byType.clear();
    this.#byKey.fill(undefined);
  }

  /** Count a step; when there are too many, start anew with the table it goes into, then with all. */
  #makeRoom(table: Steps<unknown>): void {
    this.#stepCount += 1;
    if (this.#stepCount >= MAX_STEPS) {
      table.clear();
      this.#clear();
      this.#stepCount = 0;
    }
  }

  /** The first `most` predicates about these subjects that candidates still ask, each once. */
  #asked(
    candidates: readonly Candidate[],
    subjects: readonly Subject[],
    most: number,
  ): readonly Predicate[] {
    const found = new Set<Predicate>();
    for (const { rest } of candidates) {
      eachPredicate(rest, (id) => {
        const predicate = this.#predicates[id] as Predicate;
        if (subjects.includes(predicate.subject)) {
          found.add(predicate);
        }
        return found.size < most;
      });
      if (found.size >= most) {
        break;
      }
    }
    return [...found];
  }
}

function isCommon(key: string | number): key is number {
  return typeof key === 'number' && key < KEYS;
}

/** What is left of candidates when some answers are known. */
function remaining(
  candidates: readonly Candidate[],
  known: (predicate: number) => number,
): Candidate[] {
  return candidates
    .map(({ rule, rest }) => ({ rule, rest: fold(rest, known) }))
    .filter(({ rest }) => rest !== NEVER);
}

function answersOf({ answers }: AnswerClass): (predicate: number) => number {
  return (predicate) => answers[predicate] as number;
}
