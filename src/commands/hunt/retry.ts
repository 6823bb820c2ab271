import { TiercelCommand } from '../command.js';
import { resultsArg } from './flags.js';

export default class HuntRetry extends TiercelCommand {
  static override summary = 'Have what failed, or was cancelled, wait again.';

  static override examples = ['<%= config.bin %> hunt retry results'];

  static override args = { results: resultsArg };

  async run(): Promise<void> {
    const { args } = await this.parse(HuntRetry);
    const { retryHunt } = await import('../../investigation/hunt.js');
    this.finishWith(retryHunt(args));
  }
}
