// Runs a command of the bundle of the program in a folder, and keeps the code that V8 made for it (see code.mjs): FOLDER WORD...
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const [root, ...words] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(join(root, 'bin', name)).href);
const { compilerFlags } = await load('compiler.js');
const { CODE_CACHE, compileBundle } = await load('bundle.js');
compilerFlags().forEach((flag) => {
  setFlagsFromString(flag);
});
// what depends on how long something takes would be other code each time
let now = 0;
performance.now = () => (now += 1);
const { script, run } = compileBundle();
process.on('exit', (code) => {
  if (code === 0) {
    writeFileSync(CODE_CACHE, script.createCachedData());
  }
});
const { main } = await run().loadMain();
await main(words);
