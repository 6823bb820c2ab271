/**
 * Alerts by rule, program and container. 200,000 alerts may be as many groups, and each keystroke in the search makes them anew: so
 * they are counted and sorted as numbers, and no object is made but for the lines in sight.
 */
import type { Index } from './catalogue.js';
import { PRIORITIES } from './words.js';

/** Alerts with the same rule, program and container. */
export interface Group {
  readonly number: number;
  readonly rank: number;
  /** In this view. */
  readonly rows: Int32Array;
}

/** One row of the list. */
export interface Line {
  readonly group: Group;
  /** Missing where the line stands for all of the group. */
  readonly alert?: number;
}

/** The groups of a view: the most urgent first, then the most frequent, then in the order of time. */
export class Groups {
  readonly count: number;
  readonly #index: Index;
  /** Numbers of groups in the order in which they are shown. */
  readonly #order: Int32Array;
  /** All alerts, those of a group together, and where those of each begin. */
  readonly #rows: Int32Array;
  readonly #starts: Int32Array;

  constructor(index: Index, rows: readonly number[]) {
    const { alertGroup, groupCount, ruleRank, alertRule } = index;
    const sizes = new Int32Array(groupCount);
    const rank = new Uint8Array(groupCount);
    for (const row of rows) {
      const group = alertGroup[row] ?? 0;
      sizes[group] = (sizes[group] ?? 0) + 1;
      rank[group] = ruleRank[alertRule[row] ?? -1] ?? LEAST;
    }
    this.#order = orderOf(sizes, rank);
    this.count = this.#order.length;
    this.#starts = startsOf(sizes);
    const next = this.#starts.slice();
    this.#rows = new Int32Array(rows.length);
    for (const row of rows) {
      const group = alertGroup[row] ?? 0;
      const place = next[group] ?? 0;
      this.#rows[place] = row;
      next[group] = place + 1;
    }
    this.#index = index;
  }

  at(place: number): Group {
    const number = this.#order[place] ?? 0;
    const rows = this.#rows.subarray(this.#starts[number], this.#starts[number + 1]);
    const rank = this.#index.ruleRank[this.#index.alertRule[rows[0] ?? -1] ?? -1] ?? LEAST;
    return { number, rank, rows };
  }

  numberAt(place: number): number {
    return this.#order[place] ?? 0;
  }

  sizeAt(place: number): number {
    const number = this.numberAt(place);
    return (this.#starts[number + 1] ?? 0) - (this.#starts[number] ?? 0);
  }
}

const LEAST = PRIORITIES.length - 1;

/** Where each begins if all stand one after the other, and where the last one ends. */
function startsOf(sizes: Int32Array): Int32Array {
  const starts = new Int32Array(sizes.length + 1);
  sizes.forEach((size, at) => {
    starts[at + 1] = (starts[at] ?? 0) + size;
  });
  return starts;
}

/** Alerts of one case are fewer. */
const LIMIT = 2 ** 24;

/** Numbers of the groups that are not empty, in the order in which they are shown. */
function orderOf(sizes: Int32Array, rank: Uint8Array): Int32Array {
  // one number says all that is sorted by: numbers sort ten times as fast as objects. Most groups are of one alert, and in order
  const keys: number[] = [];
  const singles: number[][] = PRIORITIES.map(() => []);
  for (let group = 0; group < rank.length; group += 1) {
    const size = sizes[group] ?? 0;
    if (size === 1) {
      singles[rank[group] ?? 0]?.push(group);
    } else if (size > 1) {
      keys.push((((rank[group] ?? 0) + 1) * LIMIT - size) * LIMIT + group);
    }
  }
  const sorted = Float64Array.from(keys).sort();
  const order: number[] = [];
  let next = 0;
  singles.forEach((ofRank, place) => {
    for (; next < sorted.length && (sorted[next] ?? 0) < (place + 1) * LIMIT * LIMIT; next += 1) {
      order.push((sorted[next] ?? 0) % LIMIT);
    }
    for (const group of ofRank) {
      order.push(group);
    }
  });
  return Int32Array.from(order);
}

/** What the list shows: a line for each group, and below those that are open one for each of their alerts. */
export class Lines {
  readonly count: number;
  readonly #groups: Groups;
  /** Of each line: place of its group, and of its alert in that, or -1. */
  readonly #group: Int32Array;
  readonly #alert: Int32Array;

  /** Without `open` all are. */
  constructor(groups: Groups, open: ReadonlySet<number> | undefined) {
    const group: number[] = [];
    const alert: number[] = [];
    for (let place = 0; place < groups.count; place += 1) {
      group.push(place);
      alert.push(-1);
      const size = groups.sizeAt(place);
      if (size > 1 && open?.has(groups.numberAt(place)) !== false) {
        for (let at = 0; at < size; at += 1) {
          group.push(place);
          alert.push(at);
        }
      }
    }
    this.#groups = groups;
    this.#group = Int32Array.from(group);
    this.#alert = Int32Array.from(alert);
    this.count = group.length;
  }

  at(line: number): Line {
    const group = this.#groups.at(this.#group[line] ?? 0);
    const alert = group.rows[this.#alert[line] ?? -1];
    return alert === undefined ? { group } : { group, alert };
  }
}
