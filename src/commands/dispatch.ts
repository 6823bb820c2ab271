/**
 * Commands that are called plainly, run without oclif's own way to them: reading its configuration and looking for
 * plugins takes 50 ms of each start. Help, topics and words that fit no command are left to it.
 */
import { Config } from '@oclif/core';
import { COMMANDS } from './index.js';

type CommandClass = (typeof COMMANDS)[keyof typeof COMMANDS];

/** What commands ask of a configuration: nothing is deprecated, and there are no hooks. */
class PlainConfig extends Config {
  override bin = 'tiercel';
  /** With any other one, oclif would look for its commands. */
  override topicSeparator = ':' as const;

  override runHook(): Promise<{ failures: []; successes: [] }> {
    return Promise.resolve({ failures: [], successes: [] });
  }
}

/** It asks oclif for all commands. */
const ASKS_FOR_ALL = 'completion';

/** The run of the command that `words` call; `undefined` where oclif has to look at them. */
export function plainRun(
  words: readonly string[],
  root: string,
): (() => Promise<void>) | undefined {
  const options = words.slice(0, words.includes('--') ? words.indexOf('--') : undefined);
  if (options.includes('--help') || options[0] === ASKS_FOR_ALL) {
    return undefined;
  }
  for (const length of [1, 2]) {
    const id = words.slice(0, length).join(':');
    const command: CommandClass | undefined = commandOf(id);
    if (command !== undefined) {
      return async () => {
        await new command(words.slice(length), new PlainConfig({ root })).runWhole();
      };
    }
  }
  return undefined;
}

function commandOf(id: string): CommandClass | undefined {
  return Object.hasOwn(COMMANDS, id) ? COMMANDS[id as keyof typeof COMMANDS] : undefined;
}
