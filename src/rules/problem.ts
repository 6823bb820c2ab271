/**
 * What is wrong with a rules file: a code, the item it belongs to, the place, what was found and expected, and one next
 * step. Problems are collected, not thrown, so that all of a file's are reported at once.
 */
import { NameLookups } from '../fields/index.js';
import type { Position } from './ast.js';
import { ERROR_CODES, NOTICE_CODES, type ProblemCode } from './codes-table.js';
import type { SourceFile } from './source-text.js';
import { fixText, type Fix } from './suggest.js';

/** Kinds of places, in the reference's words. */
export type LocationType =
  | 'value for'
  | 'exceptions'
  | 'exception'
  | 'exception values'
  | 'exception value'
  | 'rules content'
  | 'rules content item'
  | 'required_engine_version'
  | 'required plugin versions'
  | 'required plugin versions entry'
  | 'required plugin versions alternative'
  | 'list'
  | 'list item'
  | 'macro'
  | 'macro condition'
  | 'rule'
  | 'rule condition'
  | 'condition expression'
  | 'rule output'
  | 'rule priority'
  | 'overrides';

/** One step on the way from the file to the place. */
export interface Location {
  readonly type: LocationType;
  /** Name of the item; empty where it has none. */
  readonly name: string;
  readonly at: Position;
}

/** From the whole file (first) to the narrowest place (last). */
export type Context = readonly Location[];

export type Severity = 'error' | 'warning' | 'notice';

/** One mistake, something doubtful, or something worth knowing. */
export interface Problem {
  readonly severity: Severity;
  readonly code: ProblemCode;
  /** What is there, and what was expected: one sentence, present tense. */
  readonly message: string;
  /** One next step. */
  readonly fix: string;
  readonly context: Context;
  readonly at: Position;
  /** The line, and under it what is meant. */
  readonly snippet: string;
}

/** What makes a problem, apart from its code and place. */
export interface Story {
  readonly message: string;
  readonly fix: Fix;
  /** Narrower than the last location of the context. */
  readonly at?: Position | undefined;
  /** Characters to underline. */
  readonly length?: number | undefined;
}

/** Thrown to leave the item that is being read; caught where the next item begins. */
export class ItemFault extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = 'ItemFault';
    this.problem = problem;
  }
}

/** Problems of a severity that are reported, all files together; more are nobody's reading, and a file of 4 MB may have a million. */
const MAX_KEPT = 1000;

/** Collects problems, and knows the files that snippets are cut from. */
export class Problems {
  readonly list: Problem[] = [];
  /** What is not in any list, because there was too much. */
  readonly omitted: Record<Severity, number> = { error: 0, warning: 0, notice: 0 };
  readonly #kept: Record<Severity, number> = { error: 0, warning: 0, notice: 0 };
  readonly #files: ReadonlyMap<string, SourceFile>;
  readonly #lookups = new NameLookups();

  constructor(files: ReadonlyMap<string, SourceFile>) {
    this.#files = files;
  }

  add(code: ProblemCode, context: Context, story: Story): void {
    this.keep(this.problem(code, context, story));
  }

  /** Add what {@link Problems.problem} made, or count it where there are so many of its severity already. */
  keep(problem: Problem): void {
    const { severity } = problem;
    if (this.#kept[severity] < MAX_KEPT) {
      this.#kept[severity] += 1;
      this.list.push(problem);
    } else {
      this.omitted[severity] += 1;
    }
  }

  /** A problem that is not added yet. */
  problem(code: ProblemCode, context: Context, story: Story): Problem {
    const at = story.at ?? context[context.length - 1]?.at ?? { file: '', line: 1, column: 1 };
    const file = this.#files.get(at.file);
    const lookups = this.#lookups;
    // of most problems, nobody ever reads what to do and the line
    return {
      severity: code in ERROR_CODES ? 'error' : code in NOTICE_CODES ? 'notice' : 'warning',
      code,
      message: story.message,
      get fix() {
        return fixText(story.fix, lookups);
      },
      context,
      at,
      get snippet() {
        return snippet(file, at, story.length ?? 1);
      },
    };
  }

  /** To be thrown: the item is given up. */
  fault(code: ProblemCode, context: Context, story: Story): ItemFault {
    return new ItemFault(this.problem(code, context, story));
  }
}

const SNIPPET_WIDTH = 160;

/** The line of `at` (its part around it, if it is long) and a second line that underlines `length` characters. */
export function snippet(file: SourceFile | undefined, at: Position, length: number): string {
  if (file === undefined) {
    return '';
  }
  const line = file.line(at.line);
  const column = Math.min(at.column - 1, line.length);
  const from = line.length > SNIPPET_WIDTH ? Math.max(0, column - SNIPPET_WIDTH / 2) : 0;
  const shown = line.slice(from, from + SNIPPET_WIDTH);
  const before = from > 0 ? '...' : '';
  const after = from + SNIPPET_WIDTH < line.length ? '...' : '';
  const lead = shown.slice(0, column - from).replace(/[^\t]/g, ' ');
  const width = Math.max(1, Math.min(length, shown.length - (column - from)));
  const mark = `^${'~'.repeat(width - 1)}`;
  return `${before}${shown}${after}\n${' '.repeat(before.length)}${lead}${mark}\n`;
}
