/** The work of `events`: filter, template, format, slice. */
import { compileTemplate, compileWords, writeJson, type Template } from '../alerts/index.js';
import { VISIBILITY } from '../events/index.js';
import { ABSENT_TEXT, type FieldSettings } from '../fields/index.js';
import { escapeLine, openCsv, openOutput, say, type Sink } from '../output/index.js';
import { UserError } from '../errors.js';
import type { Definitions } from '../rules/index.js';
import type { Moment } from '../state/index.js';
import { bytesOfText } from '../units.js';
import type { Outcome } from './outcome.js';
import { settingsOf } from './words/settings.js';
import { BySource } from './evidence/by-source.js';
import { csvOptions } from './words/csv-options.js';
import { reportDamage } from './evidence/damage.js';
import type { Chooser, EventsRequest } from './slice/events-request.js';
import { compileFilter } from './rules/filter.js';
import { noticeFilterOnly, noticeNoFields } from './rules/filter-only.js';
import { refuseEvidence } from './evidence/guard.js';
import { rangeWithin } from './evidence/last.js';
import { replayEvidence } from './evidence/open.js';
import { pieceOf } from './evidence/pieces.js';
import { loadRuleFiles } from './rules/rule-files.js';

/** What is printed of an event unless said otherwise, by its source. */
const DEFAULT_TEMPLATES: Readonly<Record<string, string>> = {
  syscall: '*%evt.num %evt.time %evt.cpu %proc.name (%thread.tid) %evt.dir %evt.type %evt.info',
  k8s_audit: '*%evt.num %evt.time %ka.user.name %ka.verb %ka.uri %ka.stage %ka.response.code',
  aws_cloudtrail: '*%evt.num %evt.time %ct.region %ct.shortsrc %ct.info',
};
const ANY_SOURCE_TEMPLATE = '*%evt.num %evt.time %evt.pluginname %evt.plugininfo';

/** Print (or slice) the events of one piece of evidence. */
export async function printEvents(request: EventsRequest): Promise<readonly Outcome[]> {
  const settings = settingsOf(request.tz);
  const isChosen = await chooser(request, settings);
  if (request.write !== undefined) {
    noticeNothingPrinted(request);
    const { writeSlice } = await import('./slice/slice.js');
    return writeSlice({ ...request, write: request.write }, isChosen);
  }
  const templates = new BySource((source) => templateOf(request, source, settings));
  noticeFilterOnly(templates.any);
  noticeNoFields(request.print, templates.any);
  refuseEvidence(request.output, [request.evidence], '--output');
  const sink = openOutput(request.output ?? '-', request.force);
  const print = await linePrinter(request, templates, sink);
  let left = request.limit ?? Infinity;
  const result = await replayEvidence(pieceOf(request.evidence), {
    isHashed: false,
    raw: request.raw,
    ready: () => sink.ready(),
    onTick: () => {
      sink.flush();
    },
    onMoment: (moment, visibility) => {
      if (isChosen(moment, visibility) && print(moment)) {
        left -= 1;
      }
      return left > 0 && sink.isOpen;
    },
  });
  sink.close();
  return reportDamage(result, request['allow-damage']);
}

/** Words about lines, where none are written. */
function noticeNothingPrinted({ print, fields, format, output }: EventsRequest): void {
  const words = [
    ...(print === undefined ? [] : ['-p']),
    ...(fields === undefined ? [] : ['--fields']),
    ...(format === 'text' ? [] : ['-f']),
    ...(output === undefined ? [] : ['--output']),
  ];
  if (words.length > 0) {
    say(`Notice: with -w no lines are printed, whatever ${words.join(', ')} say`);
  }
}

async function chooser(request: EventsRequest, settings: FieldSettings): Promise<Chooser> {
  const { filter: text, all } = request;
  const tests = text === undefined ? undefined : await testsOf(text, request.rules, settings);
  const range = await rangeWithin(pieceOf(request.evidence), request);
  const isOpen = range.isOpen;
  return (moment, visibility) =>
    (all || visibility === VISIBILITY.SHOWN) &&
    (isOpen || range.contains(moment.event.timeHigh, moment.event.timeLow)) &&
    (tests === undefined || tests.at(moment)(moment));
}

/** A filter may name macros of the rules given, else of the shipped ones, which are loaded only where it does. */
async function testsOf(
  text: string,
  rules: readonly string[] | undefined,
  settings: FieldSettings,
): Promise<BySource<(moment: Moment) => boolean>> {
  const compile = (definitions: Definitions | undefined) =>
    new BySource((source) => compileFilter({ text, definitions, settings }, source));
  if (rules !== undefined) {
    return compile((await loadRuleFiles(rules)).definitions);
  }
  try {
    return compile(undefined);
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    return compile((await loadRuleFiles(undefined, { isQuiet: true })).definitions);
  }
}

function templateOf(
  { print, fields }: EventsRequest,
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
type LinePrinter = (moment: Moment) => boolean;

function linePrinter(
  request: EventsRequest,
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
  request: EventsRequest,
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
