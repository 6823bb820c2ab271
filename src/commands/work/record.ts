/** The work of `record`: drive the recorder, show how it goes, say what came of it. */
import { escapeText, grouped, say } from '../../output/index.js';
import { startRecording, type Report, type Tally } from '../../recorder/index.js';
import { EXIT, type ExitCode } from '../exit.js';
import { leaveSignalsTo } from '../interruption.js';
import { parseDuration } from '../time-range.js';
import type { PreparedTest } from './write-expectations.js';

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

/** Record until it is enough. */
export async function record(request: RecordRequest): Promise<ExitCode> {
  const test = request.expect === undefined ? undefined : await testFor(request.expect, request);
  const show = progress(request.quiet);
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
  // the recorder gets a terminal's Ctrl-C itself; this is for a signal to this process alone
  const stop = (): void => {
    recording.stop();
  };
  leaveSignalsTo(stop);
  const done = await recording.finished;
  if (!request.quiet) {
    tell(request.write, done);
  }
  await test?.write();
  return EXIT.DONE;
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
  const { prepareTest } = await import('./write-expectations.js');
  const { write: capture, rules = [], force } = request;
  return prepareTest({ path, capture, rules, force });
}

type Done = Extract<Report, { kind: 'done' }>;

const CLEAR_LINE = '\r\x1b[K';

function progress(isQuiet: boolean): (report: Report) => void {
  const started = Date.now();
  const isShown = !isQuiet && process.stderr.isTTY;
  return (report) => {
    if (report.kind === 'notice') {
      say(`note: ${escapeText(report.text)}`);
    } else if (isShown && report.kind === 'progress') {
      const { events, bytes } = report.tally;
      const seconds = Math.max(0.5, (Date.now() - started) / 1000);
      const rate = grouped(Math.round(events / seconds));
      process.stderr.write(
        `${CLEAR_LINE}${grouped(events)} events  ${rate}/s  ${megabytes(bytes)}  ${lostText(report.tally)}`,
      );
    } else if (isShown) {
      process.stderr.write(CLEAR_LINE);
    }
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function lostText({ lost }: Tally): string {
  const total = lost.bufferFull + lost.scratch;
  return total === 0 ? 'none lost' : `${grouped(total)} LOST`;
}

function tell(path: string, { tally, reason, status, runningCommand }: Done): void {
  const files = tally.files === 1 ? '' : ` in ${tally.files} files`;
  say(
    `${escapeText(path)}: ${grouped(tally.events)} events, ${megabytes(tally.bytes)}${files}, ${lostText(tally)} (${reason})`,
  );
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
