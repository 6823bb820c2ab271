/** How CSV is protected, by the flags of a command and where it goes. */
import type { Sink } from '../../output/index.js';

/** Nothing that is shown on a terminal is raw. */
export function csvOptions(
  request: { readonly 'csv-raw': boolean },
  { isTerminal }: Sink,
): { readonly isRaw: boolean; readonly isTerminal: boolean } {
  return { isRaw: request['csv-raw'], isTerminal };
}
