import { Flags } from '@oclif/core';
import { TiercelCommand } from '../command.js';
import { rulesFlag } from '../flags.js';

export default class RulesDescribe extends TiercelCommand {
  static override summary = 'Everything about all rules, macros and lists, for other programs.';

  static override examples = ['<%= config.bin %> rules describe -r falco_rules.yaml -f json'];

  static override flags = {
    rules: rulesFlag,
    format: Flags.option({
      char: 'f',
      options: ['json'] as const,
      default: 'json',
      description: 'form of the answer',
    })(),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(RulesDescribe);
    const { describeRules } = await import('../../investigation/show-rules.js');
    await describeRules(flags);
  }
}
