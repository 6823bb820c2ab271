/**
 * How often the fields that rules ask are missing: each at the events that a rule which asks it may match, of which a sample
 * is looked at, the first of a type and then fewer and fewer. A share that is high names what the capture lacks.
 */
import {
  compileFieldText,
  eventName,
  renderField,
  type CompiledField,
} from '../../fields/index.js';
import { describeRule, type Rule, type RuleSet } from '../../rules/index.js';
import type { Moment } from '../../state/index.js';

/** How often a field was missing. */
export interface FieldShare {
  readonly field: string;
  /** Events that were looked at. */
  readonly sampleCount: number;
  /** From 0 to 1, of all events that stand behind the sample. */
  readonly missingShare: number;
}

/** Samples of a type after which only every second event of those before is one. */
const SAMPLES_PER_STRIDE = 128;
/** What a field prints that does not know. */
const MISSING = '<NA>';
/** Names of asynchronous events are the capture's choice. */
const MAX_TYPES = 2048;

interface Counter {
  readonly field: string;
  readonly read: CompiledField;
  samples: number;
  weight: number;
  missing: number;
}

/** A type of event: how many came, and what is asked at it. */
interface TypeWatch {
  readonly counters: readonly Counter[];
  count: number;
  samples: number;
  stride: number;
}

/** Fields by the types at which rules ask them; `undefined`: at all. */
type Asked = ReadonlyMap<string, ReadonlySet<string> | undefined>;

/** See the head of this file. */
export class FieldsAsked {
  readonly #asked = new Map<string, Asked>();
  readonly #counters = new Map<string, Counter>();
  readonly #types = new Map<string, TypeWatch>();

  constructor(rules: readonly Rule[], ruleSet: RuleSet) {
    for (const source of new Set(rules.map((rule) => rule.source))) {
      const own = rules.filter((rule) => rule.source === source);
      this.#asked.set(source, askedBy(own, ruleSet));
    }
  }

  /** Look at an event that rules are asked about. */
  look(moment: Moment): void {
    const watch = this.#watchOf(moment);
    if (watch === undefined) {
      return;
    }
    watch.count += 1;
    if (watch.count % watch.stride !== 0) {
      return;
    }
    for (const counter of watch.counters) {
      const text = renderField(counter.read, moment);
      counter.samples += 1;
      counter.weight += watch.stride;
      counter.missing += text === undefined || text === MISSING ? watch.stride : 0;
    }
    watch.samples += 1;
    watch.stride = 2 ** Math.floor(watch.samples / SAMPLES_PER_STRIDE);
  }

  /** Of the fields that were asked at all, those that are missing most first. */
  get shares(): readonly FieldShare[] {
    return [...this.#counters.values()]
      .filter(({ samples }) => samples > 0)
      .map(({ field, samples, weight, missing }) => ({
        field,
        sampleCount: samples,
        missingShare: missing / weight,
      }))
      .sort((a, b) => b.missingShare - a.missingShare || (a.field < b.field ? -1 : 1));
  }

  #watchOf(moment: Moment): TypeWatch | undefined {
    const { source } = moment;
    const name = eventName(moment.event);
    const key = `${source} ${name}`;
    let watch = this.#types.get(key);
    if (watch === undefined && this.#types.size < MAX_TYPES) {
      const asked = [...(this.#asked.get(source) ?? [])].filter(
        ([, types]) => types?.has(name) !== false,
      );
      const counters = asked.flatMap(([field]) => this.#counterOf(field, source) ?? []);
      watch = { counters, count: 0, samples: 0, stride: 1 };
      this.#types.set(key, watch);
    }
    return watch;
  }

  #counterOf(field: string, source: string): Counter | undefined {
    const key = `${source} ${field}`;
    let counter = this.#counters.get(key);
    const read = counter === undefined ? compileFieldText(field, source).field : undefined;
    if (read !== undefined && read.row.usage !== 'filter-only') {
      counter = { field, read, samples: 0, weight: 0, missing: 0 };
      this.#counters.set(key, counter);
    }
    return counter;
  }
}

function askedBy(rules: readonly Rule[], ruleSet: RuleSet): Asked {
  const asked = new Map<string, Set<string> | undefined>();
  for (const rule of rules) {
    const { conditionFields, outputFields, eventTypes } = describeRule(rule, ruleSet);
    for (const field of [...conditionFields, ...outputFields]) {
      const known = asked.get(field);
      if (eventTypes === undefined || (asked.has(field) && known === undefined)) {
        asked.set(field, undefined);
      } else {
        asked.set(field, new Set([...(known ?? []), ...eventTypes]));
      }
    }
  }
  return asked;
}
