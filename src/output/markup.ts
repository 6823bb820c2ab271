/** Text that an attacker may have written, as literal text in Markdown and in Mermaid diagrams. */
import { escapeText } from './escape.js';

/**
 * A code span of Markdown that shows `text`: nothing in it is markup, a link, a mention or a reference to an issue. (In
 * tables of GitHub a bar would end the cell: not to be used there.)
 */
export function markdownCode(text: string): string {
  const shown = escapeText(text);
  const longest = Math.max(0, ...Array.from(shown.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const needsRoom = shown === '' || /^[` ]|[` ]$/.test(shown);
  return needsRoom ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}

const SPECIAL = /[&<>"'`|*_[\]()#@\\!~:$^{}=+-]/g;

/** Text that is safe to show already, as code also within a table: nothing in it is Markdown or HTML. */
export function markdownTableCode(safe: string): string {
  const entities = safe.replace(SPECIAL, (found) => `&#${found.charCodeAt(0)};`);
  return `<code>${entities}</code>`;
}

const PLAIN_IN_MERMAID = /[A-Za-z0-9 .,/_:=+@-]/;

/** Text within a quoted label of a Mermaid diagram: all that could be syntax or HTML is an entity code. */
export function mermaidText(text: string): string {
  return Array.from(escapeText(text), (character) =>
    PLAIN_IN_MERMAID.test(character) ? character : `#${character.codePointAt(0) ?? 0};`,
  ).join('');
}
