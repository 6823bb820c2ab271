/** The work of `record`: drive the recorder, show how it goes, say what came of it. */
import { escapeText, grouped, say } from '../output/index.js';
import {
  startRecording,
  type Amount,
  type Recording,
  type Report,
  type Tally,
} from '../recorder/index.js';
import type { Outcome } from './outcome.js';
import { parseDuration } from './evidence/time-range.js';
import type { PreparedTest } from './tests/write-expectations.js';

/** The words of the command line, as oclif parsed them. */
export interface RecordRequest {
  readonly write: string;
  readonly duration?: string | undefined;
  readonly events?: string | undefined;
  readonly size?: string | undefined;
  readonly rotate?: string | undefined;
  readonly keep?: string | undefined;
  readonly snaplen?: string | undefined;
  readonly buffer?: string | undefined;
  readonly syscalls?: string | undefined;
  readonly all: boolean;
  readonly 'only-command': boolean;
  readonly container?: string | undefined;
  readonly compress: string;
  /** Test file to write. */
  readonly expect?: string | undefined;
  readonly rules?: readonly string[] | undefined;
  readonly quiet: boolean;
  readonly progress: boolean;
  readonly force: boolean;
  readonly command: readonly string[];
}

const WITH_VALUE = [
  'duration',
  'events',
  'size',
  'rotate',
  'keep',
  'snaplen',
  'buffer',
  'syscalls',
  'compress',
] as const;
const WITHOUT_VALUE = ['all', 'only-command', 'force'] as const;

/**
 * Record until it is enough.
 *
 * @param request - The words.
 * @param takeSignals - Has signals call a listener from now on: a recording ends in its own way.
 */
export async function record(
  request: RecordRequest,
  takeSignals: (listener: () => void) => void,
): Promise<readonly Outcome[]> {
  const test = request.expect === undefined ? undefined : await testFor(request.expect, request);
  const show = reporter(request);
  const options = [
    ...WITH_VALUE.flatMap((name) => {
      const value = name === 'duration' ? secondsOf(request.duration) : request[name];
      return value === undefined ? [] : [`--${name}`, value];
    }),
    ...WITHOUT_VALUE.filter((name) => request[name]).map((name) => `--${name}`),
  ];
  const recording = await startRecording(
    { path: request.write, options, container: request.container, command: request.command },
    { onReport: show },
  );
  takeSignals(stopper(recording));
  const done = await recording.finished;
  if (!request.quiet) {
    tell(request.write, done);
  }
  await test?.write();
  return done.isCutShort ? ['interrupted'] : [];
}

/** Signals that come within a moment are one: timeout(1) sends the same to the process and to its group. */
const ONE_MOMENT_MS = 300;

/** The first signal ends the recording in order, a second one at once. */
function stopper(recording: Recording): () => void {
  let first: number | undefined;
  return () => {
    // the recorder gets a terminal's Ctrl-C itself; this is for a signal to this process alone
    if (first === undefined) {
      first = performance.now();
      recording.stop();
    } else if (performance.now() - first > ONE_MOMENT_MS) {
      recording.cutShort();
    }
  };
}

/**
 * A duration as the recorder takes it: other words than it knows (`1m30s`) are explained here.
 *
 * @throws {UserError} for what is no duration
 */
function secondsOf(duration: string | undefined): string | undefined {
  return duration === undefined
    ? undefined
    : `${Number(parseDuration(duration, 'duration')) / 1e9}s`;
}

async function testFor(path: string, request: RecordRequest): Promise<PreparedTest> {
  const { prepareTest } = await import('./tests/write-expectations.js');
  const { write: capture, rules = [], force } = request;
  return prepareTest({ path, capture, rules, force });
}

type Done = Extract<Report, { kind: 'done' }>;

const CLEAR_LINE = '\r\x1b[K';
const LINE_EVERY_MS = 10_000;

/** Where progress shows: on the terminal's last line, as lines of a log, or not at all. */
type Place = 'terminal' | 'lines' | 'nowhere';

function placeOf({ quiet, progress }: RecordRequest): Place {
  if (quiet) {
    return 'nowhere';
  }
  return process.stderr.isTTY ? 'terminal' : progress ? 'lines' : 'nowhere';
}

function reporter(request: RecordRequest): (report: Report) => void {
  const place = placeOf(request);
  const started = Date.now();
  let shown = started;
  let hasBegun = request.quiet;
  return (report) => {
    if (report.kind === 'notice') {
      say(`note: ${escapeText(report.text)}`);
      return;
    }
    if (report.kind !== 'progress') {
      clear(place);
      return;
    }
    if (!hasBegun) {
      // nothing is lost from here on: scripts wait for this line
      say(`Recording to ${escapeText(request.write)}`);
      hasBegun = true;
    }
    const now = Date.now();
    if (place === 'terminal') {
      process.stderr.write(`${CLEAR_LINE}${progressText(report.tally, now - started)}`);
    } else if (place === 'lines' && now - shown >= LINE_EVERY_MS) {
      say(progressText(report.tally, now - started));
      shown = now;
    }
  };
}

function clear(place: Place): void {
  if (place === 'terminal') {
    process.stderr.write(CLEAR_LINE);
  }
}

function progressText(tally: Tally, elapsedMs: number): string {
  const { events, bytes } = tally.written;
  const rate = grouped(Math.round(events / Math.max(0.5, elapsedMs / 1000)));
  return `${grouped(events)} events  ${rate}/s  ${megabytes(bytes)}  ${lostText(tally)}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function lostText({ lost }: Tally): string {
  const total = lost.bufferFull + lost.scratch;
  return total === 0 ? 'none lost' : `${grouped(total)} LOST`;
}

function amountText({ events, bytes, files }: Amount): string {
  return `${grouped(events)} events, ${megabytes(bytes)}${files === 1 ? '' : ` in ${files} files`}`;
}

function tell(path: string, { tally, reason, status, runningCommand, isCutShort }: Done): void {
  say(`${escapeText(path)}: ${amountText(tally)}, ${lostText(tally)} (${reason})`);
  if (isCutShort) {
    say('cut short by a second signal: what happened just before the end is missing');
  }
  if (tally.written.files > tally.files) {
    say(`the rest of what was recorded (${amountText(tally.written)}) was removed, as --keep says`);
  }
  if (tally.lost.bufferFull > 0) {
    say(
      `${tally.lost.bufferFull} events were lost, as the buffer was full; give a larger --buffer`,
    );
  }
  if (tally.lost.scratch > 0) {
    say(`${tally.lost.scratch} events were lost, as the kernel side had no room for them`);
  }
  if (runningCommand !== undefined) {
    say(
      `the command goes on, without being recorded: process ${runningCommand} (kill ${runningCommand} ends it)`,
    );
  }
  if (status !== 0) {
    say(`the command ended with status ${status}`);
  }
}
