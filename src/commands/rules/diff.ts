import { Flags } from '@oclif/core';
import { TiercelCommand } from '../command.js';
import { damageFlag, metadataFlag, word } from '../flags.js';

export default class RulesDiff extends TiercelCommand {
  static override summary =
    'Say what two sets of rules alert about differently, over the same evidence.';

  static override description = `Both are asked in one replay. An alert is known by its evidence, event and rule: it is gained, lost, or changed \
(another priority or output; a rule that was renamed is the same rule). Everything is counted twice: where all rules that match alert, and where only the \
first does. In a GitHub workflow the rules with the most differences get notices at their lines.`;

  static override examples = [
    '<%= config.bin %> rules diff falco_rules.yaml my_rules.yaml capture.scap',
    {
      description: 'A comment for a pull request',
      command:
        '<%= config.bin %> rules diff falco_rules.yaml my_rules.yaml capture.scap -f markdown',
    },
  ];

  static override strict = false;

  static override args = {
    old: word({ description: 'a rules file, or a folder of such, as it was', required: true }),
    new: word({
      description:
        'the same as it is now, or "default" for the shipped rules; the evidence follows',
      required: true,
    }),
  };

  static override flags = {
    format: Flags.option({
      char: 'f',
      options: ['text', 'json', 'markdown'] as const,
      default: 'text',
      description: 'form of the answer; markdown stays below 65,536 characters',
    })(),
    'fail-on': Flags.option({
      options: ['gained', 'lost', 'any'] as const,
      description: 'exit with 1 where there are such differences',
    })(),
    metadata: metadataFlag,
    'allow-damage': damageFlag,
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(RulesDiff);
    const { diffRules } = await import('../../investigation/rules-diff.js');
    this.finishWith(await diffRules({ ...flags, words: argv as string[] }));
  }
}
