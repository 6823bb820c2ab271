/** The work of `events`: filter, template, format, slice. */
import {
  compileTemplate,
  templateOfWords,
  writeJson,
  type JsonValue,
  type Template,
} from '../../alerts/index.js';
import { ABSENT_TEXT } from '../../fields/index.js';
import { escapeLine, openCsv, openOutput, say, type Sink } from '../../output/index.js';
import type { Moment } from '../../state/index.js';
import { bytesOfText } from '../../units.js';
import type { ExitCode } from '../failure.js';
import { settingsOf } from '../settings.js';
import { parseTimePoint, TimeRange } from '../time-range.js';
import { damageExit } from './damage.js';
import { compileFilter } from './filter.js';
import { replayEvidence } from './open.js';
import { loadRuleFiles } from './rule-files.js';

/** The words of the command line, as oclif parsed them. */
export interface EventsRequest {
  readonly evidence: string;
  readonly filter?: string | undefined;
  readonly print?: string | undefined;
  readonly fields?: string | undefined;
  readonly format: 'text' | 'json' | 'csv';
  readonly 'no-header': boolean;
  readonly 'csv-raw': boolean;
  readonly output?: string | undefined;
  readonly force: boolean;
  readonly write?: string | undefined;
  readonly rules?: readonly string[] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly tz: string;
  readonly raw: boolean;
  readonly all: boolean;
  readonly limit?: number | undefined;
  readonly 'allow-damage': boolean;
}

const DEFAULT_TEMPLATE =
  '*%evt.num %evt.time %evt.cpu %proc.name (%thread.tid) %evt.dir %evt.type %evt.info';

/** Print (or slice) the events of one piece of evidence. */
export async function printEvents(request: EventsRequest): Promise<readonly ExitCode[]> {
  const template = compileTemplate(templateText(request), 'syscall', {
    settings: settingsOf(request.tz),
  });
  noticeFilterOnly(template);
  const definitions =
    request.rules === undefined ? undefined : loadRuleFiles(request.rules).definitions;
  const holds =
    request.filter === undefined ? undefined : compileFilter(request.filter, definitions);
  const range = new TimeRange(
    request.from === undefined ? undefined : parseTimePoint(request.from, 'from'),
    request.to === undefined ? undefined : parseTimePoint(request.to, 'to'),
  );
  const sink = openOutput(request.output ?? '-', request.force);
  const print = await linePrinter(request, template, sink);
  let left = request.limit ?? Infinity;
  const result = await replayEvidence(request.evidence, {
    raw: request.raw,
    onTick: () => {
      sink.flush();
    },
    onMoment: (moment, isState) => {
      const { event } = moment;
      if (
        (isState && !request.all) ||
        !range.contains(event.timeHigh, event.timeLow) ||
        (holds !== undefined && !holds(moment))
      ) {
        return undefined;
      }
      if (print(moment)) {
        left -= 1;
      }
      return left > 0 && sink.isOpen;
    },
  });
  sink.close();
  return damageExit(result, request['allow-damage']);
}

function templateText(request: EventsRequest): string {
  const text =
    request.print ??
    (request.fields === undefined ? DEFAULT_TEMPLATE : templateOfWords(request.fields));
  return bytesOfText(text);
}

/** Prints the line of a moment, if it has one; whether it did. */
type LinePrinter = (moment: Moment) => boolean;

async function linePrinter(
  request: EventsRequest,
  template: Template,
  sink: Sink,
): Promise<LinePrinter> {
  switch (request.format) {
    case 'text':
      return textPrinter(template, sink, request.output === undefined && process.stdout.isTTY);
    case 'json':
      return jsonPrinter(template, sink);
    case 'csv':
      return csvPrinter(request, template, sink);
  }
}

function textPrinter(template: Template, sink: Sink, isTerminal: boolean): LinePrinter {
  return (moment) => {
    const line = template.render(moment);
    if (line === undefined) {
      return false;
    }
    if (isTerminal) {
      sink.writeText(`${escapeLine(line)}\n`);
    } else {
      sink.writeBytes(`${line}\n`);
    }
    return true;
  };
}

function jsonPrinter(template: Template, sink: Sink): LinePrinter {
  return (moment) => {
    const values = template.values(moment);
    if (!template.showsMissing && values.some(({ value }) => value === null)) {
      return false;
    }
    const object: Record<string, JsonValue> = {};
    for (const { name, value } of values) {
      object[name] = value;
    }
    sink.writeText(`${writeJson(object)}\n`);
    return true;
  };
}

async function csvPrinter(
  request: EventsRequest,
  template: Template,
  sink: Sink,
): Promise<LinePrinter> {
  const csv = await openCsv(request['csv-raw']);
  if (!request['no-header']) {
    sink.writeBytes(csv(template.columns.map(({ name }) => ({ text: name, isNumeric: true }))));
  }
  return (moment) => {
    const cells = template.columns.map(({ print }) => print(moment));
    if (!template.showsMissing && cells.includes(undefined)) {
      return false;
    }
    sink.writeBytes(
      csv(
        template.columns.map(({ isNumeric }, at) => ({
          text: cells[at] ?? ABSENT_TEXT,
          isNumeric,
        })),
      ),
    );
    return true;
  };
}

/** Fields that only filters may use print as missing; say so once, and what prints instead. */
function noticeFilterOnly(template: Template): void {
  const names = new Set(
    template.fields.filter(({ row }) => row.usage === 'filter-only').map(({ text }) => text),
  );
  for (const name of [...names].sort()) {
    say(
      `Notice: ${name} only works in filters and prints as ${ABSENT_TEXT}${printableInstead(name)}.`,
    );
  }
}

const PRINTABLE: Readonly<Record<string, string>> = {
  'fd.ip': 'fd.cip, fd.sip',
  'fd.port': 'fd.cport, fd.sport',
  'fd.net': 'fd.cip, fd.sip',
  'fd.cnet': 'fd.cip',
  'fd.snet': 'fd.sip',
  'fd.lnet': 'fd.lip',
  'fd.rnet': 'fd.rip',
  'fd.proto': 'fd.cproto, fd.sproto',
};

function printableInstead(name: string): string {
  const others = PRINTABLE[name];
  return others === undefined ? '' : `; to print, use ${others}`;
}
