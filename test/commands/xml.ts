/** Reads the XML that reports are made of, strictly: anything else is an error. */

/** An element of an XML document. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
}

/** @throws {Error} where the text is not well-formed, or not of this plain kind. */
export function parseXml(text: string): Element {
  const top: Element = { name: '', attributes: {}, children: [] };
  const open = [top];
  const token =
    /<\?xml version="1\.0" encoding="UTF-8"\?>|<\/([\w-]+)>|<([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>|([^<>]+)/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const [whole, closed, opened, attributes = '', empty, content = ''] = token.exec(text) ?? [];
    if (whole === undefined || /&(?!(?:amp|lt|gt|quot|#\d+);)/.test(attributes + content)) {
      throw new Error(`no XML at ${at}: ${text.slice(at, at + 80)}`);
    }
    if (closed !== undefined && open.pop()?.name !== closed) {
      throw new Error(`${closed} was not open at ${at}`);
    }
    if (opened !== undefined) {
      const pairs = [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)];
      const element = {
        name: opened,
        attributes: Object.fromEntries(
          pairs.map(([, name, value]) => [String(name), String(value)]),
        ),
        children: [],
      };
      open.at(-1)?.children.push(element);
      if (empty !== '/') {
        open.push(element);
      }
    }
  }
  const [root] = top.children;
  if (open.length !== 1 || root === undefined || top.children.length !== 1) {
    throw new Error('the document does not end as it begins');
  }
  return root;
}
