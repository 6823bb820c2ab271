/** Which known word the user probably meant. */

const MAX_WORD = 100;

/**
 * Words that are looked up, each against some hundred candidates, before nothing is suggested any more: a file of 10,000
 * unknown fields took two minutes. Whoever has so many mistakes begins with the first.
 */
const MAX_LOOKUPS = 1_000;
let lookups = 0;

/** Another text begins, whose first mistakes get suggestions again. */
export function renewLookups(): void {
  lookups = 0;
}

/** Edits (insert, delete, replace, swap of neighbours) from one word to the other. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(
        (previous[j] as number) + 1,
        (current[j - 1] as number) + 1,
        (previous[j - 1] as number) + same,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (before[j - 2] as number) + 1);
      }
      current.push(best);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] as number;
}

/**
 * The candidate nearest to a misspelt word: fewest edits, then first in order of the alphabet.
 *
 * @returns `undefined` when nothing is near: more than a third of the word would have to change.
 */
export function nearestName(word: string, candidates: Iterable<string>): string | undefined {
  return nearestNames(word, candidates, 1)[0];
}

/** Up to `count` of them, nearest first. */
export function nearestNames(word: string, candidates: Iterable<string>, count: number): string[] {
  if (word === '' || word.length > MAX_WORD || lookups >= MAX_LOOKUPS) {
    return [];
  }
  lookups += 1;
  const limit = Math.max(1, Math.floor(word.length / 3));
  const near: { candidate: string; distance: number }[] = [];
  const lower = word.toLowerCase();
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) <= limit) {
      const distance = editDistance(lower, candidate.toLowerCase());
      if (distance <= limit) {
        near.push({ candidate, distance });
      }
    }
  }
  near.sort(
    (a, b) =>
      a.distance - b.distance ||
      (a.candidate < b.candidate ? -1 : Number(a.candidate > b.candidate)),
  );
  return near.slice(0, count).map((row) => row.candidate);
}
