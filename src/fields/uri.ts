/** The query of a request's URI, on byte strings: percent escapes become bytes. */

/** The first value of a query parameter; `undefined` if the URI has no such parameter. */
export function queryParameter(uri: string, name: string): string | undefined {
  return queryValues(uri, name)[0];
}

/**
 * All values of a query parameter, in order. A parameter without `=` is empty. Escapes that are none stay as they are.
 */
export function queryValues(uri: string, name: string): readonly string[] {
  const withoutFragment = uri.split('#', 1)[0] ?? '';
  const start = withoutFragment.indexOf('?');
  if (start < 0) {
    return [];
  }
  return withoutFragment
    .slice(start + 1)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    })
    .filter(([key = '']) => decoded(key) === name)
    .map(([, value = '']) => decoded(value));
}

function decoded(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-fA-F]{2})/g, (_escape, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
}
