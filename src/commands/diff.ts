import { Args, Flags } from '@oclif/core';
import { TiercelCommand } from './command.js';
import { outputFlags, word } from './flags.js';

const runArg = (description: string) =>
  Args.integer({ description, required: true, min: 1, ignoreStdin: true });

export default class Diff extends TiercelCommand {
  static override summary = 'Compare two runs of a case: alerts gained, lost and changed.';

  static override description = `An alert is known by its evidence, source, event and rule. What two runs were made with (rules, options, version), and what \
only one of them could not see, is said beside the alerts.`;

  static override examples = [
    {
      description: 'What changed rules find in the same evidence',
      command: '<%= config.bin %> diff case.db 1 2',
    },
  ];

  static override args = {
    case: word({ description: 'a case that analyze wrote', required: true }),
    before: runArg('number of a run; "query CASE \'SELECT run_id, path FROM runs\'" shows them'),
    after: runArg('number of the run to compare with it'),
  };

  static override flags = {
    format: Flags.option({
      char: 'f',
      options: ['text', 'json', 'markdown'] as const,
      default: 'text',
      description: 'form of the differences',
    })(),
    ...outputFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Diff);
    const { answerInChild } = await import('./case-process.js');
    this.exitWith(await answerInChild({ verb: 'diff', request: { ...flags, ...args } }));
  }
}
