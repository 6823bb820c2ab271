/** The exact alerts of a test, a line each, against those that came. */

/** A line that is only in one of the two, or elsewhere in both, by its number there, from 1. */
export interface SnapshotDifference {
  /** `moved`: in both, but at this place among those that came another one was expected. */
  readonly kind: 'missing' | 'new' | 'moved';
  readonly lineNumber: number;
  readonly line: string;
}

/** What changed, in file order: lines that are gone, and lines that are new. Equal lines pair in turn. */
export function compareSnapshot(
  expected: readonly string[],
  found: readonly string[],
): SnapshotDifference[] {
  const differences = [
    ...unmatched('missing', expected, found),
    ...unmatched('new', found, expected),
  ];
  return differences.length === 0 ? moved(expected, found) : differences;
}

function moved(expected: readonly string[], found: readonly string[]): SnapshotDifference[] {
  return found.flatMap((line, at) =>
    line === expected[at] ? [] : [{ kind: 'moved', lineNumber: at + 1, line }],
  );
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

/** The lines of a snapshot file; `undefined` for a text that is no snapshot. And back. */
export function snapshotLines(text: string): string[] | undefined {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.every(isAlert) ? lines : undefined;
}

/** Whether a line may be an alert: what else is in a file must not be lost to `--update`. */
function isAlert(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'rule' in value && 'time' in value;
  } catch {
    return false;
  }
}

/** A snapshot file of these lines. */
export function snapshotText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
