import { Flags } from '@oclif/core';
import { TiercelCommand } from '../command.js';
import { damageFlag, metadataFlag, outputFlags, percentFlag, rulesFlag, word } from '../flags.js';

export default class RulesCoverage extends TiercelCommand {
  static override summary = 'Say what tests show of rules, and what nothing shows.';

  static override description = `Every comparison of every enabled rule is evaluated at every event of a type that the rule can be true at. \
Reported are rules that never fired, comparisons that were never true or never false, exceptions that took nothing, items of lists that never \
matched, and macros that no rule uses. A rule fired where its condition was true, whether or not another rule alerted first.`;

  static override examples = [
    {
      description: 'What the tests of a folder cover',
      command: '<%= config.bin %> rules coverage rules/tests',
    },
    {
      description: 'Rules over evidence, for a code host',
      command: '<%= config.bin %> rules coverage -r my_rules.yaml capture.scap --lcov rules.info',
    },
  ];

  static override strict = false;

  static override args = {
    path: word({
      description: 'a test file, or a folder of such; with --rules, evidence; several may follow',
      required: true,
    }),
  };

  static override flags = {
    rules: rulesFlag,
    format: Flags.option({
      char: 'f',
      options: ['text', 'json', 'sarif'] as const,
      default: 'text',
      description:
        'form of the answer; sarif has rules that never fired and parts that were never true',
    })(),
    lcov: Flags.string({
      description: "write LCOV's tracefile here: rules as functions, comparisons as branches",
      helpValue: '<file>',
    }),
    navigator: Flags.string({
      description:
        "write a layer for MITRE's ATT&CK Navigator here: 50 a rule covers it, 100 a test fired one",
      helpValue: '<file>',
    }),
    force: outputFlags.force,
    min: percentFlag({ description: 'exit with 1 where fewer of the enabled rules fired' }),
    'min-branches': percentFlag({
      description: 'exit with 1 where fewer outcomes (true and false of each comparison) were seen',
    }),
    metadata: metadataFlag,
    'allow-damage': damageFlag,
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(RulesCoverage);
    const { coverRules } = await import('../../investigation/rules-coverage.js');
    this.finishWith(await coverRules({ ...flags, paths: argv as string[] }));
  }
}
