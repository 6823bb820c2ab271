import { TiercelCommand } from '../command.js';
import { listFormatFlag, rulesFlag } from '../flags.js';

export default class RulesList extends TiercelCommand {
  static override summary =
    'The rules there are: name, priority, source, tags, and whether they run.';

  static override examples = [
    '<%= config.bin %> rules list',
    '<%= config.bin %> rules list -r falco_rules.yaml -f markdown',
  ];

  static override flags = { rules: rulesFlag, format: listFormatFlag };

  async run(): Promise<void> {
    const { flags } = await this.parse(RulesList);
    const { listRules } = await import('../../investigation/show-rules.js');
    await listRules(flags);
  }
}
