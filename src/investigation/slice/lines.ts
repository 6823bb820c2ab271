/** The lines that `events` prints: by template, in a format. */
import { compileTemplate, compileWords, writeJson, type Template } from '../../alerts/index.js';
import { ABSENT_TEXT, type FieldSettings } from '../../fields/index.js';
import { escapeLine, openCsv, type Sink } from '../../output/index.js';
import type { Moment } from '../../state/index.js';
import { bytesOfText } from '../../units.js';
import type { BySource } from '../evidence/by-source.js';
import { csvOptions } from '../words/csv-options.js';

/** What is printed of an event unless said otherwise, by its source. */
const DEFAULT_TEMPLATES: Readonly<Record<string, string>> = {
  syscall: '*%evt.num %evt.time %evt.cpu %proc.name (%thread.tid) %evt.dir %evt.type %evt.info',
  k8s_audit: '*%evt.num %evt.time %ka.user.name %ka.verb %ka.uri %ka.stage %ka.response.code',
  aws_cloudtrail: '*%evt.num %evt.time %ct.region %ct.shortsrc %ct.info',
};
const ANY_SOURCE_TEMPLATE = '*%evt.num %evt.time %evt.pluginname %evt.plugininfo';

/** What lines are asked for. */
interface LinesRequest {
  readonly print?: string | undefined;
  readonly fields?: string | undefined;
  readonly format: 'text' | 'json' | 'csv';
  readonly 'no-header': boolean;
  readonly 'csv-raw': boolean;
}

/** The template for events of a source: the user's, or the usual one. */
export function templateOf(
  { print, fields }: LinesRequest,
  source: string,
  settings: FieldSettings,
): Template {
  if (print === undefined && fields !== undefined) {
    return compileWords(fields, source, { settings });
  }
  const text = print ?? DEFAULT_TEMPLATES[source] ?? ANY_SOURCE_TEMPLATE;
  return compileTemplate(bytesOfText(text), source, { settings });
}

/** Prints the line of a moment, if it has one; whether it did. */
export type LinePrinter = (moment: Moment) => boolean;

/** How lines are printed to a sink. */
export function openLinePrinter(
  request: LinesRequest,
  templates: BySource<Template>,
  sink: Sink,
): LinePrinter | Promise<LinePrinter> {
  switch (request.format) {
    case 'text':
      return textPrinter(templates, sink);
    case 'json':
      return jsonPrinter(templates, sink);
    case 'csv':
      return csvPrinter(request, templates, sink);
  }
}

function textPrinter(templates: BySource<Template>, sink: Sink): LinePrinter {
  return (moment) => {
    const line = templates.at(moment).render(moment);
    if (line === undefined) {
      return false;
    }
    if (sink.isTerminal) {
      sink.writeText(`${escapeLine(line)}\n`);
    } else {
      sink.writeBytes(`${line}\n`);
    }
    return true;
  };
}

function jsonPrinter(templates: BySource<Template>, sink: Sink): LinePrinter {
  return (moment) => {
    const template = templates.at(moment);
    if (!template.showsMissing && template.render(moment) === undefined) {
      return false;
    }
    const members = template.values(moment).map(({ name, value }) => [name, value] as const);
    sink.writeJson(writeJson(Object.fromEntries(members)));
    return true;
  };
}

async function csvPrinter(
  request: LinesRequest,
  templates: BySource<Template>,
  sink: Sink,
): Promise<LinePrinter> {
  const csv = await openCsv(csvOptions(request, sink));
  if (!request['no-header']) {
    const names = templates.any.columns.map(({ name }) => ({ text: name, isNumeric: false }));
    sink.writeBytes(csv(names));
  }
  return (moment) => {
    const { columns, showsMissing } = templates.at(moment);
    const cells = columns.map(({ print }) => print(moment));
    if (!showsMissing && cells.includes(undefined)) {
      return false;
    }
    const row = columns.map(({ isNumeric }, at) => ({ text: cells[at] ?? ABSENT_TEXT, isNumeric }));
    sink.writeBytes(csv(row));
    return true;
  };
}
