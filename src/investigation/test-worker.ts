/** A thread that replays for tests, one job after the other; see tests/pool.ts. */
import { parentPort } from 'node:worker_threads';
import { storyOf } from './failure.js';
import { runReplayJob, type JobResult, type ReplayJob } from './tests/replay-job.js';
import type { Story } from '../errors.js';

/** The answer to a job. */
export type WorkerAnswer =
  { readonly result: JobResult } | { readonly story: Story } | { readonly stack: string };

parentPort?.on('message', (job: ReplayJob) => {
  void answer(job).then((message) => parentPort?.postMessage(message));
});

async function answer(job: ReplayJob): Promise<WorkerAnswer> {
  try {
    return { result: await runReplayJob(job) };
  } catch (error) {
    const story = storyOf(error);
    return story === undefined
      ? { stack: error instanceof Error ? (error.stack ?? error.message) : String(error) }
      : { story };
  }
}
