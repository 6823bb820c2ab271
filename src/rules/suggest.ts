/** "Did you mean": the next step that many messages end with. Names are looked for once somebody reads the message. */
import { nearestName, type NameLookups } from '../fields/index.js';

/** One next step, or how to find it; see {@link fixText}. */
export type Fix = string | ((lookups?: NameLookups) => string);

/** Words shorter than this are near to everything. */
const MIN_LENGTH = 3;

/** `did you mean "x"?` where a known word is near; otherwise what else to do. */
export function didYouMean(word: string, known: Iterable<string>, otherwise: string): Fix {
  return (lookups) => {
    const meant = nearWord(word, known, lookups);
    return meant === undefined ? otherwise : `did you mean "${meant}"?`;
  };
}

/** The known word that is near, if there is one, and `word` is long enough to say so. */
export function nearWord(
  word: string,
  known: Iterable<string>,
  lookups?: NameLookups,
): string | undefined {
  return word.length < MIN_LENGTH ? undefined : nearestName(word, known, lookups);
}

/** The step in words. Who reads many gives the `lookups` that all of them may cost. */
export function fixText(fix: Fix, lookups?: NameLookups): string {
  return typeof fix === 'string' ? fix : fix(lookups);
}
