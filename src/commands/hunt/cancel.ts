import { TiercelCommand } from '../command.js';
import { resultsArg } from './flags.js';

export default class HuntCancel extends TiercelCommand {
  static override summary = 'Have workers, here and elsewhere, take up nothing more of a hunt.';

  static override examples = ['<%= config.bin %> hunt cancel results'];

  static override args = { results: resultsArg };

  async run(): Promise<void> {
    const { args } = await this.parse(HuntCancel);
    const { cancelHunt } = await import('../../investigation/hunt.js');
    this.finishWith(cancelHunt(args));
  }
}
