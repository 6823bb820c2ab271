/**
 * What a rule did at the events of some evidence: traced, with what only the moment can say beside it (who did it, which
 * values an exception took, what an earlier rule took first).
 */
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
import type { ExplainPlan } from './plan.js';
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
/** Names of scripts that are kept. */
const MAX_SCRIPTS = 4096;

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
  /** Programs that an interpreter was started with, by their file's name; byte strings. */
  readonly scripts = new Map<string, number>();
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
  readonly #asksNames: boolean;
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
    this.#asksNames = this.trace.tree.nodes.some((node) => isAsking(node) && isAboutName(node));
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
    this.#noteCircumstances(moment);
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

  #noteCircumstances(moment: Moment): void {
    const { event, thread } = moment;
    this.failedCount += this.#failed?.(moment) === true ? 1 : 0;
    this.oldLayoutCount +=
      event.recordedCode !== event.code || event.paramCount < event.row.params.length ? 1 : 0;
    if (this.#asksNames && thread !== undefined && thread.args !== '') {
      const name = scriptOf(thread.args);
      if (this.scripts.has(name) || this.scripts.size < MAX_SCRIPTS) {
        this.scripts.set(name, (this.scripts.get(name) ?? 0) + 1);
      }
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

/** The name of a process, which is that of the interpreter where it runs a script. */
const NAMES = /^proc\.(?:name|pname|aname|comm)$/;

/** Whether a comparison asks for the name of a process. */
export function isAboutName({ comparison: { left, right } }: AskingNode): boolean {
  return NAMES.test(left.name) && left.transformers.length === 0 && right?.kind !== 'field';
}

/** The file name of the first argument that is no option. Arguments end with a zero byte each. */
function scriptOf(args: string): string {
  const script = args.split('\0').find((argument) => argument !== '' && !argument.startsWith('-'));
  return script === undefined ? '' : script.slice(script.lastIndexOf('/') + 1);
}
