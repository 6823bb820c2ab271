/** Reads the XML that reports are made of, strictly: anything else is an error. */

/** An element of an XML document. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
}

const TOKEN =
  /<\?xml version="1\.0" encoding="UTF-8"\?>|<\/([\w-]+)>|<([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>|([^<>]+)/y;

/** @throws {Error} where the text is not well-formed, or not of this plain kind. */
export function parseXml(text: string): Element {
  const top: Element = { name: '', attributes: {}, children: [] };
  const open = [top];
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found === null || /&(?!(?:amp|lt|gt|quot|#\d+);)/.test(found[0])) {
      throw new Error(`no XML at ${at}: ${text.slice(at, at + 80)}`);
    }
    const [, closed, opened, attributes = '', empty] = found;
    if (closed !== undefined && open.pop()?.name !== closed) {
      throw new Error(`${closed} was not open at ${at}`);
    }
    if (opened !== undefined) {
      openElement(open, { opened, attributes, isEmpty: empty === '/' });
    }
  }
  const [root, ...more] = top.children;
  if (open.length !== 1 || root === undefined || more.length > 0) {
    throw new Error('the document does not end as it begins');
  }
  return root;
}

interface Tag {
  readonly opened: string;
  readonly attributes: string;
  readonly isEmpty: boolean;
}

function openElement(open: Element[], { opened, attributes, isEmpty }: Tag): void {
  const pairs = [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)];
  const element = {
    name: opened,
    attributes: Object.fromEntries(pairs.map(([, name, value]) => [String(name), String(value)])),
    children: [],
  };
  open.at(-1)?.children.push(element);
  if (!isEmpty) {
    open.push(element);
  }
}
