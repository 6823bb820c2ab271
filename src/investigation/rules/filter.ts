/** A condition of the command line, with the macros and lists of rules files where some are given. */
import type { FieldSettings } from '../../fields/index.js';
import { compileCondition, parseFilter, type Definitions } from '../../rules/index.js';
import type { Moment } from '../../state/index.js';

/** What one command line says of its filter. */
export interface FilterRequest {
  readonly text: string;
  readonly definitions: Definitions | undefined;
  /** Clock fields compare as they print. */
  readonly settings: FieldSettings;
}

/** The test that the filter means for events of `source`. */
export function compileFilter(
  { text, definitions, settings }: FilterRequest,
  source: string,
): (moment: Moment) => boolean {
  return compileCondition(parseFilter(text, definitions, source), source, settings);
}
