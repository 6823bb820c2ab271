/** A condition that was typed on the command line: parsed, resolved against macros and lists, and checked. */
import { UserError } from '../errors.js';
import type { Condition, Position, Resolved } from './ast.js';
import { ConditionChecker, eachComparison } from './check-condition.js';
import { SyntaxFault } from './cursor.js';
import type { Definitions } from './resolution.js';
import { parseCondition } from './parse.js';
import { snippet } from './problem.js';
import type { Resolution } from './resolution.js';
import { ListExpander, NameFault, resolveCondition, type Scope } from './resolve.js';
import { SourceFile } from './source-text.js';
import { fixText, type Fix } from './suggest.js';

/** No macro and no list. */
export function emptyDefinitions(): Definitions {
  return { lists: new Map(), macros: new Map(), resolutions: new Map() };
}

/** The file that places in a filter name. */
export const FILTER_FILE = 'filter';

const NONE = emptyDefinitions();

/**
 * Parse, resolve and check a filter for events of `source`.
 *
 * @param text - As typed; not a byte string.
 * @param definitions - Macros and lists that it may name.
 * @throws {UserError} With the column, what was found and expected, and the nearest name.
 */
export function parseFilter(
  text: string,
  definitions: Definitions = NONE,
  source = 'syscall',
): Resolved {
  const file = new SourceFile(FILTER_FILE, text);
  const { macros, lists, resolutions } = definitions;
  const scope: Scope = {
    macros,
    isBroken: () => false,
    isShipped: () => false,
    macro: (name) => resolutions.get(name) as Resolution,
  };
  let condition: Resolved;
  try {
    const parsed = parseCondition(file);
    ({ condition } = resolveCondition(parsed, scope, new ListExpander(lists)));
  } catch (error) {
    throw error instanceof SyntaxFault || error instanceof NameFault
      ? filterError(file, error)
      : error;
  }
  const checker = new ConditionChecker(source, { isStrict: false });
  eachComparison(condition, (comparison) => {
    const { fault } = checker.check(comparison);
    if (fault !== undefined) {
      throw filterError(file, fault);
    }
  });
  return condition;
}

/** A condition that {@link parseFilter} takes, as written. */
export function parseWritten(text: string): Condition {
  return parseCondition(new SourceFile(FILTER_FILE, text));
}

interface Fault {
  readonly message: string;
  readonly at: Position;
  readonly length: number;
  readonly fix: Fix;
}

function filterError(file: SourceFile, { message, at, length, fix }: Fault): UserError {
  const isTyped = at.file === file.name;
  const shown = isTyped ? `\n${snippet(file, at, length).trimEnd()}` : '';
  return new UserError({
    code: 'FILTER',
    what: 'Cannot use this filter',
    where: isTyped ? `filter, column ${at.column}` : `${at.file}:${at.line}:${at.column}`,
    why: `${message}${shown}`,
    fix: fixText(fix),
  });
}
