import { TiercelCommand } from '../command.js';
import { matchFlag, rulesFlag, selectionFlags } from '../flags.js';
import { concurrencyFlag, folderArg, resultsFlag } from './flags.js';

export default class HuntLocal extends TiercelCommand {
  static override summary =
    'Ask rules of all captures below a folder, on all processors of this machine.';

  static override description = `Each capture, and the audit logs of the folder as one, become rows of Parquet files; "hunt query" asks them. Submitted \
again, only what is new or changed is done: other rules are a new revision. Damaged evidence is read as far as it goes, and its row says so.`;

  static override examples = [
    {
      description: 'All captures of a folder, with the rules that ship with the program',
      command: '<%= config.bin %> hunt local captures --results results',
    },
  ];

  static override args = { folder: folderArg };

  static override flags = {
    results: resultsFlag,
    rules: rulesFlag,
    concurrency: concurrencyFlag,
    ...selectionFlags,
    match: matchFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HuntLocal);
    const { huntLocally } = await import('../../investigation/hunt.js');
    this.finishWith(await huntLocally({ ...flags, ...args }));
  }
}
