/** A condition of the command line, with the macros and lists of rules files where some are given. */
import { compileCondition, parseFilter, type Definitions } from '../../rules/index.js';
import type { Moment } from '../../state/index.js';

/** The test that `text` means. */
export function compileFilter(
  text: string,
  definitions: Definitions | undefined,
  source = 'syscall',
): (moment: Moment) => boolean {
  return compileCondition(parseFilter(text, definitions, source), source);
}
