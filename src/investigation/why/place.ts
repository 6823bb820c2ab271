/** Places of rules, as a line of an explanation names them. */
import { evidenceName } from '../../output/index.js';
import { FILTER_FILE, type Position } from '../../rules/index.js';

/** `rules.yaml:12`; of a condition on the command line, its column. */
export function shortPlace({ file, line, column }: Position): string {
  return file === FILTER_FILE ? `column ${column}` : `${evidenceName(file)}:${line}`;
}
