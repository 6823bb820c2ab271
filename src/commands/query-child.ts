/** The program of a child process that answers a question; see query-process.ts. */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { drained } from '../output/index.js';
import { runAndLeave } from './ending.js';
import { exitCodeOf } from './exit.js';
import { query, type QueryRequest } from '../investigation/query.js';

/** Where the request comes from, as JSON. */
const REQUEST_FD = 3;

/**
 * A parent that was killed could not end us, and while SQLite works nothing else runs in this thread: another one looks
 * whether we have become somebody else's child.
 */
const WATCH_PARENT = `
  const parent = require('node:worker_threads').workerData;
  setInterval(() => {
    if (process.ppid !== parent) {
      process.kill(process.pid, 'SIGKILL');
    }
  }, 500);
`;

/** Answer, and exit. */
export async function answerParent(): Promise<void> {
  await runAndLeave(async () => {
    new Worker(WATCH_PARENT, { eval: true, workerData: Number(process.argv[3]) }).unref();
    const request = JSON.parse(readFileSync(REQUEST_FD, 'utf8')) as QueryRequest;
    process.exitCode = exitCodeOf(await query(request));
    await drained();
  });
}
