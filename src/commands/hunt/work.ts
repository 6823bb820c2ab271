import { Flags } from '@oclif/core';
import { TiercelCommand } from '../command.js';
import { concurrencyFlag, resultsFlag } from './flags.js';

export default class HuntWork extends TiercelCommand {
  static override summary = 'Do what of a hunt is not done yet, or a part of it.';

  static override description = `Workers share the folders of the evidence and of the results, and nothing else: Kubernetes indexed jobs, Slurm arrays and \
GNU parallel give each its part. Doing a piece of evidence twice writes the same results.`;

  static override examples = [
    {
      description: 'The first of two parts',
      command: '<%= config.bin %> hunt work --results results --shard 1/2',
    },
  ];

  static override flags = {
    results: resultsFlag,
    shard: Flags.string({
      description: 'the I-th of N parts of the evidence',
      helpValue: '<I/N>',
    }),
    concurrency: concurrencyFlag,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(HuntWork);
    const { workOnHuntOf } = await import('../../investigation/hunt.js');
    this.finishWith(await workOnHuntOf(flags));
  }
}
