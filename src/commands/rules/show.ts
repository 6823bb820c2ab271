import { Flags } from '@oclif/core';
import { TiercelCommand } from '../command.js';
import { rulesFlag, word } from '../flags.js';

export default class RulesShow extends TiercelCommand {
  static override summary =
    'Explain a rule: its text, what its condition comes to, and what it is made of.';

  static override examples = [
    `<%= config.bin %> rules show 'Terminal shell in container'`,
    `<%= config.bin %> rules show 'Terminal shell in container' -r falco_rules.yaml -f json`,
  ];

  static override args = {
    name: word({ description: 'the name of a rule, a macro or a list', required: true }),
  };

  static override flags = {
    rules: rulesFlag,
    format: Flags.option({
      char: 'f',
      options: ['text', 'json'] as const,
      default: 'text',
      description: 'form of the answer',
    })(),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RulesShow);
    const { showRule } = await import('../../investigation/show-rules.js');
    await showRule({ ...args, ...flags });
  }
}
