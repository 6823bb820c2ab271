/**
 * YAML text -> documents of the YAML library, for every file that this program reads: rules, tests, configurations. The
 * library composes collections by recursion, so nesting is bounded here, while tokens pass, before anything recurses.
 */
import {
  Composer,
  isMap,
  isScalar,
  Lexer,
  Parser,
  visit,
  type Document,
  type DocumentOptions,
  type LineCounter,
  type ParseOptions,
  type SchemaOptions,
} from 'yaml';

/** Collections inside collections deeper than this are refused. */
const MAX_YAML_DEPTH = 200;

/** Entries of the parser's stack that are no collections around a node: the document, and the node. */
const NOT_AROUND = 2;

/** A text that nests collections too deeply. */
export class YamlDepthFault extends Error {
  /** Where the collection begins that is one too many, in characters. */
  readonly offset: number;

  constructor(offset: number) {
    super(`collections are nested more than ${MAX_YAML_DEPTH} deep here`);
    this.name = 'YamlDepthFault';
    this.offset = offset;
  }
}

/** What the library may be asked. Errors are plain messages with offsets; equal keys are no errors. */
type YamlOptions = Omit<ParseOptions, 'lineCounter' | 'prettyErrors' | 'uniqueKeys'> &
  DocumentOptions &
  SchemaOptions & { readonly lineCounter?: LineCounter };

/**
 * All documents of a text; none where it holds nothing. Other mistakes are in the `errors` of a document.
 *
 * @throws {YamlDepthFault}
 */
export function parseYamlDocuments(text: string, options: YamlOptions = {}): Document.Parsed[] {
  const parser = new Parser(options.lineCounter?.addNewLine);
  options.lineCounter?.addNewLine(0);
  const composer = new Composer({ ...options, prettyErrors: false, uniqueKeys: false });
  const { stackTraceLimit } = Error;
  // a hostile text has an error for every few characters, and their stacks are most of the time and memory it costs
  Error.stackTraceLimit = 0;
  try {
    return Array.from(composer.compose(shallowTokens(parser, text)));
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function* shallowTokens(parser: Parser, text: string): ReturnType<Parser['parse']> {
  for (const lexeme of new Lexer().lex(text)) {
    const at = parser.offset;
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_YAML_DEPTH + NOT_AROUND) {
      throw new YamlDepthFault(at);
    }
  }
  yield* parser.end();
}

/**
 * Where a key is written that the same mapping has already; `undefined` where there is none. (The library compares each
 * key with all others.)
 */
export function repeatedKey(document: Document): number | undefined {
  let found: number | undefined;
  visit(document, {
    Map: (_key, map) => {
      const names = new Set<unknown>();
      const again = map.items.find(({ key }) => {
        const name = isScalar(key) ? key.value : key;
        return names.size === names.add(name).size;
      });
      if (again !== undefined) {
        const { key } = again;
        found = (isScalar(key) || isMap(key) ? key.range?.[0] : undefined) ?? map.range?.[0] ?? 0;
        return visit.BREAK;
      }
      return undefined;
    },
  });
  return found;
}
