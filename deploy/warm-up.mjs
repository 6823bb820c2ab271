// Runs a command of the bundle, and keeps the code that V8 made for it (see bundle.mjs).
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { CODE_CACHE, compileBundle } from '../bin/bundle.js';
import { compilerFlags } from '../bin/compiler.js';

compilerFlags().forEach((flag) => {
  setFlagsFromString(flag);
});
const { script, run } = compileBundle();
process.on('exit', (code) => {
  if (code === 0) {
    writeFileSync(CODE_CACHE, script.createCachedData());
  }
});
const { main } = await run().loadMain();
await main(process.argv.slice(2));
