import { TiercelCommand } from '../command.js';
import { listFormatFlag, sourceFlag, word } from '../flags.js';

export default class ListEvents extends TiercelCommand {
  static override summary = 'Every type of event in the newest layout, with its parameters.';

  static override examples = ['<%= config.bin %> list events open'];

  static override args = {
    word: word({ description: 'only events with this word in their name or parameters' }),
  };

  static override flags = { source: sourceFlag, format: listFormatFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ListEvents);
    const { listEvents } = await import('../../investigation/list-events.js');
    listEvents({ ...args, ...flags });
  }
}
