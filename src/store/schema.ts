/**
 * How a schema is written down: tables of columns, each with a sentence that says what it holds. From the
 * rows come the CREATE TABLE statements, with the sentences inside (`.schema` shows them), and the page
 * that documents the case.
 */

/** A column: its name, its SQL after the name, and what it holds. */
export interface Column {
  readonly name: string;
  readonly sql: string;
  readonly doc: string;
}

/** A table; STRICT, so that a column holds what it says. */
export interface Table {
  readonly name: string;
  readonly doc: string;
  readonly columns: readonly Column[];
  /** Constraints behind the columns. */
  readonly constraints?: readonly string[];
  /** Columns of each index; made when a run has been written. */
  readonly indexes?: readonly string[];
}

/** A question that responders ask, answered. */
export interface View {
  readonly name: string;
  readonly doc: string;
  readonly sql: string;
}

/** The statement that makes `table`, with its documentation inside. */
export function createTable(table: Table): string {
  const constraints = table.constraints ?? [];
  const lines = table.columns.map(
    ({ name, sql, doc }, at) =>
      `  -- ${doc}\n  ${name} ${sql}${at < table.columns.length - 1 || constraints.length > 0 ? ',' : ''}`,
  );
  lines.push(
    ...constraints.map((text, at) => `  ${text}${at < constraints.length - 1 ? ',' : ''}`),
  );
  return `CREATE TABLE IF NOT EXISTS ${table.name} (\n  -- ${table.doc}\n${lines.join('\n')}\n) STRICT`;
}

/** The statements that make the indexes of `table`. */
export function createIndexes(table: Table): readonly string[] {
  return (table.indexes ?? []).map(
    (columns) =>
      `CREATE INDEX IF NOT EXISTS ${table.name}_by_${columns.replaceAll(', ', '_')} ON ${table.name} (${columns})`,
  );
}

/** The statement that makes `view`, letter by letter as SQLite keeps it. */
export function createView(view: View): string {
  return `CREATE VIEW ${view.name} AS\n-- ${view.doc}\n${view.sql}`;
}

/** The page that documents a schema, in Markdown. */
export function describeSchema(tables: readonly Table[], views: readonly View[]): string {
  const sections = tables.map(({ name, doc, columns }) => {
    const rows = columns.map((column) => `| \`${column.name}\` | ${column.sql} | ${column.doc} |`);
    return `## ${name}\n\n${doc}\n\n| column | type | holds |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  const questions = views.map(({ name, doc }) => `- \`${name}\`: ${doc}`);
  return `${sections.join('\n')}\n## Views\n\n${questions.join('\n')}\n`;
}
