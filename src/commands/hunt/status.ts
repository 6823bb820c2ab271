import { Flags } from '@oclif/core';
import { TiercelCommand } from '../command.js';
import { resultsArg } from './flags.js';

export default class HuntStatus extends TiercelCommand {
  static override summary = 'Say how far a hunt is, and what failed and why.';

  static override examples = ['<%= config.bin %> hunt status results -f json'];

  static override args = { results: resultsArg };

  static override flags = {
    format: Flags.option({
      char: 'f',
      options: ['text', 'json'] as const,
      default: 'text',
      description: 'form of the answer',
    })(),
    watch: Flags.boolean({ description: 'say so again every two seconds, until nothing waits' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HuntStatus);
    const { reportStatus } = await import('../../investigation/hunt.js');
    this.finishWith(await reportStatus({ ...args, ...flags }));
  }
}
