/** A part of the program that has a process or a thread to itself: `node bin/part.js NAME ...`. */
import { workerData } from 'node:worker_threads';
import { setFlagsFromString } from 'node:v8';
import { loadBundle } from './bundle.js';
import { compilerFlags } from './compiler.js';

if (workerData === null) {
  compilerFlags().forEach((flag) => {
    setFlagsFromString(flag);
  });
}
const { PARTS } = loadBundle() ?? (await import('../dist/commands/program.js'));
await PARTS[workerData?.part ?? process.argv[2]]();
