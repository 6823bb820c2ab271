/** Which known word the user probably meant. */

const MAX_WORD = 100;

/** Names that one check may compare with misspelt words; as many comparisons of long words take a second. */
const MAX_COMPARISONS = 300_000;

/**
 * What looking for names may cost whoever has many words to look up, in names compared. A file may have 10,000 unknown fields and
 * 100,000 lists; whoever has so many mistakes begins with the first.
 */
export class NameLookups {
  #left = MAX_COMPARISONS;

  /** Whether one more name may be compared. */
  take(): boolean {
    this.#left -= 1;
    return this.#left >= 0;
  }
}

/** Rows of the table of edits: the one before the previous, the previous, and the current one. (Lower case may be longer.) */
const ROWS = [0, 1, 2].map(() => new Uint8Array(2 * MAX_WORD + 2)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

/** Edits (insert, delete, replace, swap of neighbours) from one word to the other; `undefined` beyond `limit`. */
function editDistance(a: string, b: string, limit: number): number | undefined {
  let [before, previous, current] = ROWS;
  for (let j = 0; j <= b.length; j += 1) {
    previous[j] = j;
  }
  for (let i = 1; i <= a.length; i += 1) {
    let least = i;
    current[0] = i;
    for (let j = 1; j <= b.length; j += 1) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1;
      let best = Math.min(
        (previous[j] as number) + 1,
        (current[j - 1] as number) + 1,
        (previous[j - 1] as number) + same,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (before[j - 2] as number) + 1);
      }
      current[j] = best;
      least = Math.min(least, best);
    }
    // a swap reaches back two rows, and makes an edit of what counted as two
    if (least > limit + 1) {
      return undefined;
    }
    [before, previous, current] = [previous, current, before];
  }
  const edits = previous[b.length] as number;
  return edits <= limit ? edits : undefined;
}

/** A bit for each kind of character in the word. */
function charactersIn(word: string): number {
  let bits = 0;
  for (let at = 0; at < word.length; at += 1) {
    bits |= 1 << (word.charCodeAt(at) & 31);
  }
  return bits;
}

/** Whether one has more than `limit` kinds of characters that the other lacks: each takes an edit of its own. */
function areFar(a: number, b: number, limit: number): boolean {
  return hasMoreThan(a & ~b, limit) || hasMoreThan(b & ~a, limit);
}

function hasMoreThan(bits: number, limit: number): boolean {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) {
    count += 1;
  }
  return count > limit;
}

/**
 * The candidate nearest to a misspelt word: fewest edits, then first in order of the alphabet.
 *
 * @returns `undefined` when nothing is near: more than a third of the word would have to change.
 */
export function nearestName(
  word: string,
  candidates: Iterable<string>,
  lookups?: NameLookups,
): string | undefined {
  return nearestNames(word, candidates, 1, lookups)[0];
}

/** Up to `count` of them, nearest first. Who looks up many words gives the `lookups` that all of them may cost. */
export function nearestNames(
  word: string,
  candidates: Iterable<string>,
  count: number,
  lookups = new NameLookups(),
): string[] {
  if (word === '' || word.length > MAX_WORD) {
    return [];
  }
  const limit = Math.max(1, Math.floor(word.length / 3));
  const near: { candidate: string; distance: number }[] = [];
  const lower = word.toLowerCase();
  const characters = charactersIn(lower);
  for (const candidate of candidates) {
    if (!lookups.take()) {
      break;
    }
    if (Math.abs(candidate.length - word.length) > limit || candidate.length > MAX_WORD) {
      continue;
    }
    const other = candidate.toLowerCase();
    const distance = areFar(characters, charactersIn(other), limit)
      ? undefined
      : editDistance(lower, other, limit);
    if (distance !== undefined) {
      near.push({ candidate, distance });
    }
  }
  near.sort(
    (a, b) =>
      a.distance - b.distance ||
      (a.candidate < b.candidate ? -1 : Number(a.candidate > b.candidate)),
  );
  return near.slice(0, count).map((row) => row.candidate);
}
