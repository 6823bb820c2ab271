import { TiercelCommand } from '../command.js';
import { resultsArg } from './flags.js';

export default class HuntCompact extends TiercelCommand {
  static override summary = 'Join the small files of a hunt, so that questions take less time.';

  static override examples = ['<%= config.bin %> hunt compact results'];

  static override args = { results: resultsArg };

  async run(): Promise<void> {
    const { args } = await this.parse(HuntCompact);
    const { compactHunt } = await import('../../investigation/hunt.js');
    this.finishWith(await compactHunt(args));
  }
}
