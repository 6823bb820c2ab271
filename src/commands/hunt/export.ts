import { TiercelCommand } from '../command.js';
import { word } from '../flags.js';
import { Flags } from '@oclif/core';
import { resultsArg } from './flags.js';

export default class HuntExport extends TiercelCommand {
  static override summary = 'Make a case of the evidence whose alerts fit a condition.';

  static override description = `The evidence is replayed with the rules of the hunt, so the case is one as analyze writes it: story, tree and report work on it. \
Evidence that is no longer what the results are about is refused.`;

  static override examples = [
    {
      description: 'A case of all evidence in which a rule fired',
      command: `<%= config.bin %> hunt export results -s case.db "rule LIKE '%Package%'"`,
    },
  ];

  static override args = {
    results: resultsArg,
    where: word({ description: 'a condition over the columns of alerts, in SQL', required: true }),
  };

  static override flags = {
    store: Flags.string({
      char: 's',
      description: 'the case to write; an existing case gets more runs',
      helpValue: '<case.db>',
      required: true,
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HuntExport);
    const { exportHunt } = await import('../../investigation/hunt.js');
    this.finishWith(await exportHunt({ ...flags, ...args }));
  }
}
