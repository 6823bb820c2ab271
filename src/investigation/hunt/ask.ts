/** Questions to the results of a hunt. */
import { resolve } from 'node:path';
import {
  jobsOf,
  newestManifest,
  Results,
  ResultsDatabase,
  type HuntAnswer,
} from '../../hunt/index.js';
import { interruption } from '../../interruption.js';
import { say } from '../../output/index.js';
import { RESULT_TABLES } from './result-tables.js';

/** Ask. Evidence that waits or failed is reported, since it is missing from the answer. */
export async function askHunt(
  root: string,
  sql: string,
): Promise<HuntAnswer & { readonly close: () => void }> {
  const { done, failed, waiting } = new Results(resolve(root)).progress(
    jobsOf(newestManifest(root)),
  );
  if (failed.length + waiting.length > 0) {
    say(
      `Notice: of ${done.length + failed.length + waiting.length} pieces of evidence, ${waiting.length} wait and ${failed.length} failed: nothing of them is in this answer`,
    );
  }
  const database = await ResultsDatabase.open(resolve(root), RESULT_TABLES, done);
  const interrupt = (): void => {
    database.interrupt();
  };
  interruption.addEventListener('abort', interrupt);
  const close = (): void => {
    interruption.removeEventListener('abort', interrupt);
    database.close();
  };
  try {
    return { ...(await database.ask(sql)), close };
  } catch (error) {
    close();
    interruption.throwIfAborted();
    throw error;
  }
}
