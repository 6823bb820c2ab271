/** Scripts with which shells complete the command line, by the name of the shell. */
import type { Command } from '@oclif/core';
import { bashScript } from './bash.js';
import { fishScript } from './fish.js';
import { completables } from './words.js';
import { zshScript } from './zsh.js';

const SCRIPTS = { bash: bashScript, fish: fishScript, zsh: zshScript };

/** A shell that can be completed for. */
export type Shell = keyof typeof SCRIPTS;

/** What `shell` is to read. */
export function completionScript(shell: Shell, commands: readonly Command.Loadable[]): string {
  return SCRIPTS[shell](completables(commands));
}
