/**
 * Reports problems of definitions once: a mistake in a macro shows in every rule that uses it, and rules are
 * compiled after each file.
 */
import type { Position } from './ast.js';
import type { ErrorCode, WarningCode } from './codes-table.js';
import type { Context, Problems } from './problem.js';
import type { Fix } from './suggest.js';

/** What is wrong, and where in the text. */
export interface TextFault {
  readonly message: string;
  readonly at: Position;
  /** Characters to underline. */
  readonly length: number;
  readonly fix: Fix;
}

/** Passes problems on, each once. */
export class OnceReporter {
  readonly #problems: Problems;
  readonly #reported = new Set<string>();

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  /** An error: the first item in which it shows has it. */
  error(code: ErrorCode, context: Context, fault: TextFault): void {
    this.#once(placeKey(fault), code, context, fault);
  }

  /** A warning: every item in which it shows has it. */
  warning(code: WarningCode, context: Context, fault: TextFault): void {
    const item = context[1];
    const owner = item === undefined ? '' : `${item.name}:${item.at.file}:${item.at.line}`;
    this.#once(`${code}:${owner}:${placeKey(fault)}`, code, context, fault);
  }

  #once(key: string, code: ErrorCode | WarningCode, context: Context, fault: TextFault): void {
    if (!this.#reported.has(key)) {
      this.#reported.add(key);
      const { message, at, length, fix } = fault;
      this.#problems.add(code, context, { message, at, length, fix });
    }
  }
}

function placeKey({ at, message }: TextFault): string {
  return `${at.file}:${at.line}:${at.column}:${message}`;
}

/** The context of a place inside a condition. */
export function conditionPlace(context: Context, at: Position): Context {
  return [...context, { type: 'condition expression', name: '', at }];
}
