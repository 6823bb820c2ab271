/** What `events` is asked: the words of the command line, and which events those choose. */
import type { Visibility } from '../../events/index.js';
import type { Moment } from '../../state/index.js';

/** The words of the command line, as oclif parsed them. */
export interface EventsRequest {
  readonly evidence: string;
  readonly filter?: string | undefined;
  readonly print?: string | undefined;
  readonly fields?: string | undefined;
  readonly format: 'text' | 'json' | 'csv';
  readonly 'no-header': boolean;
  readonly 'csv-raw': boolean;
  readonly output?: string | undefined;
  readonly force: boolean;
  readonly write?: string | undefined;
  readonly rules?: readonly string[] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly tz: string;
  readonly raw: boolean;
  readonly all: boolean;
  readonly limit?: number | undefined;
  readonly 'allow-damage': boolean;
}

/** Whether an event is asked for. */
export type Chooser = (moment: Moment, visibility: Visibility) => boolean;
