#!/usr/bin/env node
import { endOnSignals } from '../dist/commands/signals.js';

endOnSignals(); // before the rest is loaded
const { main } = await import('../dist/commands/main.js');
await main(process.argv.slice(2));
