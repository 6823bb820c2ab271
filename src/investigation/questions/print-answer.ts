/** Rows of an answer in a format: for people a table that fits the terminal, or lines; for programs CSV and JSON. */
import { writeJson, type JsonValue } from '../../alerts/index.js';
import {
  openCsv,
  openLines,
  openOutput,
  openTable,
  say,
  utcTime,
  type RowSink,
  type Sink,
} from '../../output/index.js';
import type { Answer, AnswerColumn, SqlValue } from '../../store/index.js';
import { csvOptions } from '../words/csv-options.js';
import { sqlJson } from '../words/sql-value.js';

/** What somebody asked of the form of an answer. */
export interface PrintRequest {
  /** Not given: a table, or lines on a terminal where rows have no room as a table. */
  readonly format?: 'table' | 'line' | 'csv' | 'json' | undefined;
  /** On a terminal, whether what is long is shortened. */
  readonly brief: boolean;
  /** On a terminal, whether lines may be longer than it is wide. */
  readonly wide: boolean;
  /** Whether times are printed as nanoseconds since the epoch. */
  readonly raw: boolean;
  /** No more rows than this are printed. */
  readonly limit?: number | undefined;
  readonly 'no-header': boolean;
  readonly 'csv-raw': boolean;
  readonly output?: string | undefined;
  readonly force: boolean;
}

/** Print all rows of `answer`, or as many as were asked for, and close it. */
export async function printAnswer(answer: Answer, request: PrintRequest): Promise<void> {
  try {
    const printer = await AnswerPrinter.open(answer.columns, request);
    printer.rows(answer.rows);
    printer.end();
  } finally {
    answer.close();
  }
}

/** Prints rows as they come, in pieces of any length. */
export class AnswerPrinter {
  readonly #columns: readonly AnswerColumn[];
  readonly #request: PrintRequest;
  readonly #sink: Sink;
  readonly #form: RowForm;
  #left: number;
  #isCut = false;

  private constructor(
    columns: readonly AnswerColumn[],
    request: PrintRequest,
    { sink, form }: { readonly sink: Sink; readonly form: RowForm },
  ) {
    this.#columns = columns;
    this.#request = request;
    this.#sink = sink;
    this.#form = form;
    this.#left = request.limit ?? Infinity;
  }

  /** Open the output, and begin to print there. */
  static async open(
    columns: readonly AnswerColumn[],
    request: PrintRequest,
  ): Promise<AnswerPrinter> {
    const sink = openOutput(request.output ?? '-', request.force);
    const names = columns.map(({ name }) => name);
    const form = await FORMS[request.format ?? 'fit'](names, sink, request);
    return new AnswerPrinter(columns, request, { sink, form });
  }

  /** Print some rows; `false` once no more are wanted. */
  rows(rows: Iterable<readonly SqlValue[]>): boolean {
    for (const row of rows) {
      if (this.#left <= 0) {
        this.#isCut = true;
        return false;
      }
      this.#left -= 1;
      this.#form.row(this.#request.raw ? row : row.map((value, at) => this.#shown(value, at)));
      if (!this.#sink.isOpen) {
        return false;
      }
    }
    return true;
  }

  /** All rows were printed. */
  end(): void {
    this.#form.end?.();
    this.#sink.close();
    if (this.#isCut) {
      say(`Notice: more rows exist than --limit ${String(this.#request.limit)} lets through`);
    }
  }

  /** A value, times as text. */
  #shown(value: SqlValue, at: number): SqlValue {
    return this.#columns[at]?.isTime === true && typeof value === 'bigint' ? utcTime(value) : value;
  }
}

/** How rows become text. */
interface RowForm {
  readonly row: (values: readonly SqlValue[]) => void;
  readonly end?: () => void;
}

type OpenForm = (
  names: readonly string[],
  sink: Sink,
  request: PrintRequest,
) => RowForm | Promise<RowForm>;

const FORMS: Readonly<Record<NonNullable<PrintRequest['format']> | 'fit', OpenForm>> = {
  json: jsonForm,
  csv: csvForm,
  line: async (names, sink, request) => linesForm(sink, await openLines(names, layoutOf(request))),
  table: async (names, sink, request) => linesForm(sink, await openTable(names, layoutOf(request))),
  fit: async (names, sink, request) => {
    const layout = layoutOf(request);
    return linesForm(sink, await openTable(names, layout === 'wrap' ? 'fit' : layout));
  },
};

function layoutOf({ brief: isBrief, wide: isWide }: PrintRequest): 'wrap' | 'brief' | 'wide' {
  return isBrief ? 'brief' : isWide ? 'wide' : 'wrap';
}

function jsonForm(columns: readonly string[], sink: Sink): RowForm {
  const names = distinct(columns).map(bytes);
  return {
    row: (values) => {
      const members = names.map((name, at): [string, JsonValue] => [
        name,
        sqlJson(values[at] ?? null),
      ]);
      sink.writeJson(writeJson(Object.fromEntries(members)));
    },
  };
}

async function csvForm(
  names: readonly string[],
  sink: Sink,
  request: PrintRequest,
): Promise<RowForm> {
  const csv = await openCsv(csvOptions(request, sink));
  if (!request['no-header']) {
    sink.writeBytes(csv(names.map((name) => ({ text: bytes(name), isNumeric: false }))));
  }
  return {
    row: (values) => {
      sink.writeBytes(
        csv(
          values.map((value) => ({ text: bytes(textOf(value, '')), isNumeric: isNumber(value) })),
        ),
      );
    },
  };
}

/** Writes rows for people. */
interface RowWriter {
  row(sink: RowSink, cells: readonly string[]): void;
  end(sink: RowSink): void;
}

function linesForm(sink: Sink, writer: RowWriter): RowForm {
  return {
    row: (values) => {
      writer.row(
        sink,
        values.map((value) => textOf(value, '')),
      );
    },
    end: () => {
      if (sink.isOpen) {
        writer.end(sink);
      }
    },
  };
}

/** A join may give two columns one name, and an object has each name once: `a`, `a_2`. */
function distinct(names: readonly string[]): readonly string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let number = 2; seen.has(free) || (free !== name && taken.has(free)); number += 1) {
      free = `${name}_${number}`;
    }
    seen.add(free);
    return free;
  });
}

function isNumber(value: SqlValue): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

function textOf(value: SqlValue, absent: string): string {
  if (value === null) {
    return absent;
  }
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value);
}

const bytes = (text: string): string => Buffer.from(text, 'utf8').latin1Slice();
