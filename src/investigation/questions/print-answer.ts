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
import type { Answer, SqlValue } from '../../store/index.js';
import { csvOptions } from '../words/csv-options.js';

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
    const sink = openOutput(request.output ?? '-', request.force);
    const rows = request.raw ? answer.rows : withTimes(answer);
    const limited = new LimitedRows(rows, request.limit);
    await PRINTERS[request.format ?? 'fit']({ ...answer, rows: limited }, sink, request);
    sink.close();
    if (limited.isCut) {
      say(`Notice: more rows exist than --limit ${limited.limit} lets through`);
    }
  } finally {
    answer.close();
  }
}

/**
 * The rows with their times as text.
 *
 * @yields {readonly SqlValue[]} Each row.
 */
function* withTimes({ columns, rows }: Answer): Generator<readonly SqlValue[]> {
  for (const row of rows) {
    yield row.map((value, at) =>
      columns[at]?.isTime === true && typeof value === 'bigint' ? utcTime(value) : value,
    );
  }
}

/** The first rows of an answer. */
class LimitedRows implements Iterable<readonly SqlValue[]> {
  readonly limit: number;
  readonly #rows: Iterable<readonly SqlValue[]>;
  /** Whether there are more. */
  isCut = false;

  constructor(rows: Iterable<readonly SqlValue[]>, limit = Infinity) {
    this.#rows = rows;
    this.limit = limit;
  }

  *[Symbol.iterator](): Iterator<readonly SqlValue[]> {
    let count = 0;
    for (const row of this.#rows) {
      count += 1;
      if (count > this.limit) {
        this.isCut = true;
        return;
      }
      yield row;
    }
  }
}

type Printer = (answer: Answer, sink: Sink, request: PrintRequest) => Promise<void>;

const PRINTERS: Readonly<Record<NonNullable<PrintRequest['format']> | 'fit', Printer>> = {
  json: printJson,
  csv: printCsv,
  line: async (answer, sink, request) => {
    printRows(answer, sink, await openLines(namesOf(answer), layoutOf(request)));
  },
  table: async (answer, sink, request) => {
    printRows(answer, sink, await openTable(namesOf(answer), layoutOf(request)));
  },
  fit: async (answer, sink, request) => {
    const layout = layoutOf(request);
    const rows = await openTable(namesOf(answer), layout === 'wrap' ? 'fit' : layout);
    printRows(answer, sink, rows);
  },
};

const namesOf = ({ columns }: Answer): readonly string[] => columns.map(({ name }) => name);

function layoutOf({ brief: isBrief, wide: isWide }: PrintRequest): 'wrap' | 'brief' | 'wide' {
  return isBrief ? 'brief' : isWide ? 'wide' : 'wrap';
}

function printJson(answer: Answer, sink: Sink): Promise<void> {
  const names = distinct(namesOf(answer));
  for (const row of answer.rows) {
    const members = names.map((name, at): [string, JsonValue] => [
      bytes(name),
      jsonOf(row[at] ?? null),
    ]);
    sink.writeJson(writeJson(Object.fromEntries(members)));
    if (!sink.isOpen) {
      break;
    }
  }
  return Promise.resolve();
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

async function printCsv(answer: Answer, sink: Sink, request: PrintRequest): Promise<void> {
  const csv = await openCsv(csvOptions(request, sink));
  if (!request['no-header']) {
    sink.writeBytes(csv(namesOf(answer).map((name) => ({ text: bytes(name), isNumeric: false }))));
  }
  for (const row of answer.rows) {
    sink.writeBytes(
      csv(row.map((value) => ({ text: bytes(textOf(value, '')), isNumeric: isNumber(value) }))),
    );
    if (!sink.isOpen) {
      break;
    }
  }
}

/** Writes rows for people. */
interface RowWriter {
  row(sink: RowSink, cells: readonly string[]): void;
  end(sink: RowSink): void;
}

function printRows(answer: Answer, sink: Sink, writer: RowWriter): void {
  for (const row of answer.rows) {
    writer.row(
      sink,
      row.map((value) => textOf(value, '')),
    );
    if (!sink.isOpen) {
      return;
    }
  }
  writer.end(sink);
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

function jsonOf(value: SqlValue): JsonValue {
  if (typeof value === 'string') {
    return bytes(value);
  }
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}

const bytes = (text: string): string => Buffer.from(text, 'utf8').latin1Slice();
