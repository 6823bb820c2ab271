/**
 * Workers of a hunt: processes, since one that runs out of memory or crashes must take nothing else with it. Each keeps the rules
 * that it loaded. A job whose worker died is tried again; after the third time it is set aside until all else is done, and then
 * tried once more.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { newWriter, Results, type Failure, type Job } from '../../hunt/index.js';
import { interruption } from '../../interruption.js';
import { unlessAborted } from '../evidence/unless-aborted.js';
import type { HuntMessage, JobAnswer } from '../hunt-worker.js';
import type { HuntSetup } from './replay-one.js';

/** See there. */
const PROGRAM = fileURLToPath(new URL('../../../bin/part.js', import.meta.url));

/** A job is set aside when so many workers died of it. */
const MAX_ATTEMPTS = 3;

/** Codes of what would fail every job alike: then the work is over. */
const FATAL: ReadonlySet<string> = new Set([
  'HUNT_PACKAGE_MISSING',
  'REBUILD_NEEDED',
  'ENVIRONMENT',
]);

/** What becomes of jobs. */
export interface PoolEvents {
  readonly done: () => void;
  readonly failed: (failure: Failure) => void;
  /** Whether another job may be begun. */
  readonly goesOn: () => boolean;
}

/** Why all work was given up. */
export interface GivenUp {
  readonly why: string;
}

/** What is the same for all workers. */
type SharedSetup = Omit<HuntSetup, 'writer'>;

interface Try {
  readonly job: Job;
  readonly attempts: number;
}

/** Do all jobs, `lanes` at a time. Returns why they were not all tried, if they were not. */
export async function runPool(
  setup: SharedSetup,
  jobs: readonly Job[],
  { lanes, events }: { readonly lanes: number; readonly events: PoolEvents },
): Promise<GivenUp | undefined> {
  const waiting: Try[] = jobs.map((job) => ({ job, attempts: 0 }));
  const setAside: Try[] = [];
  const pool = new Pool(setup, events);
  const count = Math.min(lanes, jobs.length);
  await Promise.all(Array.from({ length: count }, () => pool.lane(waiting, setAside)));
  if (pool.givenUp === undefined && setAside.length > 0) {
    await pool.lane(setAside, undefined);
  }
  return pool.givenUp;
}

class Pool {
  givenUp: GivenUp | undefined;
  readonly #setup: SharedSetup;
  readonly #events: PoolEvents;

  constructor(setup: SharedSetup, events: PoolEvents) {
    this.#setup = setup;
    this.#events = events;
  }

  /** Take jobs from `waiting` until there are none. Without `setAside`, a worker that dies is the end of its job. */
  async lane(waiting: Try[], setAside: Try[] | undefined): Promise<void> {
    let worker: HuntWorker | undefined;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        if (this.givenUp !== undefined || !this.#events.goesOn()) {
          return;
        }
        worker ??= new HuntWorker(this.#setup);
        const answer = await unlessAborted(interruption, worker.ask(next.job));
        if ('died' in answer) {
          worker = undefined;
          this.#noteDeath({ ...next, attempts: next.attempts + 1 }, answer.died, {
            waiting,
            setAside,
          });
        } else {
          this.#note(next, answer);
        }
      }
    } finally {
      await worker?.end();
    }
  }

  #noteDeath(
    tried: Try,
    why: string,
    { waiting, setAside }: { readonly waiting: Try[]; readonly setAside: Try[] | undefined },
  ): void {
    if (setAside === undefined) {
      this.#fail(
        tried,
        `the process that replayed it ended ${tried.attempts} times, the last time by ${why}`,
      );
    } else if (tried.attempts < MAX_ATTEMPTS) {
      waiting.push(tried);
    } else {
      setAside.push(tried);
    }
  }

  #note({ job, attempts }: Try, answer: JobAnswer): void {
    if ('isDone' in answer) {
      this.#events.done();
    } else if ('stack' in answer) {
      this.#fail({ job, attempts: attempts + 1 }, answer.stack);
    } else if (FATAL.has(answer.code)) {
      this.givenUp = { why: answer.why };
    } else {
      this.#fail({ job, attempts: attempts + 1 }, answer.why);
    }
  }

  #fail({ job, attempts }: Try, why: string): void {
    this.#events.failed({ key: job.key, evidence: job.evidence.path, why, attempts });
  }
}

/** One worker process. */
class HuntWorker {
  readonly #process: ChildProcess;
  readonly #root: string;
  readonly #writer = newWriter();
  /** How it ended. */
  readonly #death: Promise<{ readonly died: string }>;
  /** The end of what it said on stderr. */
  #said = '';

  constructor(setup: SharedSetup) {
    this.#root = setup.root;
    const child = fork(PROGRAM, ['hunt'], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#process = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-LAST_WORDS);
    });
    this.#death = new Promise((resolve) => {
      child.once('error', ({ message }) => {
        resolve({ died: message });
      });
      child.once('exit', (code, signal) => {
        resolve({ died: signal ?? `exit code ${String(code)}: ${this.#said.trim()}` });
      });
    });
    this.#send({ setup: { ...setup, writer: this.#writer } });
  }

  /** The answer to a job, or how the worker ended before it. */
  async ask(job: Job): Promise<JobAnswer | { readonly died: string }> {
    const answer = new Promise<JobAnswer>((resolve) => {
      this.#process.once('message', (said) => {
        resolve(said as JobAnswer);
      });
    });
    this.#send({ job });
    const said = await Promise.race([answer, this.#death]);
    if ('died' in said) {
      this.#tidyUp();
    }
    return said;
  }

  /** End it, whatever it does; what it had begun to write is gone then. */
  async end(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#death;
    this.#tidyUp();
  }

  #tidyUp(): void {
    new Results(this.#root).removeUnfinished(this.#writer);
  }

  #send(message: HuntMessage): void {
    this.#process.send(message, () => undefined); // where it is gone, its end says so
  }
}

/** So much of what a worker said is kept, in characters. */
const LAST_WORDS = 2000;
