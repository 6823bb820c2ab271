import { TiercelCommand } from '../command.js';
import { listFormatFlag, sourceFlag, word } from '../flags.js';

export default class ListFields extends TiercelCommand {
  static override summary = 'Every field that templates, filters and rules may name.';

  static override examples = [
    '<%= config.bin %> list fields sock',
    '<%= config.bin %> list fields --source k8s_audit -f markdown',
  ];

  static override args = {
    word: word({ description: 'only fields with this word in their name or description' }),
  };

  static override flags = {
    source: sourceFlag,
    format: listFormatFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ListFields);
    const { listFields } = await import('../../investigation/list-fields.js');
    listFields({ ...args, ...flags });
  }
}
