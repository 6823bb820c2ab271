/**
 * A second thread for work in which nothing else can run, as SQLite's. It ends the process when its parent is gone, and
 * after a second it shows on a terminal that the work goes on.
 */
import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** Takes away what the line of a terminal holds. */
export const CLEAR_LINE = '\r\x1b[K';

const STDERR = 2;
/** Who may write to the terminal: nobody does, the thread draws, or the work has begun to print. */
const STATES = { free: 0, drawing: 1, over: 2 };
const STATE = 0;
/** Whether anything was drawn. */
const DRAWN = 1;

/** Worker threads of the bundle have no file of their own: the program is a text. */
const PROGRAM = `
  const { parent, shared, isShown, states, clearLine } = require('node:worker_threads').workerData;
  const { writeSync } = require('node:fs');
  setInterval(() => {
    if (process.ppid !== parent) {
      process.kill(process.pid, 'SIGKILL'); // it was killed, and could not end us
    }
  }, 500);
  let seconds = 0;
  const spin = isShown && setInterval(() => {
    if (Atomics.compareExchange(shared, 0, states.free, states.drawing) !== states.free) {
      clearInterval(spin);
      return;
    }
    seconds += 1;
    try {
      writeSync(2, clearLine + '|/-\\\\'[seconds % 4] + ' asking the case: ' + seconds + ' s (Ctrl-C stops)');
    } catch {
      // nobody looks
    }
    Atomics.store(shared, 1, 1);
    Atomics.store(shared, 0, states.free);
    Atomics.notify(shared, 0);
  }, 1000);
`;

/**
 * Begin to watch for the end of process `parent`, and to spin where stderr is a terminal.
 *
 * @returns Call it before anything is printed: the spinner is gone then.
 */
export function watchAndSpin(parent: number): () => void {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const isShown = process.stderr.isTTY;
  new Worker(PROGRAM, {
    eval: true,
    workerData: { parent, shared, isShown, states: STATES, clearLine: CLEAR_LINE },
  }).unref();
  return () => {
    while (Atomics.compareExchange(shared, STATE, STATES.free, STATES.over) === STATES.drawing) {
      Atomics.wait(shared, STATE, STATES.drawing, 50);
    }
    if (Atomics.exchange(shared, DRAWN, 0) === 1) {
      writeSync(STDERR, CLEAR_LINE);
    }
  };
}
