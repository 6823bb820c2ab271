#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { loadBundle } from './bundle.js';
import { compilerFlags } from './compiler.js';

// before anything is compiled: code that was made ahead is for these flags
compilerFlags().forEach((flag) => {
  setFlagsFromString(flag);
});

const program = loadBundle() ?? (await import('../dist/commands/program.js'));
program.endOnSignals(); // before the rest is loaded
const { main } = await program.loadMain();
await main(process.argv.slice(2));
