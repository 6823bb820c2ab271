/**
 * A program that reads alerts from its standard input, as Falco's `program_output` runs it. What it prints
 * goes to stderr, since stdout belongs to results. One that does not read, or does not end, is waited for a
 * while and then ended with all that it started.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Channel, OpenChannel } from '../channel.js';
import { Faults } from './faults.js';

type ProgramChannel = Extract<Channel, { kind: 'program' }>;

/** How long a program may neither read nor end. */
const PATIENCE_MS = 10_000;
/** Bytes that may wait in memory for a program to read. */
const MAX_WAITING_BYTES = 1 << 20;
/** Alerts that may wait for a program of their own. */
const MAX_WAITING = 100;

/** Run the program: once for all alerts, or once for each. `patienceMs` is for tests. */
export function openProgramChannel(
  { command, isKept }: ProgramChannel,
  patienceMs = PATIENCE_MS,
): OpenChannel {
  const program = { file: 'sh', args: ['-c', command], name: command, patienceMs };
  return isKept ? keptProgram(program, (line) => `${line}\n`) : programPerAlert(program);
}

/** What to run, and how it is called in messages. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly name: string;
  readonly patienceMs?: number;
  /** Ending with another exit code than 0 means that alerts did not arrive. */
  readonly isFailureLoss?: boolean;
}

/** How a program ended. */
interface Ending {
  readonly error: Error | undefined;
  readonly status: number | null;
  readonly signal: string | null;
  /** It was ended by us: it neither read nor ended. */
  readonly isStuck: boolean;
}

/** A program that runs, in a process group of its own. */
class Running {
  readonly ended: Promise<Ending>;
  isEnded = false;
  hasStoppedReading = false;
  readonly #child: ChildProcess;
  readonly #patienceMs: number;
  #isStuck = false;
  #timer: NodeJS.Timeout | undefined;

  constructor({ file, args, patienceMs = PATIENCE_MS }: Program) {
    this.#patienceMs = patienceMs;
    const stderr = 2;
    this.#child = spawn(file, args, { stdio: ['pipe', stderr, stderr], detached: true });
    this.#child.stdin?.on('error', () => (this.hasStoppedReading = true));
    this.ended = new Promise<Ending>((resolve) => {
      const end = (ending: Omit<Ending, 'isStuck'>): void => {
        clearTimeout(this.#timer);
        this.isEnded = true;
        resolve({ ...ending, isStuck: this.#isStuck });
      };
      this.#child.once('error', (error) => {
        end({ error, status: null, signal: null });
      });
      this.#child.once('exit', (status, signal) => {
        end({ error: undefined, status, signal });
      });
    });
  }

  write(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Until it has read nearly everything, or ended, or patience is at its end. */
  async caughtUp(): Promise<void> {
    const { stdin } = this.#child;
    if (stdin === null || stdin.writableLength < MAX_WAITING_BYTES) {
      return;
    }
    this.#endUnlessProgress();
    await Promise.race([
      this.ended,
      new Promise((resolve) => stdin.once('drain', resolve).once('error', resolve)),
    ]);
    clearTimeout(this.#timer);
  }

  /** There is no more input: until it ends. */
  async finished(): Promise<Ending> {
    this.#child.stdin?.end();
    if (!this.isEnded) {
      this.#endUnlessProgress();
    }
    return this.ended;
  }

  /** End it once it has read nothing for as long as patience lasts. */
  #endUnlessProgress(): void {
    const waiting = this.#child.stdin?.writableLength ?? 0;
    this.#timer = setTimeout(() => {
      if ((this.#child.stdin?.writableLength ?? 0) < waiting) {
        this.#endUnlessProgress();
      } else {
        this.#isStuck = true;
        this.#kill();
      }
    }, this.#patienceMs);
  }

  #kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) {
      return;
    }
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // it ended in this very moment
    }
  }
}

function noteEnding(faults: Faults, { name, isFailureLoss }: Program, ending: Ending): void {
  const { error, status, signal, isStuck } = ending;
  if (error !== undefined) {
    faults.note(`the program "${name}" did not run: ${error.message}`, true);
  } else if (isStuck) {
    faults.note(`the program "${name}" neither read its input nor ended, and was killed`, true);
  } else if (signal !== null) {
    faults.note(`the program "${name}" was ended by ${signal}`, true);
  } else if (status !== 0) {
    const text = `the program "${name}" ended with exit code ${String(status)}`;
    faults.note(text, isFailureLoss === true);
  }
}

/** A program for each alert, one after the other; after one that was stuck no other is run. */
function programPerAlert(program: Program): OpenChannel {
  const faults = new Faults();
  let last = Promise.resolve();
  let waiting = 0;
  let isOver = false;
  let notGiven = 0;
  const run = async (line: string): Promise<void> => {
    waiting -= 1;
    if (isOver) {
      notGiven += 1;
      return;
    }
    const running = new Running(program);
    running.write(`${line}\n`);
    const ending = await running.finished();
    isOver = ending.isStuck || ending.error !== undefined;
    noteEnding(faults, program, ending);
  };
  return {
    send: (line) => {
      waiting += 1;
      last = last.then(() => run(line));
    },
    ready: () => (waiting > MAX_WAITING ? last : Promise.resolve()),
    finish: async () => {
      await last;
      if (notGiven > 0) {
        faults.note(
          `the program "${program.name}" was not run for ${notGiven} further alerts`,
          true,
        );
      }
      return faults.all();
    },
  };
}

/** One program that gets a line for each alert, until its input is closed. */
export function keptProgram(
  program: Program,
  format: (line: string, priority: Parameters<OpenChannel['send']>[1]) => string,
): OpenChannel {
  const running = new Running(program);
  const isReading = (): boolean => !running.isEnded && !running.hasStoppedReading;
  return {
    send: (line, priority) => {
      if (isReading()) {
        running.write(format(line, priority));
      }
    },
    ready: () => running.caughtUp(),
    finish: async () => {
      const faults = new Faults();
      const ending = await running.finished();
      noteEnding(faults, program, ending);
      if (running.hasStoppedReading && ending.error === undefined && !ending.isStuck) {
        faults.note(`the program "${program.name}" stopped reading before the last alert`, false);
      }
      return faults.all();
    },
  };
}
