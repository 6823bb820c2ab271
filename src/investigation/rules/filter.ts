/** A condition of the command line, with the macros and lists of rules files where some are given. */
import type { FieldSettings } from '../../fields/index.js';
import { compileCondition, parseFilter, type Definitions } from '../../rules/index.js';
import type { Moment } from '../../state/index.js';
import { BySource } from '../evidence/by-source.js';

/** Whether events meet the condition, by their source. */
export type Filter = BySource<(moment: Moment) => boolean>;

/** What one command line says of its filter. */
interface FilterRequest {
  readonly text: string;
  readonly definitions: Definitions | undefined;
  /** Clock fields compare as they print. */
  readonly settings: FieldSettings;
}

/** @throws {UserError} for a condition that fits events of no source */
export function compileFilter({ text, definitions, settings }: FilterRequest): Filter {
  return new BySource((source) =>
    compileCondition(parseFilter(text, definitions, source), source, settings),
  );
}
