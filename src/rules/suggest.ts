/** "Did you mean": the next step that many messages end with. */
import { nearestName } from '../fields/index.js';

/** Words shorter than this are near to everything. */
const MIN_LENGTH = 3;

/** `did you mean "x"?` where a known word is near; otherwise what else to do. */
export function didYouMean(word: string, known: Iterable<string>, otherwise: string): string {
  const meant = word.length < MIN_LENGTH ? undefined : nearestName(word, known);
  return meant === undefined ? otherwise : `did you mean "${meant}"?`;
}
