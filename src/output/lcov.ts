/**
 * LCOV's tracefile (geninfo(1)), which genhtml, editors and code hosts read. A rule is a function, a line with comparisons a
 * line, and what a comparison came to a branch: 0 is true, 1 is false.
 */

/** A rule. */
export interface LcovFunction {
  readonly name: string;
  readonly line: number;
  readonly hits: number;
}

/** A comparison. */
export interface LcovBranch {
  readonly line: number;
  /** How often each of its outcomes was seen; `undefined`: it was never asked. */
  readonly outcomes: readonly { readonly isTrue: boolean; readonly count: number | undefined }[];
}

/** A source file. */
export interface LcovFile {
  /** Relative where possible, so that the report fits another checkout. */
  readonly path: string;
  readonly functions: readonly LcovFunction[];
  /** By line: how often it was reached. */
  readonly lines: ReadonlyMap<number, number>;
  readonly branches: readonly LcovBranch[];
}

/** The tracefile. */
export function lcovText(files: readonly LcovFile[]): string {
  return files.map(fileText).join('');
}

function fileText({ path, functions, lines, branches }: LcovFile): string {
  const named = withOwnNames(functions);
  const outcomes = numbered(branches);
  const records = [
    'TN:',
    `SF:${encoded(path)}`,
    ...named.map(({ name, line }) => `FN:${line},${name}`),
    ...named.map(({ name, hits }) => `FNDA:${hits},${name}`),
    `FNF:${named.length}`,
    `FNH:${named.filter(({ hits }) => hits > 0).length}`,
    ...outcomes.map(
      ({ line, block, branch, count }) => `BRDA:${line},${block},${branch},${count ?? '-'}`,
    ),
    `BRF:${outcomes.length}`,
    `BRH:${outcomes.filter(({ count }) => count !== undefined && count > 0).length}`,
    ...[...lines].sort(([a], [b]) => a - b).map(([line, hits]) => `DA:${line},${hits}`),
    `LF:${lines.size}`,
    `LH:${[...lines.values()].filter((hits) => hits > 0).length}`,
    'end_of_record',
  ];
  return `${records.join('\n')}\n`;
}

/** Functions of one name would be taken for one. */
function withOwnNames(functions: readonly LcovFunction[]): readonly LcovFunction[] {
  const taken = new Set<string>();
  return functions.map((each) => {
    let name = encoded(each.name).replaceAll(',', '%2C');
    while (taken.has(name)) {
      name = `${name} (line ${each.line})`;
    }
    taken.add(name);
    return { ...each, name };
  });
}

/** Comparisons of a line are its blocks. */
function numbered(branches: readonly LcovBranch[]): readonly {
  readonly line: number;
  readonly block: number;
  readonly branch: number;
  readonly count: number | undefined;
}[] {
  const blocks = new Map<number, number>();
  return [...branches]
    .sort((a, b) => a.line - b.line)
    .flatMap(({ line, outcomes }) => {
      const block = blocks.get(line) ?? 0;
      blocks.set(line, block + 1);
      return outcomes.map(({ isTrue, count }) => ({ line, block, branch: isTrue ? 0 : 1, count }));
    });
}

/** Percent signs, and what would end a line or command a terminal, as bytes in percent notation. */
function encoded(text: string): string {
  return text.replace(/[%\p{Cc}\p{Cf}\u2028\u2029]/gu, (found) =>
    Array.from(
      Buffer.from(found, 'utf8'),
      (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    ).join(''),
  );
}
