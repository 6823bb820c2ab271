/**
 * YAML text -> documents of the YAML library, for every file that this program reads: rules, tests, configurations. The
 * library composes collections by recursion, so nesting is bounded here, while tokens pass, before anything recurses.
 */
import {
  type CST,
  type Document,
  type DocumentOptions,
  isMap,
  isScalar,
  Lexer,
  type LineCounter,
  type ParseOptions,
  Parser,
  type SchemaOptions,
  visit,
} from 'yaml';
import { atOnce, type Steps } from '../steps.js';
import { Composing, withoutStacks } from './yaml-composing.js';
import type { Run } from './long-lists.js';

/** Collections inside collections deeper than this are refused. */
const MAX_YAML_DEPTH = 200;

/** The lexer's mark before a plain or block text. */
const SCALAR_FOLLOWS = '\u001f';
/** Lexemes that begin another value: quotes, brackets, anchors, aliases, commas, the marks of items and keys. */
const OPENING = /^(?:["'[{*&,]|[-:?]$)/;

/** Some milliseconds of work. */
const LEXEMES_PER_STEP = 256;

/** Entries of the parser's stack that are no collections around a node: the document, and the node. */
const NOT_AROUND = 2;

/**
 * Texts, brackets and separators that texts bounded together may hold: twenty times the shipped rules. The library and what
 * is built on it take up to 1.3 kB for one; a million took 0.9 GB.
 */
const MAX_YAML_TOKENS = 300_000;

/** A text that is refused before the library builds anything of it. */
export class YamlBoundFault extends Error {
  /** Where the first thing begins that is one too many, in characters. */
  readonly offset: number;
  /** One next step. */
  readonly fix: string;

  constructor(message: string, offset: number, fix: string) {
    super(message);
    this.fix = fix;
    this.name = 'YamlBoundFault';
    this.offset = offset;
  }
}

/** Characters of all texts together, without what is in long lists: 25 times the shipped rules. 4 MB of one condition take 400 MB. */
const MAX_TEXT = 4_000_000;
/** Items of long lists, of which half a million take 420 MB with the rules that use them. */
const MAX_LONG_ITEMS = 550_000;

/** What all texts together may hold that are read with it. */
export class YamlBudget {
  /** So far. */
  spent = { tokens: 0, text: 0, longItems: 0 };

  /**
   * @param length - Of the text, in characters.
   * @param runs - The parts of long lists in it, which are bounded by themselves.
   * @throws {YamlBoundFault}
   */
  takeText(length: number, runs: readonly Run[]): void {
    const { tokens, text, longItems } = this.spent;
    this.spent = {
      tokens,
      text: runs.reduce((left, { from, to }) => left - (to - from), text + length),
      longItems: runs.reduce((sum, { count }) => sum + count, longItems),
    };
    if (this.spent.text > MAX_TEXT) {
      throw new YamlBoundFault(
        `with this text there are more than ${MAX_TEXT / 1e6} MB, long lists of plain words not counted, all files together`,
        0,
        'load less at once',
      );
    }
    if (this.spent.longItems > MAX_LONG_ITEMS) {
      throw new YamlBoundFault(
        `with this text there are more than ${MAX_LONG_ITEMS} items in lists, all files together`,
        0,
        'load fewer of them at once',
      );
    }
  }

  /** @throws {YamlBoundFault} */
  take(offset: number): void {
    this.spent.tokens += 1;
    if (this.spent.tokens > MAX_YAML_TOKENS) {
      throw new YamlBoundFault(
        `up to here there are more than ${MAX_YAML_TOKENS} keys, values, brackets and separators, all files together`,
        offset,
        'load less at once; many values of one list may stand in one text, with commas between them',
      );
    }
  }
}

/** What the library may be asked. Errors are plain messages with offsets; equal keys are no errors. */
type YamlOptions = Omit<ParseOptions, 'lineCounter' | 'prettyErrors' | 'uniqueKeys'> &
  DocumentOptions &
  SchemaOptions & { readonly lineCounter?: LineCounter };

/**
 * All documents of a text; none where it holds nothing. Other mistakes are in the `errors` of a document.
 * Texts that are bounded together share a `budget`.
 *
 * @throws {YamlBoundFault}
 */
export function parseYamlDocuments(
  text: string,
  options?: YamlOptions,
  budget?: YamlBudget,
): Document.Parsed[] {
  return atOnce(parsingYamlDocuments(text, options, budget));
}

/**
 * {@link parseYamlDocuments} in steps.
 *
 * @yields {undefined} Every millisecond or so.
 */
export function* parsingYamlDocuments(
  text: string,
  options: YamlOptions = {},
  budget = new YamlBudget(),
): Steps<Document.Parsed[]> {
  const parser = new Parser(options.lineCounter?.addNewLine);
  options.lineCounter?.addNewLine(0);
  const composing = new Composing({ ...options, prettyErrors: false, uniqueKeys: false });
  const tokens = boundedTokens(parser, text, budget);
  for (let isMore = true; isMore;) {
    const completed: CST.Token[] = [];
    isMore = withoutStacks(() => takeSome(tokens, completed));
    yield* composing.take(completed);
    yield;
  }
  yield* composing.take(withoutStacks(() => [...parser.end()]));
  return composing.end();
}

/**
 * What the parser makes of each lexeme; mostly nothing yet.
 *
 * @yields {Iterable<CST.Token>} The tokens that a lexeme completes.
 */
function* boundedTokens(
  parser: Parser,
  text: string,
  budget: YamlBudget,
): Generator<Iterable<CST.Token>, undefined> {
  for (const lexeme of new Lexer().lex(text)) {
    const at = parser.offset;
    if (lexeme === SCALAR_FOLLOWS || OPENING.test(lexeme)) {
      budget.take(at);
    }
    yield parser.next(lexeme);
    if (parser.stack.length > MAX_YAML_DEPTH + NOT_AROUND) {
      throw new YamlBoundFault(
        `collections are nested more than ${MAX_YAML_DEPTH} deep here`,
        at,
        'write it with fewer collections inside each other',
      );
    }
  }
  return undefined;
}

/** Take some lexemes, and note which tokens they complete; `false` where there are no more. */
function takeSome(
  tokens: Iterator<Iterable<CST.Token>, undefined>,
  completed: CST.Token[],
): boolean {
  for (let left = LEXEMES_PER_STEP; left > 0; left -= 1) {
    const next = tokens.next();
    if (next.done === true) {
      return false;
    }
    completed.push(...next.value);
  }
  return true;
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
