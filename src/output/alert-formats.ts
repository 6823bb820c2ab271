/**
 * Alerts as text, JSON lines, CSV, tables, or nothing. A format writes to a sink; what it keeps is
 * bounded. To add one: a row in FORMATS, and its word in the flag of `analyze`.
 */
import { writeJson, type Alert } from '../alerts/index.js';
import { bytesOfText, textOfBytes } from '../units.js';
import type { Rule } from '../rules/index.js';
import type { Cell, CsvOptions } from './csv.js';
import { escapeJson, escapeLine } from './escape.js';
import type { Sink } from './sink.js';
import { openTable } from './table-lazily.js';
import { utcTime } from './time.js';

/** Where an alert comes from. */
export interface AlertOrigin {
  /** The path as given, as text. */
  readonly evidence: string;
  /** The capture's, as a byte string. */
  readonly hostname: string | undefined;
}

type Columns = readonly { readonly name: string; readonly isNumeric: boolean }[];

/** What a format may need to know; unused by most. */
export interface AlertFormatOptions {
  readonly hasHeader: boolean;
  readonly csv: CsvOptions;
  /** Columns of the user's template; `undefined` without one. */
  readonly columns: Columns | undefined;
  /** The same columns as the source of a rule calls them: a word may stand for different fields. */
  readonly columnsOf?: ((rule: Rule) => Columns) | undefined;
  readonly json?: JsonParts | undefined;
}

/** Parts of a JSON alert that a Falco configuration turns on or off. */
export interface JsonParts {
  readonly hasOutput: boolean;
  readonly hasTags: boolean;
  readonly hasMessage: boolean;
  readonly hasOutputFields: boolean;
}

/** Writes alerts in one format. */
export interface AlertFormatter {
  /** Before the first alert. */
  begin(sink: Sink): void;
  alert(sink: Sink, alert: Alert, origin: AlertOrigin): void;
  /** After the last. */
  end(sink: Sink): void;
}

const nothing = (): void => undefined;

type MakeFormatter = (options: AlertFormatOptions) => AlertFormatter | Promise<AlertFormatter>;

const FORMATS = {
  text: () => ({
    begin: nothing,
    alert: (sink, alert) => {
      sink.writeText(`${escapeLine(alert.output)}\n`);
    },
    end: nothing,
  }),
  json: ({ json }) => ({
    begin: nothing,
    alert: (sink, alert, origin) => {
      sink.writeText(`${alertJson(alert, origin, json)}\n`);
    },
    end: nothing,
  }),
  csv: csvFormatter,
  table: tableFormatter,
  none: () => ({ begin: nothing, alert: nothing, end: nothing }),
} as const satisfies Record<string, MakeFormatter>;

export type AlertFormat = keyof typeof FORMATS;

/** All formats, for those who hold each of them to something. */
export const ALERT_FORMATS = Object.keys(FORMATS) as readonly AlertFormat[];

/** The formatter for `format`, with what it needs loaded. */
export async function openAlertFormatter(
  format: AlertFormat,
  options: AlertFormatOptions,
): Promise<AlertFormatter> {
  const make: MakeFormatter = FORMATS[format];
  return make(options);
}

const ALL_PARTS: JsonParts = {
  hasOutput: true,
  hasTags: true,
  hasMessage: false,
  hasOutputFields: true,
};

/** One alert as a JSON object; keys as CLI scripts and Falco's readers expect them. */
export function alertJson(alert: Alert, origin: AlertOrigin, parts: JsonParts = ALL_PARTS): string {
  const { rule } = alert;
  const json = writeJson({
    time: utcTime(alert.time),
    rule: rule.name,
    priority: rule.priority,
    source: rule.source,
    tags: parts.hasTags ? rule.tags : undefined,
    hostname: origin.hostname ?? null,
    evidence: Buffer.from(origin.evidence, 'utf8').latin1Slice(),
    output: parts.hasOutput ? alert.output : undefined,
    message: parts.hasMessage ? alert.message : undefined,
    output_fields: parts.hasOutputFields ? alert.fields : undefined,
  });
  return escapeJson(json);
}

/** What CSV and tables show where the user asked for no fields. */
const COLUMNS: readonly {
  readonly name: string;
  readonly isNumeric: boolean;
  readonly cell: (alert: Alert, origin: AlertOrigin) => string;
}[] = [
  { name: 'time', isNumeric: false, cell: ({ time }) => utcTime(time) },
  { name: 'priority', isNumeric: false, cell: ({ rule }) => rule.priority },
  { name: 'rule', isNumeric: false, cell: ({ rule }) => textOfBytes(rule.name) },
  { name: 'source', isNumeric: false, cell: ({ rule }) => textOfBytes(rule.source) },
  { name: 'evidence', isNumeric: false, cell: (_alert, { evidence }) => evidence },
  { name: 'event', isNumeric: true, cell: ({ eventNumber }) => String(eventNumber) },
  {
    name: 'container',
    isNumeric: false,
    cell: ({ container }) => textOfBytes(container?.id ?? ''),
  },
  { name: 'output', isNumeric: false, cell: ({ message }) => textOfBytes(message) },
];

function cellsOf(alert: Alert, origin: AlertOrigin, options: AlertFormatOptions): readonly Cell[] {
  const { columns } = options;
  return columns === undefined
    ? COLUMNS.map(({ isNumeric, cell }) => ({ text: bytesOfText(cell(alert, origin)), isNumeric }))
    : columns.map(({ isNumeric }, at) => ({ text: alert.cells[at] ?? '', isNumeric }));
}

async function csvFormatter(options: AlertFormatOptions): Promise<AlertFormatter> {
  const { csvLine } = await import('./csv.js');
  const { columns, columnsOf } = options;
  let isHeaderDue = options.hasHeader;
  const writeHeader = (sink: Sink, shown: Columns): void => {
    if (isHeaderDue) {
      isHeaderDue = false;
      const names = shown.map(({ name }) => ({ text: name, isNumeric: true }));
      sink.writeBytes(csvLine(names, options.csv));
    }
  };
  return {
    begin: nothing,
    alert: (sink, alert, origin) => {
      writeHeader(sink, columns === undefined ? COLUMNS : (columnsOf?.(alert.rule) ?? columns));
      sink.writeBytes(csvLine(cellsOf(alert, origin, options), options.csv));
    },
    end: (sink) => {
      writeHeader(sink, columns ?? COLUMNS);
    },
  };
}

/** Names of COLUMNS that fit beside each other; the whole message has the last one. */
const TABLE_COLUMNS = ['time', 'priority', 'rule', 'container', 'output'];

async function tableFormatter(options: AlertFormatOptions): Promise<AlertFormatter> {
  const shown = COLUMNS.filter(({ name }) => TABLE_COLUMNS.includes(name));
  const table = await openTable((options.columns ?? shown).map(({ name }) => name));
  return {
    begin: nothing,
    alert: (sink, alert, origin) => {
      const cells =
        options.columns === undefined
          ? shown.map(({ cell }) => cell(alert, origin))
          : alert.cells.map(textOfBytes);
      table.row(sink, cells);
    },
    end: (sink) => {
      table.end(sink);
    },
  };
}
