/** A page of text: sections of lines, with a blank line between them. */

/** The page; sections without lines are left out. */
export function pageOf(sections: readonly (readonly string[])[]): string {
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
