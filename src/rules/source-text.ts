/**
 * Text that knows where each of its characters was written. A condition may be put together from
 * several scalars of several files (appended parts, exceptions), and a YAML scalar is not spelt as it
 * reads (folding, indentation, quotes): positions go through here, so that a message can point into the file.
 */
import type { Position } from './ast.js';

/** A text with a place for each of its characters. */
export interface PlacedText {
  readonly text: string;
  /** Where character `offset` of `text` was written; the end of the text counts as a character. */
  at(offset: number): Position;
}

/** A whole file. */
export class SourceFile implements PlacedText {
  readonly name: string;
  readonly text: string;
  #lineStarts: readonly number[] | undefined;

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }

  at(offset: number): Position {
    const starts = this.lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return { file: this.name, line: low + 1, column: offset - (starts[low] as number) + 1 };
  }

  /** Text of a line, counted from 1, without its line break; empty beyond the end. */
  line(number: number): string {
    const start = this.lineStarts[number - 1];
    if (start === undefined) {
      return '';
    }
    const next = this.lineStarts[number] ?? this.text.length + 1;
    return this.text.slice(start, next - 1).replace(/\r$/, '');
  }

  get lineStarts(): readonly number[] {
    if (this.#lineStarts === undefined) {
      const starts = [0];
      for (let at = this.text.indexOf('\n'); at !== -1; at = this.text.indexOf('\n', at + 1)) {
        starts.push(at + 1);
      }
      this.#lineStarts = starts;
    }
    return this.#lineStarts;
  }
}

/** Part of the text of a {@link ComposedText}: placed, or glue that stands where the piece `near` begins. */
export type Piece = PlacedText | { readonly text: string; readonly near: PlacedText };

/** Several pieces read as one text. */
export class ComposedText implements PlacedText {
  readonly text: string;
  readonly #pieces: readonly Piece[];
  readonly #starts: readonly number[];

  constructor(pieces: readonly Piece[]) {
    const starts: number[] = [];
    let length = 0;
    for (const piece of pieces) {
      starts.push(length);
      length += piece.text.length;
    }
    this.#pieces = pieces;
    this.#starts = starts;
    this.text = pieces.map((piece) => piece.text).join('');
  }

  at(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    const piece = this.#pieces[low];
    if (piece === undefined) {
      throw new Error('a composed text has no pieces');
    }
    return 'near' in piece ? piece.near.at(0) : piece.at(offset - (this.#starts[low] as number));
  }
}
