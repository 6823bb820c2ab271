import { Flags } from '@oclif/core';
import { TiercelCommand } from '../command.js';
import { damageFlag, metadataFlag, rulesFlag, word } from '../flags.js';

export default class RulesProfile extends TiercelCommand {
  static override summary =
    'Say what it costs to ask rules about evidence, and what would cost less.';

  static override description = `Rules are sorted by the type, thread and descriptor of an event before they are asked; counted is what is left to ask \
then. "own" counts answers to questions that no other rule asks: what the rule costs beyond the others. Times are estimates from every eighth answer.`;

  static override examples = [
    '<%= config.bin %> rules profile capture.scap -r my_rules.yaml',
    '<%= config.bin %> rules profile capture.scap -f json',
  ];

  static override strict = false;

  static override args = {
    evidence: word({
      description: 'a capture, a log, or a folder of such; several may follow',
      required: true,
    }),
  };

  static override flags = {
    rules: rulesFlag,
    format: Flags.option({
      char: 'f',
      options: ['text', 'json'] as const,
      default: 'text',
      description: 'form of the answer',
    })(),
    metadata: metadataFlag,
    'allow-damage': damageFlag,
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(RulesProfile);
    const { profileRules } = await import('../../investigation/rules-profile.js');
    this.finishWith(await profileRules({ ...flags, paths: argv as string[] }));
  }
}
