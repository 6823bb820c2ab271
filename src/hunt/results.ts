/** What of a hunt is done: results that were committed, one by one or joined, and jobs that failed. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { COMMIT_TABLE, Layout, unfinished, writeWhole } from './layout.js';
import type { Job } from './manifest.js';

const ROWS = /^(.+)(?<!\.joined)\.parquet$/;

/** Results of many jobs that were joined. */
export interface JoinedResults {
  readonly digest: string;
  readonly keys: readonly string[];
  /** Tables that have rows. */
  readonly tables: readonly string[];
}

/** Why a job could not be done. */
export interface Failure {
  readonly key: string;
  readonly evidence: string;
  readonly why: string;
  /** How often it was tried. */
  readonly attempts: number;
}

/** How far a hunt is. */
export interface Progress {
  readonly done: readonly Job[];
  readonly failed: readonly { readonly job: Job; readonly failure: Failure }[];
  readonly waiting: readonly Job[];
}

/** Reads and notes what is done. */
export class Results {
  readonly layout: Layout;

  constructor(root: string) {
    this.layout = new Layout(root);
  }

  /** Keys of results that lie by themselves. */
  singleKeys(): ReadonlySet<string> {
    return new Set(this.keysIn(COMMIT_TABLE));
  }

  /** Keys that have rows of their own in a table. */
  keysIn(table: string): readonly string[] {
    return namesIn(this.layout.table(table)).flatMap((name) => ROWS.exec(name)?.[1] ?? []);
  }

  /** Results that were joined. */
  joined(): readonly JoinedResults[] {
    return namesIn(this.layout.compacted)
      .filter((name) => name.endsWith('.json'))
      .map(
        (name) =>
          JSON.parse(readFileSync(join(this.layout.compacted, name), 'utf8')) as JoinedResults,
      );
  }

  /** How far the jobs of a hunt are. */
  progress(jobs: readonly Job[]): Progress {
    const doneKeys = new Set([...this.singleKeys(), ...this.joined().flatMap(({ keys }) => keys)]);
    const failures = this.#failures();
    const done: Job[] = [];
    const failed: { job: Job; failure: Failure }[] = [];
    const waiting: Job[] = [];
    for (const job of jobs) {
      const failure = failures.get(job.key);
      if (doneKeys.has(job.key)) {
        done.push(job);
      } else if (failure !== undefined) {
        failed.push({ job, failure });
      } else {
        waiting.push(job);
      }
    }
    return { done, failed, waiting };
  }

  /** Remove what `writer`, which has ended, had begun to write. */
  removeUnfinished(writer: string): void {
    for (const folder of namesIn(this.layout.root)) {
      const path = join(this.layout.root, folder);
      for (const name of isFolder(path) ? namesIn(path) : []) {
        if (name.endsWith(unfinished('', writer))) {
          rmSync(join(path, name), { force: true });
        }
      }
    }
  }

  noteFailure(failure: Failure): void {
    writeWhole(this.layout.failure(failure.key), `${JSON.stringify(failure, undefined, 1)}\n`);
  }

  /** Have failed jobs wait again. */
  forgetFailures(jobs: readonly Job[]): void {
    for (const { key } of jobs) {
      rmSync(this.layout.failure(key), { force: true });
    }
  }

  get isCancelled(): boolean {
    return existsSync(this.layout.cancelled);
  }

  set isCancelled(value: boolean) {
    if (value) {
      writeWhole(this.layout.cancelled, '');
    } else {
      rmSync(this.layout.cancelled, { force: true });
    }
  }

  #failures(): ReadonlyMap<string, Failure> {
    return new Map(
      namesIn(this.layout.failed)
        .filter((name) => name.endsWith('.json'))
        .map((name) => {
          const failure = JSON.parse(
            readFileSync(join(this.layout.failed, name), 'utf8'),
          ) as Failure;
          return [failure.key, failure];
        }),
    );
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Names in a folder, in byte order; none where it does not exist. */
function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
