/** The exact alerts of a test, a line each, against those that came. */

/** A line that is only in one of the two, by its number there, from 1. */
export interface SnapshotDifference {
  readonly kind: 'missing' | 'new';
  readonly lineNumber: number;
  readonly line: string;
}

/** What changed, in file order: lines that are gone, and lines that are new. Equal lines pair in turn. */
export function compareSnapshot(
  expected: readonly string[],
  found: readonly string[],
): SnapshotDifference[] {
  return [...unmatched('missing', expected, found), ...unmatched('new', found, expected)];
}

function unmatched(
  kind: SnapshotDifference['kind'],
  lines: readonly string[],
  others: readonly string[],
): SnapshotDifference[] {
  const left = new Map<string, number>();
  for (const line of others) {
    left.set(line, (left.get(line) ?? 0) + 1);
  }
  return lines.flatMap((line, index) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count > 0 ? [] : [{ kind, lineNumber: index + 1, line }];
  });
}

/** The lines of a snapshot file, and back. */
export function snapshotLines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** A snapshot file of these lines. */
export function snapshotText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
