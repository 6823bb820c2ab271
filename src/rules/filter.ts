/** A condition that was typed on the command line: parsed and resolved against the macros and lists of rules files. */
import { UserError } from '../errors.js';
import type { Resolved } from './ast.js';
import { SyntaxFault } from './cursor.js';
import { parseCondition } from './parse.js';
import { snippet } from './problem.js';
import { ListExpander, NameFault, resolveCondition, type Resolution } from './resolve.js';
import { SourceFile } from './source-text.js';
import type { Definitions } from './definitions.js';

/**
 * Parse and resolve a filter. Without `definitions` there are no macros and lists.
 *
 * @throws UserError with the column, what was expected, and the nearest name.
 */
export function parseFilter(text: string, definitions?: Definitions): Resolved {
  const source = new SourceFile('filter', text);
  const macros = definitions?.macros ?? new Map();
  const lists = definitions?.lists ?? new Map();
  try {
    const scope = {
      macros,
      lists,
      isBroken: () => false,
      macro: (name: string) => definitions?.resolutions.get(name) as Resolution,
    };
    return resolveCondition(parseCondition(source), scope, new ListExpander(lists)).condition;
  } catch (error) {
    if (error instanceof SyntaxFault || error instanceof NameFault) {
      throw new UserError({
        code: 'FILTER',
        what: 'Cannot understand the filter',
        where: `column ${error.at.column}\n${snippet(source, error.at, error.length).trimEnd()}`,
        why: error.message,
        fix: error.fix,
      });
    }
    throw error;
  }
}
