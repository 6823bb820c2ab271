/** What rules were shown of one piece of evidence, and which of them could not have fired on it. */
import { EVENT, EVENT_TABLE } from '../../events/index.js';
import { eventName } from '../../fields/index.js';
import type { ReplayResult } from '../../pipeline.js';
import { silentRules, type Rule, type Silence } from '../../rules/index.js';
import type { Moment } from '../../state/index.js';

/** Names of events that are kept: asynchronous ones may call themselves anything. */
const MAX_NAMES = 4096;

/** Events of these codes differ in name, or in source. */
const VARIED: ReadonlySet<number> = new Set([
  EVENT.GENERIC_X,
  EVENT.ASYNCEVENT_E,
  EVENT.PLUGINEVENT_E,
]);

/** One for each piece of evidence. */
export class SilenceWatch {
  readonly #rules: readonly Rule[];
  readonly #shown = new SeenTypes();
  /** Types of events that were kept from the rules (`--filter`, `--from`). */
  readonly #passedOver = new SeenTypes();
  /** Rules that matched, alerted or not. */
  readonly #fired = new Set<Rule>();

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  /**
   * To be called at the first event of each type, at least, that rules are asked about.
   *
   * @param moment - The event.
   * @param isShown - Whether rules are shown it.
   */
  look(moment: Moment, isShown = true): void {
    (isShown ? this.#shown : this.#passedOver).look(moment);
  }

  noteFired(rules: readonly Rule[]): void {
    for (const rule of rules) {
      this.#fired.add(rule);
    }
  }

  /** In loading order; nothing where too much was there to say. */
  silent({ world, isWhole }: Pick<ReplayResult, 'world' | 'isWhole'>): readonly Silence[] {
    if (this.#shown.isFull) {
      return [];
    }
    const quiet = this.#rules.filter((rule) => !this.#fired.has(rule));
    return silentRules(quiet, {
      typesBySource: this.#shown.bySource,
      passedOver: this.#passedOver.bySource,
      world,
      isPartial: !isWhole,
    });
  }
}

/** Types of events by source. */
class SeenTypes {
  readonly bySource = new Map<string, Set<string>>();
  /** 1 for codes whose only name is known already. */
  readonly #seen = new Uint8Array(EVENT_TABLE.length);
  #nameCount = 0;

  get isFull(): boolean {
    return this.#nameCount >= MAX_NAMES;
  }

  look(moment: Moment): void {
    const { code } = moment.event;
    if (this.#seen[code] === 1) {
      return;
    }
    this.#seen[code] = VARIED.has(code) ? 0 : 1;
    const { source } = moment;
    let names = this.bySource.get(source);
    if (names === undefined) {
      names = new Set();
      this.bySource.set(source, names);
    }
    const name = eventName(moment.event);
    if (!this.isFull && !names.has(name)) {
      names.add(name);
      this.#nameCount += 1;
    }
  }
}
