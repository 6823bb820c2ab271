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

/** Items on lines of their own, equally indented. The last stays: its text may go on in the next line. */
function blockRunAt(text: string, at: number): Found {
  let [after, from, to, count, indentLength] = [0, 0, 0, 0, 0];
  let lineAt = at;
  for (;;) {
    BLOCK_ITEM.lastIndex = lineAt;
    const found = BLOCK_ITEM.exec(text);
    const [line = '', indent = '', item = ''] = found ?? [];
    if (found === null || (count > 0 && indent.length !== indentLength)) {
      break;
    }
    if (count === 0) {
      after = lineAt + line.indexOf(item, indent.length + 2);
      from = after + item.length;
      indentLength = indent.length;
    }
    count += 1;
    to = lineAt - 1;
    lineAt = BLOCK_ITEM.lastIndex;
  }
  const next = count > 0 ? lineAt : text.indexOf('\n', at) + 1;
  const run = { after, from, to, count: count - 2, isFlow: false };
  return { run: count >= SHORTEST_RUN ? run : undefined, next: next === 0 ? text.length : next };
}

/** Items with a comma behind each, in brackets if they are items at all. */
function flowRunAt(text: string, at: number): Found {
  let [after, from, to, count] = [0, 0, at, 0];
  for (;;) {
    FLOW_ITEM.lastIndex = to;
    const found = FLOW_ITEM.exec(text);
    if (found === null) {
      break;
    }
    const [whole, item = ''] = found;
    if (count === 0) {
      after = to + whole.indexOf(item);
      from = after + item.length;
    }
    count += 1;
    to = FLOW_ITEM.lastIndex;
  }
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
  const pattern = isFlow ? FLOW_ITEM : BLOCK_ITEM;
  let at = isFlow ? text.indexOf(',', from) + 1 : text.indexOf('\n', from) + 1;
  while (at < to) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) {
      return;
    }
    const item = (isFlow ? found[1] : found[2]) ?? '';
    const start = at + found[0].indexOf(item, isFlow ? 0 : (found[1] ?? '').length + 2);
    const isQuoted = item.startsWith('"') || item.startsWith("'");
    const end = start + item.length;
    yield { start, end, text: isQuoted ? item.slice(1, -1) : item, isQuoted };
    at = pattern.lastIndex;
  }
}
