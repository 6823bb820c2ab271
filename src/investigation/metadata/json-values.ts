/** The JSON values of a text: one, or several one after the other, as tools print them that are asked about several things. */

/**
 * Every value in `text`.
 *
 * @throws {SyntaxError} where one is no JSON
 */
export function jsonValuesOf(text: string): readonly unknown[] {
  try {
    return [JSON.parse(text)];
  } catch (error) {
    const pieces = piecesOf(text);
    if (pieces.length < 2) {
      throw error;
    }
    return pieces.map((piece) => JSON.parse(piece) as unknown);
  }
}

const STRUCTURE = /["{}[\]]/g;
const STRING_END = /["\\]/g;

/** Where one object or list ends at depth 0, the next begins. */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  let begin = 0;
  let depth = 0;
  STRUCTURE.lastIndex = 0;
  for (let found = STRUCTURE.exec(text); found !== null; found = STRUCTURE.exec(text)) {
    if (found[0] === '"') {
      STRUCTURE.lastIndex = endOfString(text, found.index + 1);
      continue;
    }
    depth += found[0] === '{' || found[0] === '[' ? 1 : -1;
    if (depth <= 0) {
      pieces.push(text.slice(begin, found.index + 1));
      begin = found.index + 1;
      depth = 0;
    }
  }
  return text.slice(begin).trim() === '' ? pieces : [...pieces, text.slice(begin)];
}

/** Behind the quote that ends the string of which `at` is inside. */
function endOfString(text: string, at: number): number {
  STRING_END.lastIndex = at;
  for (let found = STRING_END.exec(text); found !== null; found = STRING_END.exec(text)) {
    if (found[0] === '"') {
      return found.index + 1;
    }
    STRING_END.lastIndex = found.index + 2;
  }
  return text.length;
}
