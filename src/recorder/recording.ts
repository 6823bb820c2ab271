/**
 * One recording: the native program is started, its reports are passed on, and containers that the engines
 * know are handed to it, those that run before anything else.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { createInterface } from 'node:readline';
import { UserError } from '../errors.js';
import { watchContainers, type ContainerWatch } from './containers.js';
import { containerJson, type ContainerFacts } from './engine.js';
import { findRecorder, readReport, type Report } from './program.js';

/** What to record, in the words of the native program's options. */
export interface RecordingRequest {
  readonly path: string;
  /** Options for the native program, as they are: `['--snaplen', '200']`. */
  readonly options: readonly string[];
  /** Name or id (or its beginning) of the one container that is recorded. */
  readonly container: string | undefined;
  /** Program and arguments to run; empty to record until told to stop. */
  readonly command: readonly string[];
}

/** Listeners of a recording. */
export interface RecordingListener {
  onReport(report: Report): void;
}

/** A recording under way. */
export interface Recording {
  /** Finish the file; what was recorded stays. */
  stop(): void;
  /** Having been asked to stop: end at once. What is not written yet is missing from the file. */
  cutShort(): void;
  /** The last report. Rejects with a UserError if recording is not possible. */
  readonly finished: Promise<Extract<Report, { kind: 'done' }>>;
}

const REPORT_FD = 3;
const CONTROL_FD = 4;
/** Two signals that are this far apart are two for the native program, not one. */
const TWO_MOMENTS_MS = 500;

/** Start recording. Engines get a moment to answer; one that does not is left out, with a notice. */
export async function startRecording(
  request: RecordingRequest,
  listener: RecordingListener,
): Promise<Recording> {
  const program = findRecorder();
  const notify = (text: string): void => {
    listener.onReport({ kind: 'notice', text });
  };
  const watch = await watchContainers(notify);
  const container =
    request.container === undefined
      ? []
      : ['--container', watch.fullIdOf(request.container) ?? request.container];
  const child = spawn(
    program,
    [
      '--write',
      request.path,
      '--report-fd',
      String(REPORT_FD),
      '--control-fd',
      String(CONTROL_FD),
      '--hide-parent',
      ...request.options,
      ...container,
      ...(request.command.length > 0 ? ['--', ...request.command] : []),
    ],
    { stdio: ['inherit', 'inherit', 'inherit', 'pipe', 'pipe'] },
  );
  const control = child.stdio[CONTROL_FD] as Writable;
  // a recorder that ended no longer listens: its end says so, not this pipe
  control.on('error', () => undefined);
  feed(control, watch);
  return {
    stop: () => {
      control.write('stop\n');
    },
    cutShort: () => {
      child.kill('SIGTERM');
      // where a write keeps it from reading the order to stop, the first one only stops it
      setTimeout(() => child.kill('SIGTERM'), TWO_MOMENTS_MS).unref();
    },
    finished: listen(child, (report) => {
      if (report.kind === 'unnamed') {
        void nameContainer(control, watch, report.id);
      } else {
        listener.onReport(report);
      }
    }).finally(() => {
      watch.close();
      control.destroy();
    }),
  };
}

function feed(control: Writable, watch: ContainerWatch): void {
  const tell = (facts: ContainerFacts): void => {
    control.write(`container ${facts.fullId} ${containerJson(facts)}\n`);
  };
  watch.running.forEach(tell);
  control.write('begin\n');
  watch.onStart = tell;
}

/** Events of this container wait until it is reported, or until nobody knows it. */
async function nameContainer(
  control: Writable,
  watch: ContainerWatch,
  fullId: string,
): Promise<void> {
  const facts = await watch.describe(fullId);
  control.write(
    facts === undefined ? `unknown ${fullId}\n` : `container ${fullId} ${containerJson(facts)}\n`,
  );
}

function listen(
  child: ChildProcess,
  onReport: (report: Report) => void,
): Promise<Extract<Report, { kind: 'done' }>> {
  return new Promise((resolve, reject) => {
    let last: Report | undefined;
    const lines = createInterface({ input: child.stdio[REPORT_FD] as Readable });
    lines.on('line', (line) => {
      const report = readReport(line);
      if (report === undefined) {
        return;
      }
      last = report.kind === 'done' || report.kind === 'error' ? report : last;
      onReport(report);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (last?.kind === 'done') {
        resolve(last);
      } else if (code === CUT_SHORT) {
        reject(cutShortError());
      } else {
        reject(last?.kind === 'error' ? last.error : endedEarly(code, signal));
      }
    });
  });
}

/** Status of the native program when a write that never returned kept it from an orderly end. */
const CUT_SHORT = 130;

function cutShortError(): UserError {
  return new UserError({
    code: 'RECORD_CUT_SHORT',
    what: 'The recording was cut short',
    why: 'a second signal came while the capture could not be written',
    fix: 'what was written up to then replays; see why its reader or its disk did not take more',
  });
}

function endedEarly(code: number | null, signal: string | null): UserError {
  return new UserError({
    code: 'RECORD_ENDED',
    what: 'The recorder ended before its work was done',
    why: signal === null ? `it exited with ${code ?? 'no status'}` : `it was ended by ${signal}`,
    fix: 'what it wrote up to then replays; run it again',
  });
}
