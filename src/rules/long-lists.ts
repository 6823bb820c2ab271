/**
 * Long lists of plain items. The YAML library builds some kB for an item, so a list of 150,000 took half a gigabyte, and lists of bad
 * addresses are as long. Runs of plain items are found in the text, and the library sees only the ends of each run: blanks stand for
 * the rest, so that every offset stays what it was. Whoever builds the list puts the items back, see {@link itemsOf}.
 *
 * What looks like a run may be part of a text (a condition, a description). Then no list has an item where the run begins, and the text
 * is to be read again with that run left alone.
 */
import type { Steps } from '../steps.js';

/** Items between those that the library sees, as offsets in the text: `[from, to)`. */
export interface Run {
  /** Where the item begins that stands for the run: the one before the first of these. */
  readonly after: number;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly isFlow: boolean;
}

/** An item of a run; `start` and `end` are offsets, quotes included. */
export interface RunItem {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly isQuoted: boolean;
}

/** Shorter texts cannot hold more than may be read. */
const SHORTEST_TEXT = 300_000;
/** Shorter runs are left to the library. */
const SHORTEST_RUN = 64;
/** Lines, or places where a list may begin. */
const PLACES_PER_STEP = 5_000;

/** Items whose text is what is written, in any place of a list: words, paths, names, addresses; quoted texts without escapes. */
const QUOTED = String.raw`"[^"\\\r\n]*"|'[^'\r\n]*'`;
const BLOCK_ITEM = new RegExp(
  String.raw`( *)- +([\w./](?:[^\s:]|:(?=[^\s]))*|${QUOTED}) *\r?\n`,
  'y',
);
const FLOW_ITEM = new RegExp(
  String.raw`\s*([\w./](?:[^\s:,#"'[\]{}]|:(?=[^\s,[\]{}]))*|${QUOTED})\s*,`,
  'y',
);
const FLOW_START = /[[,]/g;

/**
 * The runs of a text, in order.
 *
 * @yields {void} Between steps.
 */
export function* findRuns(text: string): Steps<readonly Run[]> {
  const runs: Run[] = [];
  let steps = 0;
  const pause = (): boolean => {
    steps += 1;
    return steps % PLACES_PER_STEP === 0;
  };
  for (let at = text.length < SHORTEST_TEXT ? text.length : 0; at < text.length;) {
    const { run, next } = blockRunAt(text, at);
    runs.push(...(run === undefined ? [] : [run]));
    at = next;
    if (pause()) {
      yield;
    }
  }
  FLOW_START.lastIndex = text.length < SHORTEST_TEXT ? text.length : 0;
  while (FLOW_START.test(text)) {
    const { run, next } = flowRunAt(text, FLOW_START.lastIndex);
    runs.push(...(run === undefined ? [] : [run]));
    FLOW_START.lastIndex = next;
    if (pause()) {
      yield;
    }
  }
  // words with commas between them may be one item of a list of lines
  let end = 0;
  return runs
    .sort((a, b) => a.after - b.after)
    .filter(({ after, to }) => {
      const isFree = after >= end;
      end = isFree ? to : end;
      return isFree;
    });
}

/** A run that begins in the line at `at`, if one does, and where to look on. */
interface Found {
  readonly run: Run | undefined;
  readonly next: number;
}

/** An item of a list, as it is written. */
interface Written {
  /** Where it begins, and where to look for the next. */
  readonly start: number;
  readonly next: number;
  /** With its quotes. */
  readonly item: string;
  /** Of an item on a line of its own: how far that is indented. */
  readonly indentLength: number;
}

/** The item on the line that begins at `at`, if it is plain. */
function blockItemAt(text: string, at: number): Written | undefined {
  BLOCK_ITEM.lastIndex = at;
  const found = BLOCK_ITEM.exec(text);
  if (found === null) {
    return undefined;
  }
  const [line, indent = '', item = ''] = found;
  const start = at + line.indexOf(item, indent.length + 2);
  return { start, next: BLOCK_ITEM.lastIndex, item, indentLength: indent.length };
}

/** The item at `at` and the comma behind it, if it is plain. */
function flowItemAt(text: string, at: number): Written | undefined {
  FLOW_ITEM.lastIndex = at;
  const found = FLOW_ITEM.exec(text);
  if (found === null) {
    return undefined;
  }
  const [whole, item = ''] = found;
  return { start: at + whole.indexOf(item), next: FLOW_ITEM.lastIndex, item, indentLength: 0 };
}

/** Items on lines of their own, equally indented. The last stays: its text may go on in the next line. */
function blockRunAt(text: string, at: number): Found {
  const first = blockItemAt(text, at);
  if (first === undefined) {
    const next = text.indexOf('\n', at) + 1;
    return { run: undefined, next: next === 0 ? text.length : next };
  }
  let [lastAt, next, count] = [at, first.next, 1];
  let item = blockItemAt(text, next);
  while (item?.indentLength === first.indentLength) {
    [lastAt, next] = [next, item.next];
    count += 1;
    item = blockItemAt(text, next);
  }
  const { start: after } = first;
  const from = after + first.item.length;
  const run = { after, from, to: lastAt - 1, count: count - 2, isFlow: false };
  return { run: count >= SHORTEST_RUN ? run : undefined, next };
}

/** Items with a comma behind each, in brackets if they are items at all. */
function flowRunAt(text: string, at: number): Found {
  const first = flowItemAt(text, at);
  if (first === undefined) {
    return { run: undefined, next: at };
  }
  let [to, count] = [first.next, 1];
  let item = flowItemAt(text, to);
  while (item !== undefined) {
    to = item.next;
    count += 1;
    item = flowItemAt(text, to);
  }
  const { start: after } = first;
  const from = after + first.item.length;
  const run = { after, from, to: to - 1, count: count - 1, isFlow: true };
  return { run: count >= SHORTEST_RUN ? run : undefined, next: to };
}

/** The text with blanks in place of what is in the runs. */
export function withoutRuns(text: string, runs: readonly Run[]): string {
  const parts: string[] = [];
  let done = 0;
  for (const { from, to } of runs) {
    parts.push(text.slice(done, from), ' '.repeat(to - from));
    done = to;
  }
  return parts.join('') + text.slice(done);
}

/**
 * The items of a run.
 *
 * @yields {RunItem} Each once, in order.
 */
export function* itemsOf(text: string, { from, to, isFlow }: Run): Generator<RunItem> {
  const itemAt = isFlow ? flowItemAt : blockItemAt;
  let at = text.indexOf(isFlow ? ',' : '\n', from) + 1;
  while (at < to) {
    const found = itemAt(text, at);
    if (found === undefined) {
      return;
    }
    const { start, item, next } = found;
    const isQuoted = item.startsWith('"') || item.startsWith("'");
    const end = start + item.length;
    yield { start, end, text: isQuoted ? item.slice(1, -1) : item, isQuoted };
    at = next;
  }
}
