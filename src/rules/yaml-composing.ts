/**
 * Tokens of the YAML library -> its documents, in steps. The library makes a document of its tokens in one go, which takes a
 * second for the largest file of rules; the items of a list, which such a file is, can be made some at a time.
 */
import { Composer, type CST, type Document, isSeq, type YAMLSeq } from 'yaml';
import type { Steps } from '../steps.js';

type ComposerOptions = ConstructorParameters<typeof Composer>[0];

/** Some milliseconds of work: rules, mostly. */
const ITEMS_PER_STEP = 32;

/** Tokens that may stand before a list without saying anything about it. */
const PLAIN_START = new Set(['space', 'comment', 'newline', 'doc-start']);

const NOTHING: CST.SourceToken[] = [];

/** What of a document was made apart from it. */
interface Rest {
  readonly items: YAMLSeq.Parsed['items'];
  readonly errors: Document.Parsed['errors'];
  /** Of its last part: the ends of both hold for the whole. */
  range: Document.Parsed['range'];
  listRange: YAMLSeq.Parsed['range'];
}

/** Makes documents of the tokens that come. */
export class Composing {
  readonly #options: ComposerOptions;
  readonly #composer: Composer;
  readonly #documents: Document.Parsed[] = [];
  /** A directive holds for all that follows, and is known to one composer alone. */
  #hasDirectives = false;
  /** What belongs to the document that the composer has not given out yet. */
  #rest: Rest | undefined;

  constructor(options: ComposerOptions) {
    this.#options = options;
    this.#composer = new Composer(options);
  }

  *take(tokens: readonly CST.Token[]): Steps<void> {
    for (const token of tokens) {
      this.#hasDirectives ||= token.type === 'directive';
      const parts = this.#hasDirectives ? [] : partsOf(token);
      const [first = token, ...others] = parts;
      this.#give(withoutStacks(() => [...this.#composer.next(first)]));
      if (others.length > 0) {
        this.#rest = { items: [], errors: [], range: [0, 0, 0], listRange: [0, 0, 0] };
        yield* this.#takeParts(others, this.#rest);
      }
      yield;
    }
  }

  *#takeParts(parts: readonly CST.Document[], rest: Rest): Steps<void> {
    for (const part of parts) {
      yield;
      const composer = new Composer(this.#options);
      const made = withoutStacks(() => [...composer.next(part), ...composer.end()]);
      for (const { contents, errors, range } of made) {
        rest.errors.push(...errors);
        rest.range = range;
        if (isSeq(contents)) {
          rest.items.push(...contents.items);
          rest.listRange = contents.range;
        }
      }
    }
  }

  /** All documents; nothing can be taken afterwards. */
  end(): Document.Parsed[] {
    this.#give(withoutStacks(() => [...this.#composer.end()]));
    return this.#documents;
  }

  /** The composer gives a document out when the next one begins. */
  #give(documents: readonly Document.Parsed[]): void {
    for (const document of documents) {
      if (this.#rest !== undefined) {
        join(document, this.#rest);
      }
      this.#rest = undefined;
      this.#documents.push(document);
    }
  }
}

/** Put a document and what was made apart from it together. Only comments behind its list are lost. */
function join(document: Document.Parsed, { items, errors, range, listRange }: Rest): void {
  const { contents } = document;
  if (isSeq(contents)) {
    items.forEach((item) => contents.items.push(item));
    contents.range = [contents.range[0], listRange[1], listRange[2]];
  }
  document.range = [document.range[0], range[1], Math.max(range[2], document.range[2])];
  document.errors.push(...errors);
  document.errors.sort((a, b) => a.pos[0] - b.pos[0]);
}

/** A document that is a long list, as several with some of its items each; none where it is anything else. */
function partsOf(token: CST.Token): CST.Document[] {
  if (token.type !== 'document' || token.value?.type !== 'block-seq') {
    return [];
  }
  const { start, value, end = [] } = token;
  if (value.items.length <= ITEMS_PER_STEP || !start.every(({ type }) => PLAIN_START.has(type))) {
    return [];
  }
  const parts = [
    { ...token, value: { ...value, items: value.items.slice(0, ITEMS_PER_STEP) }, end: NOTHING },
  ];
  for (let at = ITEMS_PER_STEP; at < value.items.length; at += ITEMS_PER_STEP) {
    const items = value.items.slice(at, at + ITEMS_PER_STEP);
    const offset = items[0]?.start[0]?.offset ?? value.offset;
    parts.push({
      ...token,
      offset,
      start: NOTHING,
      value: { ...value, offset, items },
      end: NOTHING,
    });
  }
  return parts.map((part, index) => (index === parts.length - 1 ? { ...part, end } : part));
}

/** A hostile text has an error for every few characters, and their stacks are most of the time and memory it costs. */
export function withoutStacks<T>(work: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
