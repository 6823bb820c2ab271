/** What `events` is going to do: filter compiled, times read, and its output opened. */
import { VISIBILITY, type Visibility } from '../../events/index.js';
import { UserError } from '../../errors.js';
import type { FieldSettings } from '../../fields/index.js';
import { openOutput, say, type Sink } from '../../output/index.js';
import type { Definitions } from '../../rules/index.js';
import type { Moment } from '../../state/index.js';
import { BySource } from '../evidence/by-source.js';
import { refuseEvidence } from '../evidence/guard.js';
import { pieceOf, type Piece } from '../evidence/pieces.js';
import { shownMoments } from '../evidence/shown-moments.js';
import { planTimes, type TimeRequest } from '../evidence/times.js';
import { readMetadata, reportPassedOver } from '../metadata/read.js';
import { noticeFilterOnly, noticeNoFields } from '../rules/filter-only.js';
import { compileFilter, type Filter } from '../rules/filter.js';
import { loadRuleFiles, mayNameShippedList } from '../rules/rule-files.js';
import { settingsOf } from '../words/settings.js';
import { openLinePrinter, templateOf, type LinePrinter } from './lines.js';

/** The words of the command line, as oclif parsed them. */
export interface EventsRequest extends TimeRequest {
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
  readonly raw: boolean;
  readonly all: boolean;
  readonly limit?: number | undefined;
  readonly 'allow-damage': boolean;
  readonly metadata?: readonly string[] | undefined;
}

/** Whether an event is asked for. */
export type Chooser = (moment: Moment, visibility: Visibility) => boolean;

/** Which events of which evidence are asked for. */
export interface EventsChoice {
  readonly piece: Piece;
  readonly isRaw: boolean;
  readonly isChosen: Chooser;
  /** Events, at most. */
  readonly limit: number;
  readonly allowsDamage: boolean;
}

/** What becomes of the events. */
export type EventsOutput =
  | { readonly kind: 'slice'; readonly path: string; readonly force: boolean }
  | { readonly kind: 'lines'; readonly sink: Sink; readonly print: LinePrinter };

/** All that was asked. */
export interface EventsPlan extends EventsChoice {
  readonly output: EventsOutput;
}

/**
 * Make a plan of a request, and open what its lines go to.
 *
 * @throws {UserError} for the first mistake in it
 */
export async function planEvents(request: EventsRequest): Promise<EventsPlan> {
  const settings = settingsOf(request.tz);
  const metadata = await readMetadata(request.metadata);
  reportPassedOver(metadata);
  const piece = { ...pieceOf(request.evidence), supplement: metadata?.supplement };
  const isChosen = await chooserOf(request, piece, settings);
  return {
    piece,
    isRaw: request.raw,
    isChosen,
    limit: request.limit ?? Infinity,
    allowsDamage: request['allow-damage'],
    output: await planOutput(request, settings),
  };
}

async function planOutput(request: EventsRequest, settings: FieldSettings): Promise<EventsOutput> {
  if (request.write !== undefined) {
    noticeNothingPrinted(request);
    return { kind: 'slice', path: request.write, force: request.force };
  }
  const templates = new BySource((source) => templateOf(request, source, settings));
  noticeFilterOnly(templates.any);
  noticeNoFields(request.print, templates.any);
  refuseEvidence(request.output, [request.evidence], '--output');
  const sink = openOutput(request.output ?? '-', request.force);
  return { kind: 'lines', sink, print: await openLinePrinter(request, templates, sink) };
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

async function chooserOf(
  request: EventsRequest,
  piece: Piece,
  settings: FieldSettings,
): Promise<Chooser> {
  const { filter: text, all } = request;
  const filter = text === undefined ? undefined : await filterOf(text, request.rules, settings);
  const isShown = await shownMoments({ filter, rangeWithin: planTimes(request) }, piece);
  return (moment, visibility) =>
    (all || visibility === VISIBILITY.SHOWN) && isShown?.(moment) !== false;
}

/** A filter may name macros and lists of the rules given, else of the shipped ones, which are loaded only where it does. */
async function filterOf(
  text: string,
  rules: readonly string[] | undefined,
  settings: FieldSettings,
): Promise<Filter> {
  const compile = (definitions: Definitions | undefined) =>
    compileFilter({ text, definitions, settings });
  if (rules !== undefined) {
    return compile((await loadRuleFiles(rules, { needsDefinitions: true })).definitions);
  }
  if (!mayNameShippedList(text)) {
    try {
      return compile(undefined);
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
    }
  }
  return compile(
    (await loadRuleFiles(undefined, { isQuiet: true, needsDefinitions: true })).definitions,
  );
}
