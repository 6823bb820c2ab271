/** Replays side by side, a thread a core. The order of answers is the order of jobs, whoever is done first. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Story } from '../../errors.js';
import { interruption } from '../../interruption.js';
import { unlessAborted } from '../evidence/unless-aborted.js';
import type { JobResult, ReplayJob } from './replay-job.js';
import type { WorkerAnswer } from '../test-worker.js';

/** See there. */
const PROGRAM = new URL('../../../bin/part.js', import.meta.url);

/** What came of a job, or the mistake of the user that prevented it. */
export type JobOutcome = (JobResult & { readonly capture: string }) | { readonly story: Story };

/** Run all jobs. A bug in one is thrown, and so is a signal. */
export async function runJobs(jobs: readonly ReplayJob[]): Promise<JobOutcome[]> {
  const outcomes: JobOutcome[] = [];
  const waiting = jobs.entries();
  const lanes = Math.min(availableParallelism(), jobs.length);
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      const worker = new Worker(PROGRAM, { workerData: { part: 'test' } });
      try {
        for (const [index, job] of waiting) {
          const answer = await unlessAborted(interruption, ask(worker, job));
          outcomes[index] = outcomeOf(job, answer);
        }
      } finally {
        await worker.terminate();
      }
    }),
  );
  return outcomes;
}

function ask(worker: Worker, job: ReplayJob): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (answer: WorkerAnswer) => {
      worker.off('error', reject);
      resolve(answer);
    });
    worker.postMessage(job);
  });
}

function outcomeOf({ capture }: ReplayJob, answer: WorkerAnswer): JobOutcome {
  if ('result' in answer) {
    return { ...answer.result, capture };
  }
  if ('story' in answer) {
    return answer;
  }
  throw new Error(`a test replay failed:\n${answer.stack}`);
}
