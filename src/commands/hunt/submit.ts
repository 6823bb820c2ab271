import { TiercelCommand } from '../command.js';
import { matchFlag, rulesFlag, selectionFlags } from '../flags.js';
import { folderArg, resultsFlag } from './flags.js';

export default class HuntSubmit extends TiercelCommand {
  static override summary =
    'List evidence and freeze rules, for workers on any number of machines.';

  static override description = `The manifest in the results is all that workers need beside the evidence: "hunt work --shard I/N" on each machine, with both \
folders where they are here. Nothing is replayed yet.`;

  static override examples = [
    {
      description: 'A hunt that two machines work on',
      command: '<%= config.bin %> hunt submit captures --results results',
    },
  ];

  static override args = { folder: folderArg };

  static override flags = {
    results: resultsFlag,
    rules: rulesFlag,
    ...selectionFlags,
    match: matchFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HuntSubmit);
    const { submitHunt } = await import('../../investigation/hunt.js');
    this.finishWith(await submitHunt({ ...flags, ...args }));
  }
}
