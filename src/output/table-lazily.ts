/** Tables, loaded when somebody asks for one. */

/** A function that renders a heading and rows of text. */
export async function openTable(): Promise<
  (head: readonly string[], rows: readonly (readonly string[])[]) => string
> {
  const { renderTable } = await import('./table.js');
  return renderTable;
}
