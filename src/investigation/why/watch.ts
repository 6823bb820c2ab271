/**
 * What a rule did at the events of some evidence: traced, with what only the moment can say beside it (who did it, which
 * values an exception took, what an earlier rule took first).
 */
import { ABSENT } from '../../events/index.js';
import { compileField, type Value } from '../../fields/index.js';
import {
  isAsking,
  Matcher,
  NearestMisses,
  RuleTrace,
  ValuePrinter,
  type AskingNode,
  type Group,
  type Rule,
  type Sides,
  type TraceNode,
} from '../../rules/index.js';
import type { Moment, World } from '../../state/index.js';
import type { Subject } from './near-values.js';
import type { ExplainPlan } from './plan.js';
import { Programs } from './programs.js';
import { SightMaker, type Sight } from './sight.js';

/** Events that something happened at. */
export interface Tally {
  count: number;
  readonly first: Sight;
  last: Sight;
}

/** A miss as it was seen: the event, and the values of its comparisons, in their order. */
export interface MissSight extends Sight {
  readonly saw: readonly Sides[];
  /** What each had to be. */
  readonly wanted: readonly boolean[];
}

/** What an exception took. */
export interface Taken {
  count: number;
  /** The values that it compared, `proc.name=apt`, with the number of events; of the first events only. */
  readonly values: Map<string, number>;
}

/** What the machine knew when the evidence ended, of all pieces together. */
export interface Knowledge {
  hasContainers: boolean;
  hasContainerMetadata: boolean;
  hasUsers: boolean;
}

/** Events of an exception whose values are noted, and values that are kept. */
const MAX_TAKEN_EVENTS = 10_000;
const MAX_TAKEN_VALUES = 64;
/** Ancestors that are looked at for what they run. */
const MAX_ANCESTORS = 8;
/** Answers of groups that are kept: one byte each. */
const MAX_ANSWERS = 16_000_000;

/** One for all the evidence. */
export class RuleWatch {
  readonly trace: RuleTrace;
  readonly misses: NearestMisses<MissSight>;
  /** Events at which the rule alerted, and those at which another rule took the event first. */
  fired: Tally | undefined;
  readonly shadows = new Map<Rule, Tally>();
  readonly taken = new Map<TraceNode, Taken>();
  /** Events of the domain that were failed system calls, and those in an old or shorter layout. */
  failedCount = 0;
  oldLayoutCount = 0;
  /** What ran, where the rule asks for names or paths of programs. */
  readonly programs = new Programs();
  /** Groups of events, each with the number of failed system calls in it; empty where there were too many. */
  readonly groups = new Map<Group, number>();
  readonly knowledge: Knowledge = {
    hasContainers: false,
    hasContainerMetadata: false,
    hasUsers: false,
  };
  /** Events of the rule's source that it was shown. */
  offeredCount = 0;
  readonly #plan: ExplainPlan;
  readonly #sights: SightMaker;
  readonly #printer: ValuePrinter;
  readonly #failed: ((moment: Moment) => Value) | undefined;
  readonly #asksPrograms: boolean;
  readonly #asksAncestors: boolean;
  #answerCount = 0;
  #matcher: Matcher | undefined;
  #evidence = '';

  constructor(plan: ExplainPlan) {
    const { subject, settings } = plan;
    const { source, written, buildings } = subject;
    this.#plan = plan;
    this.trace = new RuleTrace(written, source, buildings, { settings });
    this.#sights = new SightMaker(source, settings);
    this.#printer = new ValuePrinter(source, settings);
    this.#failed = compileField('evt.failed', undefined, source).field?.read;
    const asking = this.trace.tree.nodes.filter(isAsking);
    this.#asksPrograms = asking.some((node) => subjectOf(node) !== 'other');
    this.#asksAncestors = asking.some(({ comparison }) => ANCESTORS.test(comparison.left.name));
    this.misses = new NearestMisses(this.trace, (moment, nodes, wanted) => ({
      ...this.#sights.at(moment, this.#evidence),
      saw: nodes.map((node) => this.#printer.sides(node, moment)),
      wanted,
    }));
  }

  /** A piece of evidence begins: another machine. */
  begin(evidence: string): void {
    this.#evidence = evidence;
    this.#matcher = undefined;
  }

  /** A piece of evidence has ended. */
  end(world: World): void {
    const { knowledge } = this;
    const { described } = world.seenContainers;
    knowledge.hasContainers ||= world.hadContainedThread || described.length > 0;
    knowledge.hasContainerMetadata ||= described.some(({ hasMetadata }) => hasMetadata);
    knowledge.hasUsers ||= world.knowsUsers;
  }

  /** Look at an event that rules are shown. */
  look(moment: Moment): void {
    const group = this.trace.look(moment);
    if (group === undefined) {
      return;
    }
    this.#noteCircumstances(group, moment);
    if (group.holds) {
      this.#noteMatch(moment);
    } else {
      this.misses.note(group, moment);
      this.#noteTaken(group, moment);
    }
  }

  #noteMatch(moment: Moment): void {
    this.#matcher ??= new Matcher(this.#plan.before, this.#plan.settings);
    const [first] = this.#matcher.match(moment);
    if (first === undefined) {
      this.fired = this.#counted(this.fired, moment);
    } else {
      this.shadows.set(first, this.#counted(this.shadows.get(first), moment));
    }
  }

  #counted(tally: Tally | undefined, moment: Moment): Tally {
    const sight = this.#sights.at(moment, this.#evidence);
    if (tally === undefined) {
      return { count: 1, first: sight, last: sight };
    }
    tally.count += 1;
    tally.last = sight;
    return tally;
  }

  #noteTaken({ only }: Group, moment: Moment): void {
    if (only?.kind !== 'exception') {
      return;
    }
    const taken = this.taken.get(only) ?? { count: 0, values: new Map<string, number>() };
    this.taken.set(only, taken);
    taken.count += 1;
    if (taken.count > MAX_TAKEN_EVENTS) {
      return;
    }
    const text = this.#valuesBelow(only, moment);
    if (taken.values.has(text) || taken.values.size < MAX_TAKEN_VALUES) {
      taken.values.set(text, (taken.values.get(text) ?? 0) + 1);
    }
  }

  /** `proc.name=apt fd.name=/etc/hosts`: each field of a node once, a byte string. */
  #valuesBelow(node: TraceNode, moment: Moment): string {
    const values = new Map<string, string>();
    const walk = (each: TraceNode): void => {
      if (each.kind === 'comparison') {
        const { name, argument } = each.comparison.left;
        const { left = '<NA>' } = this.#printer.sides(each, moment);
        values.set(argument === undefined ? name : `${name}[${argument}]`, left);
      } else {
        each.children.forEach(walk);
      }
    };
    walk(node);
    return [...values].map(([field, value]) => `${field}=${value}`).join(' ');
  }

  #noteCircumstances(group: Group, moment: Moment): void {
    const { event } = moment;
    const hasFailed = this.#failed?.(moment) === true;
    this.failedCount += hasFailed ? 1 : 0;
    this.#noteGroup(group, hasFailed);
    this.oldLayoutCount += isOfOldLayout(event) ? 1 : 0;
    if (this.#asksPrograms) {
      this.#notePrograms(moment);
    }
  }

  #noteGroup(group: Group, hasFailed: boolean): void {
    const known = this.groups.get(group);
    if (known === undefined) {
      this.#answerCount += group.answers.length;
      if (this.#answerCount > MAX_ANSWERS) {
        this.groups.clear();
        return;
      }
    }
    if (known === undefined || hasFailed) {
      this.groups.set(group, (known ?? 0) + (hasFailed ? 1 : 0));
    }
  }

  #notePrograms({ thread, world }: Moment): void {
    let at = thread;
    for (let depth = this.#asksAncestors ? MAX_ANCESTORS : 0; at !== undefined; depth -= 1) {
      this.programs.note(at);
      at = depth > 0 ? world.threads.get(at.ptid) : undefined;
    }
  }

  /** What a comparison compares now. */
  sides(node: AskingNode, moment: Moment): Sides {
    return this.#printer.sides(node, moment);
  }

  sight(moment: Moment): Sight {
    return this.#sights.at(moment, this.#evidence);
  }
}

/** Whether it was recorded without parameters that the newest layout has. */
function isOfOldLayout({ lengths, row }: Moment['event']): boolean {
  for (let at = 0; at < row.params.length; at += 1) {
    if (lengths[at] === ABSENT) {
      return true;
    }
  }
  return false;
}

/** The name of a process, which is that of the interpreter where it runs a script; and the path of its program. */
const NAMES = /^proc\.(?:name|pname|aname)$/;
const PATHS = /^proc\.[ap]?exe(?:path)?$/;
const ANCESTORS = /^proc\.[ap](?:name|exe|exepath)$/;

/** Whether a comparison asks for the name of a process, or for the path of its program. */
export function subjectOf({ comparison: { left, right } }: AskingNode): Subject {
  const isPlain = left.call === undefined && left.transformers.length === 0;
  if (!isPlain || right?.kind === 'field') {
    return 'other';
  }
  return NAMES.test(left.name) ? 'process-name' : PATHS.test(left.name) ? 'program-path' : 'other';
}

/** What a system call gave, or whether it succeeded. */
const OF_RESULT = /^(?:fd\.|evt\.(?:res|rawres|failed|is_open_))|^evt\.(?:raw)?arg$/;
const RESULTS: readonly (string | undefined)[] = ['res', 'fd'];

/** Whether a comparison asks for what calls that fail do not give. */
export function isAboutFailure({ comparison: { left } }: AskingNode): boolean {
  const { name, argument } = left;
  return OF_RESULT.test(name) && (!name.endsWith('arg') || RESULTS.includes(argument));
}
