/** Differences of alerts, counted: by rule and by process, with a few examples of each kind. */
import type { Position } from '../../rules/index.js';
import type { Sight } from '../why/sight.js';

/** What may become of an alert. */
export const KINDS = ['gained', 'lost', 'changed'] as const;
export type Kind = (typeof KINDS)[number];
export type Counts = Readonly<Record<Kind, number>>;

/** One of them. Texts are byte strings. */
export interface Example {
  readonly event: Sight;
  /** What it says with the old rules, and with the new ones; absent where there is no such alert. */
  readonly old: string | undefined;
  readonly now: string | undefined;
}

/** Where an alert went, or came from: another rule took the event first. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** `asked-first`: both match, and the other is asked first; `matches-no-more`, `matches-now`: only one does. */
  readonly why: 'asked-first' | 'matches-no-more' | 'matches-now';
  readonly count: number;
}

/** A rule that has differences. Names are byte strings. */
export interface RuleDifference {
  readonly name: string;
  /** In the new set, or else in the old one. */
  readonly at: Position;
  readonly counts: Counts;
  readonly examples: Readonly<Record<Kind, readonly Example[]>>;
}

/** All differences of one way to alert (`--match all`, `--match first`). */
export interface ModeDifference {
  readonly match: 'all' | 'first';
  readonly oldCount: number;
  readonly newCount: number;
  readonly counts: Counts;
  /** Of changed alerts: those with another name, priority or output. */
  readonly changes: Readonly<Record<'name' | 'priority' | 'output', number>>;
  /** The most differences first. */
  readonly rules: readonly RuleDifference[];
  readonly processes: readonly { readonly name: string; readonly counts: Counts }[];
  readonly moves: readonly Move[];
}

/** Examples of a kind for each rule, and processes that are kept apart. */
const MAX_EXAMPLES = 3;
const MAX_PROCESSES = 4096;
const OTHERS = '(others)';

type Counting = Record<Kind, number>;
const none = (): Counting => ({ gained: 0, lost: 0, changed: 0 });
const sum = ({ gained, lost, changed }: Counts): number => gained + lost + changed;

/** Counts for one way to alert. */
export class ModeTally {
  oldCount = 0;
  newCount = 0;
  readonly changes = { name: 0, priority: 0, output: 0 };
  readonly #match: ModeDifference['match'];
  readonly #counts = none();
  readonly #rules = new Map<string, RuleDifference & { readonly counts: Counting; readonly examples: Record<Kind, Example[]> }>(); // prettier-ignore
  readonly #processes = new Map<string, Counting>();
  readonly #moves = new Map<string, Move>();

  constructor(match: ModeDifference['match']) {
    this.#match = match;
  }

  /** Note what became of an alert of a rule, and who did it (a byte string); the example is made only where it is one of the first. */
  note(
    kind: Kind,
    rule: { readonly name: string; readonly at: Position },
    process: string,
    example: () => Example,
  ): void {
    this.#counts[kind] += 1;
    let own = this.#rules.get(rule.name);
    if (own === undefined) {
      const examples = { gained: [], lost: [], changed: [] };
      own = { name: rule.name, at: rule.at, counts: none(), examples };
      this.#rules.set(rule.name, own);
    }
    own.counts[kind] += 1;
    if (own.examples[kind].length < MAX_EXAMPLES) {
      own.examples[kind].push(example());
    }
    const isKnown = this.#processes.has(process) || this.#processes.size < MAX_PROCESSES;
    const name = isKnown ? process : OTHERS;
    const counts = this.#processes.get(name) ?? none();
    counts[kind] += 1;
    this.#processes.set(name, counts);
  }

  move(from: string, to: string, why: Move['why']): void {
    const key = JSON.stringify([from, to, why]);
    const count = (this.#moves.get(key)?.count ?? 0) + 1;
    this.#moves.set(key, { from, to, why, count });
  }

  result(): ModeDifference {
    return {
      match: this.#match,
      oldCount: this.oldCount,
      newCount: this.newCount,
      counts: this.#counts,
      changes: this.changes,
      rules: [...this.#rules.values()].sort(
        (a, b) => sum(b.counts) - sum(a.counts) || byText(a.name, b.name),
      ),
      processes: [...this.#processes]
        .map(([name, counts]) => ({ name, counts }))
        .sort((a, b) => sum(b.counts) - sum(a.counts) || byText(a.name, b.name)),
      moves: [...this.#moves.values()].sort(
        (a, b) => b.count - a.count || byText(a.from, b.from) || byText(a.to, b.to),
      ),
    };
  }
}

function byText(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}
