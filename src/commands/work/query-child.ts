/** The program of a child process that answers a question; see query-process.ts. */
import { readFileSync } from 'node:fs';
import { drained } from '../../output/index.js';
import { runAndLeave } from '../ending.js';
import { worstExit } from '../exit.js';
import { query, type QueryRequest } from './query.js';

/** Where the request comes from, as JSON. */
const REQUEST_FD = 3;

await runAndLeave(async () => {
  const request = JSON.parse(readFileSync(REQUEST_FD, 'utf8')) as QueryRequest;
  process.exitCode = worstExit(await query(request));
  await drained();
});
