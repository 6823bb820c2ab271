/** The query of a request's URI, on byte strings: percent escapes become bytes. */

/**
 * The first value of a query parameter. Escapes that are none stay as they are.
 *
 * @returns `undefined` if the URI has no such parameter; a parameter without `=` is empty.
 */
export function queryParameter(uri: string, name: string): string | undefined {
  const withoutFragment = uri.split('#', 1)[0] ?? '';
  const start = withoutFragment.indexOf('?');
  if (start < 0) {
    return undefined;
  }
  for (const pair of withoutFragment.slice(start + 1).split('&')) {
    const equals = pair.indexOf('=');
    const key = equals < 0 ? pair : pair.slice(0, equals);
    if (pair !== '' && decoded(key) === name) {
      return equals < 0 ? '' : decoded(pair.slice(equals + 1));
    }
  }
  return undefined;
}

function decoded(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-fA-F]{2})/g, (_escape, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
}
