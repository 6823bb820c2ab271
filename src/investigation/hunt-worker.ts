/** A process that replays for a hunt, one job after the other; see hunt/pool.ts. */
import { storyOf, tell } from './failure.js';
import { replayOne, type HuntSetup } from './hunt/replay-one.js';
import { loadRuleFiles, type LoadedRules } from './rules/rule-files.js';
import type { Job } from '../hunt/index.js';

/** What a worker is asked: first what all jobs share, then job after job. */
export type HuntMessage = { readonly setup: HuntSetup } | { readonly job: Job };

/** Its answer to a job: done, why it cannot be done, or a bug. */
export type JobAnswer =
  | { readonly isDone: true }
  | { readonly code: string; readonly why: string }
  | { readonly stack: string };

let setup: HuntSetup | undefined;
let loading: Promise<LoadedRules> | undefined;

process.on('message', (message: HuntMessage) => {
  if ('setup' in message) {
    setup = message.setup;
    loading = loadRuleFiles(setup.rules, { isQuiet: true });
    loading.catch(() => undefined); // the first job reports it
  } else {
    void answer(message.job).then((said) => process.send?.(said));
  }
});

process.on('disconnect', () => {
  process.kill(process.pid, 'SIGKILL'); // nobody waits for an answer any more
});

async function answer(job: Job): Promise<JobAnswer> {
  try {
    if (setup === undefined || loading === undefined) {
      throw new Error('a job came before its setup');
    }
    await replayOne(setup, await loading, job);
    return { isDone: true };
  } catch (error) {
    const story = storyOf(error);
    return story === undefined
      ? { stack: error instanceof Error ? (error.stack ?? error.message) : String(error) }
      : { code: story.code, why: tell(story) };
  }
}
