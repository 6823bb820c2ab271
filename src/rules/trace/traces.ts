/** The traces of many rules over the same events: values are read once an event, and rules are passed over by its type. */
import { UserError } from '../../errors.js';
import type { FieldSettings } from '../../fields/index.js';
import type { Moment } from '../../state/index.js';
import { typeKeyOf } from '../engine/type-key.js';
import type { WrittenRule } from '../written.js';
import { ItemWatches, type ItemWatch } from './items.js';
import { RuleTrace } from './trace.js';
import type { AskingNode, Buildings } from './tree.js';
import { ValueSources } from './value-source.js';

/** Nodes of all rules together: some 300 bytes each. */
const MAX_NODES = 2_000_000;
/** Types of events that are kept apart: a capture may name its own. */
const MAX_TYPES = 4096;

/** A rule to trace, and the source of its events. */
interface Traced {
  readonly written: WrittenRule;
  readonly source: string;
}

/** Traces all rules of a set. */
export class RuleTraces {
  /** In the order of the rules. */
  readonly traces: readonly RuleTrace[];
  readonly #sources = new ValueSources();
  readonly #watches = new ItemWatches();
  /** By source and type: the traces whose domain has such events. */
  readonly #audiences = new Map<string, Map<string | number, readonly RuleTrace[]>>();

  /** @throws {UserError} `TRACE_SIZE` */
  constructor(rules: readonly Traced[], buildings: Buildings, settings: FieldSettings) {
    const shared = { sources: this.#sources, watches: this.#watches };
    let size = 0;
    this.traces = rules.map(({ written, source }) => {
      const trace = new RuleTrace(written, source, buildings, { settings, shared });
      size += trace.tree.nodes.length;
      if (size > MAX_NODES) {
        throw tooLarge();
      }
      return trace;
    });
  }

  /** Whether an event of this moment's source and type can be in the domain of a rule. */
  wants(moment: Moment): boolean {
    return this.#audience(moment).length > 0;
  }

  /** Look at an event with all rules. */
  look(moment: Moment): void {
    const audience = this.#audience(moment);
    if (audience.length > 0) {
      this.#sources.nextMoment();
      for (const trace of audience) {
        trace.look(moment);
      }
    }
  }

  /** Count what was seen since the last time; to be called before anything is read. */
  settle(): void {
    for (const trace of this.traces) {
      trace.settle();
    }
  }

  /** What became of the items of the list that a comparison compares with; `undefined` where it has none. */
  itemsOf(node: AskingNode, source: string): ItemWatch | undefined {
    return this.#watches.watchOf(node, source);
  }

  #audience(moment: Moment): readonly RuleTrace[] {
    const { source } = moment;
    let byType = this.#audiences.get(source);
    if (byType === undefined) {
      byType = new Map();
      this.#audiences.set(source, byType);
    }
    const key = typeKeyOf(moment);
    let audience = byType.get(key);
    if (audience === undefined) {
      audience = this.traces.filter((trace) => trace.wants(moment));
      if (byType.size < MAX_TYPES) {
        byType.set(key, audience);
      }
    }
    return audience;
  }
}

function tooLarge(): UserError {
  return new UserError({
    code: 'TRACE_SIZE',
    what: 'Cannot trace these rules',
    why: `with all their macros they have more than ${MAX_NODES} parts together`,
    fix: 'name fewer rules files',
  });
}
