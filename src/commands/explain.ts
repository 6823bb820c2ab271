import { Flags } from '@oclif/core';
import { TiercelCommand } from './command.js';
import { damageFlag, metadataFlag, rulesFlag, timeFlags, word } from './flags.js';

export default class Explain extends TiercelCommand {
  static override summary = 'Say why a rule fired on evidence, or why it did not.';

  static override description = `Every part of the rule's condition is evaluated at every event of a type that it can be true at. "left" counts \
the events that passed a part and all before it, "alone" those at which every other part is true; the part that nothing passed is marked. \
Nearest misses are the events at which the fewest comparisons kept the rule from firing.`;

  static override examples = [
    {
      description: 'Why is it silent',
      command: `<%= config.bin %> explain 'Anything executed' capture.scap -r my_rules.yaml`,
    },
    {
      description: 'A condition, without a rules file',
      command: `<%= config.bin %> explain --condition 'evt.type = execve and proc.name = APK' capture.scap`,
    },
  ];

  static override strict = false;

  static override args = {
    rule: word({
      description: "the rule's name; the evidence follows (with --condition: evidence alone)",
      required: true,
    }),
  };

  static override flags = {
    rules: rulesFlag,
    condition: Flags.string({
      description: 'explain this condition instead of a rule',
      helpValue: '<condition>',
    }),
    event: Flags.integer({
      description:
        'explain this event alone, with the value of every field (one piece of evidence)',
      min: 1,
      helpValue: '<number>',
    }),
    tree: Flags.boolean({ description: 'also print the whole condition, each part counted' }),
    format: Flags.option({
      char: 'f',
      options: ['text', 'json'] as const,
      default: 'text',
      description: 'form of the answer',
    })(),
    filter: Flags.string({
      description: 'show the rule only the events for which this condition holds',
      helpValue: '<condition>',
    }),
    ...timeFlags,
    match: Flags.option({
      options: ['first', 'all'] as const,
      default: 'first',
      description: 'whether an event alerts only the first rule that matches, as in analyze',
    })(),
    tag: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'as analyze --tag: would the rule run?',
      helpValue: '<tag>',
    }),
    disable: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'as analyze --disable',
      helpValue: '<pattern>',
    }),
    'disable-tag': Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'as analyze --disable-tag',
      helpValue: '<tag>',
    }),
    'min-priority': Flags.string({
      description: 'as analyze --min-priority',
      helpValue: '<priority>',
    }),
    metadata: metadataFlag,
    'allow-damage': damageFlag,
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Explain);
    const { explain } = await import('../investigation/explain.js');
    this.finishWith(await explain({ ...flags, words: argv as string[] }));
  }
}
