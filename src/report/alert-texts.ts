/**
 * What alerts say, packed: of 200,000 alerts nearly all of a page would be their lines and fields, in which the same values stand
 * again and again. So a line is a template (what is the same in many) that refers to the fields of its alert, and fields are columns,
 * one set for all alerts that have the same names. Nothing is lost: `page/alert-texts.ts` gives the same texts.
 */
import type { Rows } from './rows.js';
import type { AlertShape, LinePiece, PackedAlertTexts } from './tables.js';

const NS = 1_000_000_000n;
const DAY_S = 86_400;
/** Zones differ from UTC by quarters of an hour. */
const QUARTER_S = 900;
/** A line is taken apart no further: hostile values may stand in it a million times. */
const MAX_PIECES = 64;

/** A field by name, and its value as text: as it is, or the JSON of what is no text; `undefined` for null. */
export type FieldText = readonly [name: string, text: string | undefined];

/** Pack lines and fields of all alerts. */
export function packAlertTexts(alerts: Rows<'alerts'>): PackedAlertTexts {
  const shapes = new Map<string, ShapePacker>();
  const templates = new Templates();
  const shapeAt: number[] = [];
  const templateAt: number[] = [];
  for (const row of alerts) {
    const time = alerts.time('time_ns', row) ?? 0n;
    const fields = fieldsOf(String(alerts.value('fields', row) ?? '{}'));
    const key = JSON.stringify(fields.map(([name]) => name));
    const shape = shapes.get(key) ?? new ShapePacker(shapes.size, fields);
    shapes.set(key, shape);
    shape.add(fields, time);
    shapeAt.push(shape.place);
    const line = String(alerts.value('output', row) ?? '');
    const kind = `${shape.place} ${alerts.number('rule_id', row) ?? ''}`;
    templateAt.push(templates.placeFor(kind, line, { fields, time }));
  }
  return {
    shapes: [...shapes.values()].map((shape) => shape.packed()),
    shapeAt,
    templates: templates.all,
    templateAt,
  };
}

/** What a line is made of, beside its template. */
interface LineFacts {
  readonly fields: readonly FieldText[];
  readonly time: bigint;
}

/** So many templates of a kind of lines are tried. */
const TRIED = 4;

/** The distinct templates. Those that gave lines of the same kind are tried first: taking a line apart takes ten times as long. */
class Templates {
  readonly all: (readonly LinePiece[])[] = [];
  readonly #places = new Map<string, number>();
  /** By kind of line, the last one first. */
  readonly #recent = new Map<string, readonly number[]>();

  placeFor(kind: string, line: string, facts: LineFacts): number {
    const recent = this.#recent.get(kind) ?? [];
    const fitting = recent.find((place) => fits(this.all[place] ?? [], line, facts));
    const place = fitting ?? this.#add(piecesOf(line, facts));
    if (place !== recent[0]) {
      const others = recent.filter((each) => each !== place);
      this.#recent.set(kind, [place, ...others].slice(0, TRIED));
    }
    return place;
  }

  #add(pieces: readonly LinePiece[]): number {
    const key = JSON.stringify(pieces);
    const place = this.#places.get(key) ?? this.all.length;
    if (place === this.all.length) {
      this.#places.set(key, place);
      this.all.push(pieces);
    }
    return place;
  }
}

/** Whether the template gives exactly this line. */
function fits(template: readonly LinePiece[], line: string, { fields, time }: LineFacts): boolean {
  let at = 0;
  for (const piece of template) {
    if (typeof piece === 'object') {
      const [clock] = clockOf(line, time) ?? [];
      if (typeof clock !== 'object' || clock.clock !== piece.clock) {
        return false;
      }
      at += CLOCK_LENGTH;
      continue;
    }
    const text = typeof piece === 'string' ? piece : (fields[piece]?.[1] ?? '');
    if (!line.startsWith(text, at)) {
      return false;
    }
    at += text.length;
  }
  return at === line.length;
}

/** The fields of alerts that have the same names. */
class ShapePacker {
  readonly place: number;
  readonly #names: readonly string[];
  readonly #columns: readonly { words: Map<string | undefined, number>; at: number[] }[];

  constructor(place: number, fields: readonly FieldText[]) {
    this.place = place;
    this.#names = fields.map(([name]) => name);
    this.#columns = fields.map(() => ({ words: new Map(), at: [] }));
  }

  add(fields: readonly FieldText[], time: bigint): void {
    const timeText = String(time);
    fields.forEach(([, text], at) => {
      const column = this.#columns[at];
      if (text === timeText) {
        column?.at.push(-1);
      } else if (column !== undefined) {
        const place = column.words.get(text) ?? column.words.size;
        column.words.set(text, place);
        column.at.push(place);
      }
    });
  }

  packed(): AlertShape {
    return {
      names: this.#names,
      columns: this.#columns.map(({ words, at }) => ({
        words: [...words.keys()].map((word) => word ?? null),
        at,
      })),
    };
  }
}

/** Integers of more digits than a number holds exactly are kept as texts behind this character. */
const EXACT = '\u0000';

/** The fields of a row, from their JSON. What is no object (somebody changed the case) is one field. */
export function fieldsOf(json: string): readonly FieldText[] {
  try {
    const exact = json.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}/g, (token) =>
      token.startsWith('"') ? token : JSON.stringify(EXACT + token),
    );
    const value: unknown = JSON.parse(exact);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([name, each]) => [name, textOf(each)])
      : [['fields', json]];
  } catch {
    return [['fields', json]];
  }
}

function textOf(value: unknown): string | undefined {
  if (value === null) {
    return undefined;
  }
  return typeof value === 'string'
    ? value.replace(/^\0(?=-?\d{16,}$)/, '')
    : JSON.stringify(value).replaceAll(/"\\u0000(-?\d{16,})"/g, '$1');
}

/** A line, taken apart: its clock, and values of fields where they stand as words of their own, the longest first. */
function piecesOf(line: string, { fields, time }: LineFacts): readonly LinePiece[] {
  const clock = clockOf(line, time);
  let pieces: readonly LinePiece[] = clock ?? [line];
  const values = fields
    .map(([, text], at) => ({ text: text ?? '', at }))
    .filter(({ text }) => text !== '')
    .sort((a, b) => b.text.length - a.text.length || a.at - b.at);
  for (const { text, at } of values) {
    const next = pieces.flatMap((piece) => (typeof piece === 'string' ? split(piece, text, at) : [piece])); // prettier-ignore
    if (next.length > MAX_PIECES) {
      break;
    }
    pieces = next;
  }
  return pieces;
}

const CLOCK_LENGTH = '04:49:00.123456789'.length;

/** `04:49:00.123456789: ` in front, of a zone that is so many minutes east of UTC. */
function clockOf(line: string, time: bigint): readonly LinePiece[] | undefined {
  const [clock, hours, minutes, seconds, fraction] =
    /^(\d\d):(\d\d):(\d\d)\.(\d{9})(?=: )/.exec(line) ?? [];
  if (clock === undefined || time < 0n || BigInt(fraction ?? '') !== time % NS) {
    return undefined;
  }
  const shown = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  const east = (shown - Number((time / NS) % BigInt(DAY_S)) + DAY_S) % DAY_S;
  return shown < DAY_S && east % QUARTER_S === 0
    ? [{ clock: east / 60 }, line.slice(clock.length)]
    : undefined;
}

function split(text: string, word: string, field: number): readonly LinePiece[] {
  const pieces: LinePiece[] = [];
  let from = 0;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    if (isEdge(text.charCodeAt(at - 1)) && isEdge(text.charCodeAt(at + word.length))) {
      pieces.push(...(at > from ? [text.slice(from, at)] : []), field);
      from = at + word.length;
      if (pieces.length > MAX_PIECES) {
        break;
      }
    }
  }
  return from < text.length ? [...pieces, text.slice(from)] : pieces;
}

/** Whether a character (or the end of the text, `NaN`) is no part of a word. */
function isEdge(code: number): boolean {
  const isDigit = code >= 48 && code <= 57;
  const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return !isDigit && !isLetter && code !== 95;
}
