/** What alerts say, unpacked one by one: `../alert-texts.ts` says how they were packed. */
import type { AlertShape, LinePiece, PackedAlertTexts } from '../tables.js';

const DAY_S = 86_400;

/** Seconds since the epoch, and the nanoseconds within the second. */
export interface ExactTime {
  readonly seconds: number;
  readonly ns: number;
}

/** Lines and fields of alerts, by row. */
export class AlertTexts {
  readonly #packed: PackedAlertTexts;
  /** Of each alert, its place among those of its shape. */
  readonly #rank: Int32Array;
  readonly #time: (row: number) => ExactTime;

  constructor(packed: PackedAlertTexts, time: (row: number) => ExactTime) {
    this.#packed = packed;
    this.#time = time;
    const seen = new Int32Array(packed.shapes.length);
    this.#rank = Int32Array.from(packed.shapeAt, (shape) => {
      const rank = seen[shape] ?? 0;
      seen[shape] = rank + 1;
      return rank;
    });
  }

  /** The whole line, as `analyze` printed it. */
  line(row: number): string {
    const template = this.#packed.templates[this.#packed.templateAt[row] ?? -1] ?? [];
    let line = '';
    for (const piece of template) {
      line += this.#piece(row, piece);
    }
    return line;
  }

  /** Names and values; `undefined` for null. */
  fields(row: number): readonly (readonly [name: string, text: string | undefined])[] {
    const { names = [] } = this.#shape(row) ?? {};
    return names.map((name, field) => [name, this.#value(row, field)]);
  }

  #shape(row: number): AlertShape | undefined {
    return this.#packed.shapes[this.#packed.shapeAt[row] ?? -1];
  }

  #piece(row: number, piece: LinePiece): string {
    if (typeof piece === 'string') {
      return piece;
    }
    return typeof piece === 'number'
      ? (this.#value(row, piece) ?? '')
      : clockText(this.#time(row), piece.clock);
  }

  #value(row: number, field: number): string | undefined {
    const column = this.#shape(row)?.columns[field];
    const at = column?.at[this.#rank[row] ?? -1] ?? 0;
    if (at < 0) {
      const { seconds, ns } = this.#time(row);
      return String(BigInt(seconds) * 1_000_000_000n + BigInt(ns));
    }
    return column?.words[at] ?? undefined;
  }
}

/** `04:49:00.123456789`, in a zone so many minutes east of UTC. */
function clockText({ seconds, ns }: ExactTime, minutesEast: number): string {
  const of = (seconds + minutesEast * 60) % DAY_S;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${two(of / 3600)}:${two((of / 60) % 60)}:${two(of % 60)}.${String(ns).padStart(9, '0')}`;
}
