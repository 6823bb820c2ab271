/**
 * Lists in brackets over several lines. The reference's YAML library does not look at indentation inside
 * brackets, and ours insists on it: what it refuses for that reason is put on one line, character by character, so that
 * every offset stays what it was.
 */

/** Characters that may be read again while one file is put right; keeps the work in proportion to its size. */
const MAX_WORK = 2_000_000;

/** How often a text of this length may be read again. */
export function rereadings(length: number): number {
  return Math.min(1000, Math.floor(MAX_WORK / (length + 1)));
}

/** The text with the bracketed collection around `offset` on one line; `undefined` if it has no end. */
export function flattenFlow(text: string, offset: number): string | undefined {
  const start = openBracketBefore(text, offset);
  const end = start === undefined ? undefined : closingBracket(text, start);
  if (start === undefined || end === undefined || !text.slice(start, end).includes('\n')) {
    return undefined;
  }
  return text.slice(0, start) + onOneLine(text.slice(start, end)) + text.slice(end);
}

/** The nearest bracket before `offset` that is still open there. */
function openBracketBefore(text: string, offset: number): number | undefined {
  let depth = 0;
  for (let at = offset - 1; at >= 0; at -= 1) {
    const character = text.charAt(at);
    if (character === ']' || character === '}') {
      depth += 1;
    } else if (character === '[' || character === '{') {
      if (depth === 0) {
        return at;
      }
      depth -= 1;
    }
  }
  return undefined;
}

/** Keys of rules files that hold collections. */
const COLLECTION_KEYS =
  /^[ \t]*(?:-[ \t]+)*(?:items|tags|fields|comps|values|exceptions|override|alternatives)[ \t]*:[ \t]*(?=[[{])/gm;

/** The text with the bracketed collections under the usual keys on one line each, up to one that has no end. */
export function flattenUsual(text: string): string {
  const parts: string[] = [];
  let done = 0;
  COLLECTION_KEYS.lastIndex = 0;
  while (COLLECTION_KEYS.test(text)) {
    const start = COLLECTION_KEYS.lastIndex;
    const end = closingBracket(text, start);
    if (end === undefined) {
      break;
    }
    parts.push(text.slice(done, start), onOneLine(text.slice(start, end)));
    done = end;
    COLLECTION_KEYS.lastIndex = end;
  }
  return parts.join('') + text.slice(done);
}

/** What brackets do not count in: quoted texts (closed or not), comments; and the brackets themselves. */
const FLOW_TOKENS = /"(?:[^"\\]|\\[^])*"?|'(?:[^']|'')*'?|(?<=\s)#[^\n]*|[[\]{}]/g;

/** Just behind the bracket that closes the one at `start`. */
function closingBracket(text: string, start: number): number | undefined {
  let depth = 0;
  FLOW_TOKENS.lastIndex = start;
  for (let found = FLOW_TOKENS.exec(text); found !== null; found = FLOW_TOKENS.exec(text)) {
    if (found[0] === '[' || found[0] === '{') {
      depth += 1;
    } else if (found[0] === ']' || found[0] === '}') {
      depth -= 1;
      if (depth === 0) {
        return FLOW_TOKENS.lastIndex;
      }
    }
  }
  return undefined;
}

/** Comments and line breaks become blanks; quoted texts of several lines are folded like any other. */
function onOneLine(flow: string): string {
  return flow
    .replace(FLOW_TOKENS, (token) => (token.startsWith('#') ? ' '.repeat(token.length) : token))
    .replace(/[\r\n\t]/g, ' ');
}
